"""Writing XML by hand: as fast as joining strings, and always well-formed.

Here: escaping, and elements as text. Not here: reading XML (`soap.py`), and which elements there are.
"""

import re

_NOT_XML = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_SPECIAL = re.compile(f"[&<>\r{_NOT_XML}]")
_WRITTEN_AS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def escaped(value: str) -> str:
    """Return `value` as the text of an element.

    A carriage return is written as a reference, or a parser would turn it into a line feed. XML 1.0 has no
    way to carry the other control characters: they are left out.
    """
    if _SPECIAL.search(value) is None:
        return value
    return _SPECIAL.sub(lambda special: _WRITTEN_AS.get(special[0], ""), value)


def element(name: str, value: str) -> str:
    """Return an element that holds the text `value`; `name` may carry a prefix."""
    return f"<{name}>{escaped(value)}</{name}>"


def parent(name: str, *children: str) -> str:
    """Return an element that holds `children`, which are markup already."""
    return f"<{name}>{''.join(children)}</{name}>"

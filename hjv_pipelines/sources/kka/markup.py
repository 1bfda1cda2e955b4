"""HTML of KKA's editors, made safe: the markup that a card shows, and nothing else.

Here: what may stay, and whether anything had to go. Not here: texts without markup (`sources/texts.py`).
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from html import unescape
from html.parser import HTMLParser

import nh3

from hjv_pipelines.sources.reading import Reading
from hjv_pipelines.sources.texts import text

REMOVED = "markup_removed"
"""The rule that a text breaks from which something was removed."""

_CLEANER = nh3.Cleaner(
    tags={"p", "ul", "ol", "li", "strong", "em", "b", "i", "br", "h3", "h4", "a"},
    # What stands inside these is no text for readers, and goes with them.
    clean_content_tags={
        "script", "style", "template", "iframe", "object", "noscript", "noembed", "noframes", "textarea", "title",
        "xmp",
    },
    attributes={"a": {"href"}, "*": set()},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel="noopener",
)  # fmt: skip
_TEXT_ONLY = nh3.Cleaner(tags=set())

_ENDLESS_REFERENCE = re.compile("&#[0-9]{20,};?")
"""A reference to a character that there cannot be, in more digits than Python reads."""

_TAG = re.compile("<[^<>]*>")

Part = str | tuple[Hashable, ...]
"""A piece of HTML: a text, or what else there is."""

_ENOUGH = 5
"""A second cleaning seldom finds anything; markup that still changes after so many is shown without markup."""


def cleaned(raw: str) -> Reading[str]:
    """Return the HTML `raw` as a card may show it: of allowed elements, without invisible characters.

    No value where no text is left. Cleaning what was cleaned changes nothing, and removes nothing (trap 28).
    """
    first = text(raw)
    before = first.value or ""
    html = _settled(before)
    if html == before:
        words = _words_of_settled(html)
        return Reading(html if words else None, tuple(sorted({*first.broken, *text(words).broken})))
    parts, left = tuple(_Reader.read(before)), tuple(_Reader.read(html))
    broken = {*first.broken, *text(_words(parts)).broken}
    if _count(parts) - _count(left):
        broken.add(REMOVED)
    return Reading(html if _words(left) else None, tuple(sorted(broken)))


def _settled(html: str) -> str:
    """Return `html` cleaned until cleaning changes nothing: what was nested wrongly may move more than once."""
    for _ in range(_ENOUGH):
        again = _once(html)
        if again == html:
            return html
        html = again
    return _TEXT_ONLY.clean(html).strip()


def _once(html: str) -> str:
    # A character reference can spell what no text may hold.
    return text(_CLEANER.clean(html)).value or ""


def _words_of_settled(html: str) -> str:
    """Return what `_words` does, without a reader: in `html` that is settled, a tag is all that stands in brackets."""
    return unescape(_TAG.sub("", html)).strip() if "<" in html or "&" in html else html


def _words(parts: Iterable[Part]) -> str:
    """Return the text, without blanks at its ends."""
    return "".join(part for part in parts if isinstance(part, str)).strip()


def _count(parts: Iterable[Part]) -> Counter[Hashable]:
    """Count what the parts consist of: elements with their attributes, comments and the like, letters."""
    return Counter(piece for part in parts for piece in ("".join(part.split()) if isinstance(part, str) else [part]))


class _Reader(HTMLParser):
    """Takes HTML apart: texts as they are, all else as tuples."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[Part] = []

    @classmethod
    def read(cls, html: str) -> Iterator[Part]:
        """Yield the parts of `html` in their order."""
        reader = cls()
        reader.feed(_ENDLESS_REFERENCE.sub("\ufffd", html))
        reader._finish()
        return iter(reader._parts)

    def _finish(self) -> None:
        """Take what is left at the end: a text, or a tag that is never closed and which no browser shows.

        `close` would look for the end of every tag after it too, in a time that grows with the square of their number.
        """
        if self.rawdata.startswith("<"):
            self._parts.append(("an unfinished tag", self.rawdata))
        else:
            self.close()

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - the parent's words
        # A comment to every browser; Python's own reader stumbles over those that it does not know.
        return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # `rel` is ours to set.
        self._parts.append((tag, *(attribute for attribute in attrs if attribute[0] != "rel")))

    def handle_data(self, data: str) -> None:
        self._parts.append(data)

    def handle_comment(self, data: str) -> None:
        self._parts.append(("a comment", data))

    def handle_decl(self, decl: str) -> None:
        self._parts.append(("a declaration", decl))

    def handle_pi(self, data: str) -> None:
        self._parts.append(("an instruction", data))

    def unknown_decl(self, data: str) -> None:
        self._parts.append(("a section", data))

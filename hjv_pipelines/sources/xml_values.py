"""Values out of XML: what stands inside an element, by its name, in one pass.

Looked for one by one, an element's children cost more than all that is done with them. Here: what every contract in XML
shares. Not here: getting the XML (`transport/rivta.py`), and what a value means.
"""

from collections.abc import Mapping
from functools import lru_cache

from lxml.etree import _Element

from hjv_pipelines.sources.texts import clean_line


def children(parent: _Element, namespace: str) -> Mapping[str, list[_Element]]:
    """Return the children of `parent` by their names, in which `namespace` (in braces) is left out, and no other."""
    named: dict[str, list[_Element]] = {}
    for child in parent:
        named.setdefault(child.tag.removeprefix(namespace), []).append(child)
    return named


def first(parts: Mapping[str, list[_Element]], name: str) -> _Element | None:
    """Return the first of some `children` that has this name; `None` where none has."""
    found = parts.get(name)
    return found[0] if found else None


def first_children(parent: _Element | None, namespace: str) -> Mapping[str, _Element]:
    """Return the first child of each name, named as in `children`; nothing inside what is missing."""
    if parent is None:
        return {}
    return {child.tag.removeprefix(namespace): child for child in parent.iterchildren(reversed=True)}


def first_texts(parent: _Element | None, namespace: str) -> Mapping[str, str]:
    """Return the text of the first child of each name, as it stands; nothing inside what is missing."""
    if parent is None:
        return {}
    return {child.tag.removeprefix(namespace): child.text or "" for child in parent.iterchildren(reversed=True)}


def text_of(element: _Element | None) -> str | None:
    """Return the text of an element, as it stands; `None` where it has none, or is missing itself."""
    return None if element is None else element.text


def line(raw: str | None) -> str | None:
    """Return a text, clean and in one line; `None` where it is missing or empty."""
    return clean_line(raw) if raw else None


repeated_line = lru_cache(maxsize=4096)(line)
"""As `line`, for texts of which thousands are the same: names, codes, kinds."""

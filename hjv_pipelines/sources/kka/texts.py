"""A text of KKA, read: its section, its words, its links and files.

Here: one text, a unit's own or a shared one. Not here: which unit shows it (`answer.py`), and the cleaning of its
markup (`markup.py`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import get_args

from hjv_pipelines.sources.json_values import items, line, mapping
from hjv_pipelines.sources.kka.markup import cleaned
from hjv_pipelines.sources.kka.record import AttachedFile, Link, PublishedText, TextSection
from hjv_pipelines.sources.kka.rules import Findings
from hjv_pipelines.sources.reading import Reading
from hjv_pipelines.sources.texts import one_line, text
from hjv_pipelines.sources.web_addresses import is_web_address

SECTIONS: Mapping[str, TextSection] = {section: section for section in get_args(TextSection)}
"""The profile's codes of the sections."""

_PUNCTUATION = re.compile(r"[.,():;!?&–—]|\s-\s")  # noqa: RUF001 - the dashes that are meant
"""What a heading may not hold where it says what one can get help with. A hyphen inside a word is none of it."""


def read_text(said: Mapping[str, object], findings: Findings, *, shared: bool) -> PublishedText | None:
    """Return the text that `said` tells of; `None` where it has no id, no known section or nothing to show."""
    reader = _Text(said, findings)
    identity, section = line(said.get("id")), SECTIONS.get(line(said.get("section")) or "")
    if identity is None:
        findings.breaks("id", "text_id", said.get("heading"))
        return None
    if section is None:
        findings.breaks("section", "text_section", said.get("section"))
        return None
    words = {
        "heading": reader.words("heading", one_line),
        "ingress": reader.words("ingress", text),
        "html": reader.words("text", cleaned),
        "hours": reader.words("hours", text),
        "contact": reader.words("contact", text),
    }
    links, files = tuple(reader.links()), tuple(reader.files())
    if not (links or files or any(words.values())):
        findings.breaks("texts", "text_empty", identity)
        return None
    heading = words["heading"]
    if section == "help" and heading and _PUNCTUATION.search(heading):
        findings.breaks("heading", "text_heading", heading)
    return PublishedText(id=identity, section=section, links=links, files=files, shared=shared, **words)


class _Text:
    """Reads the members of one text, and notes what breaks a rule on the way."""

    def __init__(self, said: Mapping[str, object], findings: Findings) -> None:
        self._said = said
        self._findings = findings

    def words(self, member: str, read: Callable[[str], Reading[str]]) -> str | None:
        """Return what `read` makes of a member; `None` where it is missing, empty or no text."""
        raw = self._said.get(member)
        if not isinstance(raw, str):
            return None
        reading = read(raw)
        for rule in reading.broken:
            self._findings.breaks(member, rule, raw)
        return reading.value

    def links(self) -> Iterator[Link]:
        """Yield the links that can be followed. One without a text of its own shows its address."""
        for link in map(mapping, items(self._said.get("links"))):
            url = line(link.get("url"))
            if url is not None and is_web_address(url):
                yield Link(text=line(link.get("text")) or url, url=url)
            else:
                self._findings.breaks("links", "text_link", link.get("url"))

    def files(self) -> Iterator[AttachedFile]:
        """Yield the files that can be fetched."""
        for file in map(mapping, items(self._said.get("files"))):
            name, url = line(file.get("name")), line(file.get("url"))
            if name is not None and url is not None and is_web_address(url):
                yield AttachedFile(name=name, url=url)
            else:
                self._findings.breaks("files", "text_file", file.get("url"))

"""An answer of KKA, read: whether it is whole, and what is published for each unit.

A region that is not connected to KKA has nothing to say, and that is an answer; a connected one that names no unit at
all, or half an answer, is a failure. Here: that, and putting the shared texts into the units that show them. Not here:
the asking (`source.py`), one text (`texts.py`), and the e-services (`eservices.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.hsa_id import spelled_in
from hjv_pipelines.sources.json_values import items, line, mapping
from hjv_pipelines.sources.kka.eservices import read_borrowed, read_order, read_own
from hjv_pipelines.sources.kka.record import PublishedContent, PublishedText
from hjv_pipelines.sources.kka.rules import Findings, finding
from hjv_pipelines.sources.kka.texts import read_text
from hjv_pipelines.sources.source import Finding, Refusal

PROFILE = "urn:hjv-pipelines:profile:kka:1"
"""What an answer names itself."""


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """What an answer says of one unit, `hsa_id` in upper case; `record` is `None` where nothing is published."""

    hsa_id: str
    where: str
    record: PublishedContent | None
    findings: tuple[Finding, ...]


def read_region(answer: object) -> Iterator[UnitAnswer | Refusal]:
    """Yield the units of a whole answer about a region; none for a region that is not connected to KKA.

    Raises as `read_units` does, and `TransientError` for a connected region without units.
    """
    said = list(read_units(answer))
    connected = mapping(answer).get("connected")
    if connected is not (bool(said)):
        raise TransientError(
            f"KKA answered about a region with connected {connected!r} and {len(said)} units. That is an outage, not "
            "an answer: what it said before stays. Trying again may help."
        )
    yield from said


def read_units(answer: object) -> Iterator[UnitAnswer | Refusal]:
    """Yield the units of a whole answer. Members that the profile does not know are passed over.

    Raises `TransientError` for an answer that is not whole, `PermanentError` for one that is not the profile's.
    """
    whole = _whole(answer)
    shared = dict(_shared_texts(whole.get("sharedTexts")))
    units: dict[str, tuple[str, Mapping[str, object]]] = {}
    contradicted: set[str] = set()
    for number, unit in enumerate(map(mapping, items(whole.get("units"))), start=1):
        where = f"units {number}"
        hsa_id = spelled_in(line(unit.get("hsaId")) or "")
        if hsa_id is None:
            yield Refusal(None, where, (finding("hsaId", "content_unit", unit.get("hsaId"), where),))
            continue
        _, first = units.setdefault(hsa_id, (where, unit))
        if {**first, "hsaId": hsa_id} != {**unit, "hsaId": hsa_id}:
            contradicted.add(hsa_id)
    for hsa_id, (where, unit) in units.items():
        if hsa_id in contradicted:
            yield Refusal(hsa_id, where, (finding("hsaId", "content_duplicate", hsa_id, hsa_id),))
        else:
            yield _Unit(hsa_id, where, shared).read(unit)


def _whole(answer: object) -> Mapping[str, object]:
    """Return an answer that says of itself that it is whole."""
    said = mapping(answer)
    if said.get("profile") != PROFILE:
        raise PermanentError(f"KKA answered with something else than {PROFILE}. Check HJV_KKA_URL.")
    units = said.get("units")
    if said.get("complete") is not True or not isinstance(units, list) or said.get("unitCount") != len(units):
        raise TransientError("KKA's answer does not say that it is whole. Trying again may help.")
    return said


@dataclass(frozen=True, slots=True)
class _SharedText:
    """A text of the region, with what had to be dropped from it; none where nothing of it can be shown."""

    text: PublishedText | None
    findings: tuple[Finding, ...]


def _shared_texts(said: object) -> Iterator[tuple[str, _SharedText]]:
    """Yield the region's shared texts by their id."""
    for each in map(mapping, items(said)):
        identity = line(each.get("id"))
        if identity is not None:
            findings = Findings(f"the shared text {identity}")
            yield identity, _SharedText(read_text(each, findings, shared=True), findings.all())


class _Unit:
    """Reads what an answer says of one unit; `shared` are the texts that it may refer to."""

    def __init__(self, hsa_id: str, where: str, shared: Mapping[str, _SharedText]) -> None:
        self._hsa_id = hsa_id
        self._where = where
        self._shared = shared
        self._own = Findings(hsa_id)
        self._of_shared: list[Finding] = []

    def read(self, unit: Mapping[str, object]) -> UnitAnswer | Refusal:
        """Return what is published; what is only saved is nobody's to see, not even as a finding."""
        state = unit.get("state")
        if state == "saved":
            return UnitAnswer(self._hsa_id, self._where, None, ())
        if state != "published":
            return Refusal(self._hsa_id, self._where, (finding("state", "content_state", state, self._hsa_id),))
        record = PublishedContent(
            texts=self._texts(unit.get("texts")),
            eservices=read_own(unit.get("eServices"), self._own),
            borrowed=read_borrowed(unit.get("borrowedEServices"), self._hsa_id, self._own),
            order=read_order(unit.get("eServiceOrder"), self._own),
        )
        findings = (*self._own.all(), *self._of_shared)
        says_something = record != PublishedContent() or findings
        return UnitAnswer(self._hsa_id, self._where, record if says_something else None, findings)

    def _texts(self, said: object) -> tuple[PublishedText, ...]:
        """Return the texts in the editor's order; of those with one id, the first."""
        texts: dict[tuple[str, bool], PublishedText] = {}
        for each in map(mapping, items(said)):
            text = self._borrowed(each["shared"]) if "shared" in each else read_text(each, self._own, shared=False)
            if text is None:
                continue
            if (text.id, text.shared) in texts:
                self._own.breaks("texts", "text_duplicate", text.id)
            texts.setdefault((text.id, text.shared), text)
        return tuple(texts.values())

    def _borrowed(self, reference: object) -> PublishedText | None:
        """Return the shared text that is referred to, and take over what had to be dropped from it."""
        shared = self._shared.get(line(reference) or "")
        if shared is None:
            self._own.breaks("texts", "text_shared_missing", reference)
            return None
        self._of_shared += shared.findings
        return shared.text

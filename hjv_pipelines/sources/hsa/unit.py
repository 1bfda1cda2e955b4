"""From a raw unit to its document: every value read, every broken rule a finding.

Here: the walk through a unit's elements, and the values that take several of them. Not here: which reader an
element has (`fields.py`), and where the raw texts come from (`unit_xml.py`, `get_hsa_unit.py`).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from hjv_pipelines.regions import region_of_county
from hjv_pipelines.sources.hsa import addresses, contacts, coordinates, hours, place, values
from hjv_pipelines.sources.hsa.fields import HOURS, SETS, SEVERAL, SINGLE, Read, clean, in_one_order, often
from hjv_pipelines.sources.hsa.raw_unit import RawUnit, Texts
from hjv_pipelines.sources.hsa.record import (
    BusinessClassification,
    HsaUnit,
    StructuredAddress,
    Sweref99,
    TimeSpan,
    UnitFunction,
)
from hjv_pipelines.sources.hsa.rules import finding
from hjv_pipelines.sources.reading import Reading
from hjv_pipelines.sources.source import Finding, Refusal, UnitDocument
from hjv_pipelines.sources.texts import one_line

Value = TypeVar("Value")

_ARCHIVED = ("unitIsArchived", "healthCareUnitIsArchived")
_LATITUDE, _LONGITUDE = "geographicalCoordinatesSWEREF99Latitude", "geographicalCoordinatesSWEREF99Longitude"

_PLACE = ("countyCode", "countyName", "municipalityCode", "municipalityName")

_classification_code = often(clean(values.code_of("business_classification")))
_post_code = clean(addresses.post_code)
_telephone_number = clean(contacts.telephone_number)
_time_span = often(clean(hours.time_span))


def unit_document(raw: RawUnit, where: str) -> UnitDocument | Refusal:
    """Return the document of `raw`, or the refusal of a record without a usable HSA-id or name.

    `where` says where in the input the record stood. A value that breaks a rule costs itself, never the unit.
    """
    reader = _UnitReader(raw)
    hsa_id = reader.identity()
    name = reader.name() if hsa_id else None
    if hsa_id is None or name is None:
        return Refusal(hsa_id, where, tuple(reader.findings))
    record = HsaUnit.model_validate({"hsa_id": hsa_id, "name": name, **reader.fields()})
    return UnitDocument(hsa_id, region_of_county(record.county_code).key, record, tuple(reader.findings))


class _UnitReader:
    """Reads the values of one raw unit, and gathers its findings."""

    def __init__(self, raw: RawUnit) -> None:
        self._raw = raw
        self.findings: list[Finding] = []

    def identity(self) -> str | None:
        """Return the unit's HSA-id. Where the record's container names one too, the two agree."""
        of_unit, of_container = self._raw.first("unitHsaId"), self._raw.first("hsaIdentity")
        given = of_unit or of_container
        hsa_id = self._value("unitHsaId", given, values.hsa_id)
        if hsa_id and of_container and of_container != given and values.hsa_id(of_container).value != hsa_id:
            self._note(("hsa_id_unexpected",), "unitHsaId", f"{of_unit} / {of_container}")
            return None
        return hsa_id

    def name(self) -> str | None:
        """Return the unit's name."""
        name = self._first(self._raw.texts, "unitName", one_line)
        if name is None:
            self._note(("name_missing",), "unitName", self._raw.first("unitName"))
        return name

    def fields(self) -> dict[str, object]:
        """Return the record's other fields, those that the unit has."""
        fields: dict[str, object] = {}
        for element, raws in self._raw.texts.items():
            if element in SINGLE:
                field, read = SINGLE[element]
                fields[field] = self._value(element, raws[0], read)
            elif element in SETS:
                field, read = SETS[element]
                fields[field] = in_one_order(self._all(element, raws, read))
            elif element in SEVERAL:
                field, read = SEVERAL[element]
                fields[field] = self._all(element, raws, read)
            elif element in HOURS:
                fields[HOURS[element]] = self._spans(element, raws)
        fields["archived"] = any(values.flag(self._raw.first(mark)).value for mark in _ARCHIVED)
        fields["sweref99"] = self._sweref99()
        fields["business_classifications"] = self._classifications()
        fields["postal_address"] = self._postal_address()
        fields["unit_functions"] = self._functions()
        return {name: value for name, value in (fields | self._place()).items() if value is not None}

    def _place(self) -> dict[str, str | None]:
        fields, findings = _read_place(*map(self._raw.first, _PLACE))
        self.findings.extend(findings)
        return fields

    def place(self) -> dict[str, str | None]:
        """Return the record's fields of its county and municipality."""
        code, name = (self._first(self._raw.texts, f"county{part}", one_line) for part in ("Code", "Name"))
        county = self._noted(place.county(code, name), "countyCode", code or name or "")
        code, name = (self._first(self._raw.texts, f"municipality{part}", one_line) for part in ("Code", "Name"))
        within = county.code if county else None
        municipality = self._noted(place.municipality(code, name, within), "municipalityCode", code or name or "")
        fields: dict[str, str | None] = {}
        if county:
            fields |= {"county_code": county.code, "county_name": county.name}
        if municipality:
            fields |= {"municipality_code": municipality.code, "municipality_name": municipality.name}
        return fields

    def _sweref99(self) -> Sweref99 | None:
        texts = self._raw.first(_LATITUDE), self._raw.first(_LONGITUDE)
        if not any(texts):
            return None
        latitude = self._value(_LATITUDE, texts[0], coordinates.latitude)
        longitude = self._value(_LONGITUDE, texts[1], coordinates.longitude)
        if latitude is None or longitude is None:
            return None
        return Sweref99(latitude=latitude, longitude=longitude)

    def _classifications(self) -> tuple[BusinessClassification, ...]:
        classifications = []
        for parts in self._raw.parts.get("businessClassification", ()):
            code = self._first(parts, "businessClassificationCode", _classification_code)
            name = self._first(parts, "businessClassificationName", one_line)
            if code and name:
                classifications.append(BusinessClassification(code=code, name=name))
            else:
                self._note(("incomplete_pair",), "businessClassification", code or name or "")
        return in_one_order(dict.fromkeys(classifications))

    def _postal_address(self) -> StructuredAddress | None:
        element = "structuredPostalAddress"
        for parts in self._raw.parts.get(element, ())[:1]:
            given = StructuredAddress(
                addressee=self._all("addressee", parts.get("addressee", ()), one_line),
                street=self._first(parts, "street", one_line),
                premises_number=self._first(parts, "premisesNumber", one_line),
                premises_letter=self._first(parts, "premisesLetter", one_line),
                post_code=self._first(parts, "postCode", _post_code),
                town=self._first(parts, "town", one_line),
            )
            whole = "$".join(text for texts in parts.values() for text in texts)
            return self._noted(addresses.postal_address(given), element, whole)
        return None

    def _functions(self) -> tuple[UnitFunction, ...]:
        functions = []
        for parts in self._raw.parts.get("unitFunction", ()):
            name = self._first(parts, "name", one_line)
            numbers = self._all("telephoneNumber", parts.get("telephoneNumber", ()), _telephone_number)
            spans = self._spans("telephoneHour", parts.get("telephoneHour", ()))
            if name:
                functions.append(UnitFunction(name=name, telephone_numbers=numbers, telephone_hours=spans))
            else:
                self._note(("incomplete_pair",), "unitFunction", ", ".join(parts.get("telephoneNumber", ())))
        return tuple(functions)

    def _spans(self, element: str, raws: Iterable[str]) -> tuple[TimeSpan, ...]:
        spans = [span for raw in raws for span in hours.packed_spans(raw)]
        return in_one_order(self._all(element, spans, _time_span))

    def _all(self, element: str, raws: Iterable[str], read: Read[Value]) -> tuple[Value, ...]:
        """Return the usable values, each once."""
        values = [value for raw in raws if (value := self._value(element, raw, read)) is not None]
        return tuple(values if len(values) <= 1 else dict.fromkeys(values))

    def _first(self, texts: Texts, element: str, read: Read[Value]) -> Value | None:
        raws = texts.get(element)
        return self._value(element, raws[0], read) if raws else None

    def _value(self, element: str, raw: str, read: Read[Value]) -> Value | None:
        value, broken = read(raw)
        if broken:
            self._note(broken, element, raw)
        return value

    def _noted(self, reading: Reading[Value], element: str, raw: str) -> Value | None:
        """Return what was read, after a finding for every rule that it broke."""
        if reading.broken:
            self._note(reading.broken, element, raw)
        return reading.value

    def _note(self, broken: Iterable[str], element: str, raw: str) -> None:
        self.findings.extend(finding(rule, element, raw) for rule in broken)


@lru_cache(maxsize=2000)
def _read_place(*raws: str) -> tuple[dict[str, str | None], Sequence[Finding]]:
    """Return what a unit's four texts of county and municipality say; some hundred places are all that there are."""
    texts = {element: [raw] for element, raw in zip(_PLACE, raws, strict=True) if raw}
    reader = _UnitReader(RawUnit(texts))
    return reader.place(), reader.findings

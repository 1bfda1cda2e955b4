"""An answer of Vaccinera, read: whether it is whole, and which vaccines each unit offers.

Out of season nobody offers anything, and that is an answer; half an answer, or an outage that looks like one, is a
failure. What tells them apart is in the answer itself: `complete` and `unitCount` say that it is whole, and an answer
about the county without any unit counts only where `season` is "closed". Here: that, and the values. Not here: the
asking (`source.py`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.hsa_id import spelled_in
from hjv_pipelines.sources.json_values import items, line, mapping
from hjv_pipelines.sources.source import Finding, Refusal
from hjv_pipelines.sources.texts import text
from hjv_pipelines.sources.vaccinera.record import Vaccinations, VaccinationTime, Vaccine
from hjv_pipelines.sources.web_addresses import is_web_address

PROFILE = "urn:hjv-pipelines:profile:vaccinera:1"
"""What an answer names itself."""

VACCINES: Mapping[str, str] = MappingProxyType(
    {
        "influenza": "Influensa",
        "pneumococcal": "Pneumokocker",
        "whooping_cough": "Kikhosta",
        "covid19": "Covid-19",
    }
)
"""The vaccines that Vaccinera is for (Vårdgivarguiden), by the profile's codes."""

RuleName = Literal[
    "vaccination_unit",
    "vaccination_unasked",
    "vaccination_duplicate",
    "vaccine_unnamed",
    "vaccine_code",
    "vaccine_time",
    "vaccine_drop_in",
    "vaccine_url",
]

MENDS: MappingProxyType[RuleName, str] = MappingProxyType(
    {
        "vaccination_unit": "the unit is refused, since it has no usable hsaId; give it one",
        "vaccination_unasked": "the answer names a unit that was not asked about; tell the service's owner",
        "vaccination_duplicate": "the unit is there twice and the vaccines of both are kept; name it once",
        "vaccine_unnamed": "the vaccine is left out, for want of a code, or of a name that goes with a new one",
        "vaccine_code": "the vaccine's code is not known here; correct it, or add it here",
        "vaccine_time": "the time is left out; give a date, and a from that is before its to",
        "vaccine_drop_in": "say whether it is drop-in, true or false",
        "vaccine_url": "its link is left out, being no http or https address; correct it",
    }
)
"""What breaking a rule means, and what to do."""

_OPENS = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_CLOSES = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """What an answer says of one unit, `hsa_id` in upper case; `record` is `None` where that is nothing."""

    hsa_id: str
    where: str
    record: Vaccinations | None
    findings: tuple[Finding, ...]


def read_county(answer: object) -> Iterator[UnitAnswer | Refusal]:
    """Yield the units of a whole answer about a county.

    Raises as `read_units` does, and `TransientError` for an answer without units that does not say that the season
    is over.
    """
    said = list(read_units(answer))
    if not said and mapping(answer).get("season") != "closed":
        raise TransientError(
            "Vaccinera answered without any unit, and did not say that the season is over. That is an outage, not an "
            "answer: what it said before stays. Trying again may help."
        )
    yield from said


def read_units(answer: object) -> Iterator[UnitAnswer | Refusal]:
    """Yield the units of a whole answer. Fields that the profile does not know are passed over.

    Raises `TransientError` for an answer that is not whole, `PermanentError` for one that is not the profile's.
    """
    units: dict[str, _Unit] = {}
    for number, said in enumerate(_whole(answer), start=1):
        unit, where = mapping(said), f"units {number}"
        raw = line(unit.get("hsaId")) or ""
        hsa_id = spelled_in(raw)
        if hsa_id is None:
            yield Refusal(None, where, (finding("hsaId", "vaccination_unit", raw, where),))
            continue
        if hsa_id in units:
            units[hsa_id].breaks("hsaId", "vaccination_duplicate", hsa_id)
        units.setdefault(hsa_id, _Unit(hsa_id, where)).read(unit)
    yield from (unit.answer() for unit in units.values())


def finding(field: str, rule: RuleName, value: str, of: str) -> Finding:
    """Return the finding that `value` of `field` breaks `rule`; `of` says which unit or vaccine it is of."""
    return Finding(field=field, rule=rule, value=value, mend=f"Vaccinera, {of}: {MENDS[rule]}.")


def _whole(answer: object) -> list[object]:
    """Return the units of an answer that says of itself that it is whole."""
    said = mapping(answer)
    if said.get("profile") != PROFILE:
        raise PermanentError(f"Vaccinera answered with something else than {PROFILE}. Check HJV_VACCINERA_URL.")
    units = said.get("units")
    if said.get("complete") is not True or not isinstance(units, list) or said.get("unitCount") != len(units):
        raise TransientError("Vaccinera's answer does not say that it is whole. Trying again may help.")
    return units


class _Unit:
    """Reads what an answer says of one unit, at one place or more."""

    def __init__(self, hsa_id: str, where: str) -> None:
        self._hsa_id = hsa_id
        self._where = where
        self._vaccines: dict[str, Vaccine] = {}
        self._findings: list[Finding] = []
        self._label = hsa_id

    def answer(self) -> UnitAnswer:
        """Return all that was read."""
        vaccines = tuple(self._vaccines[code] for code in sorted(self._vaccines))
        record = Vaccinations(vaccines=vaccines) if vaccines or self._findings else None
        return UnitAnswer(self._hsa_id, self._where, record, tuple(self._findings))

    def read(self, unit: Mapping[str, object]) -> None:
        """Take in the vaccines that `unit` tells of; those of one code are one."""
        for said in items(unit.get("vaccines")):
            vaccine = self._vaccine(mapping(said))
            if vaccine is not None:
                other = self._vaccines.get(vaccine.code)
                self._vaccines[vaccine.code] = vaccine if other is None else _together(other, vaccine)

    def breaks(self, field: str, rule: RuleName, value: str) -> None:
        """Note what breaks a rule."""
        self._findings.append(finding(field, rule, value, self._label))

    def _vaccine(self, said: Mapping[str, object]) -> Vaccine | None:
        code, name = line(said.get("code")), line(said.get("name"))
        self._label = name or code or self._hsa_id
        name = name or VACCINES.get(code or "")
        if code is None or name is None:
            self.breaks("code", "vaccine_unnamed", code or "")
            return None
        if code not in VACCINES:
            self.breaks("code", "vaccine_code", code)
        note = said.get("note")
        return Vaccine(
            code=code,
            name=name,
            note=text(note).value if isinstance(note, str) else None,
            booking_url=self._url(line(said.get("bookingUrl"))),
            times=_in_order(time for each in items(said.get("times")) if (time := self._time(mapping(each)))),
        )

    def _time(self, said: Mapping[str, object]) -> VaccinationTime | None:
        raw_day, opens, closes = (line(said.get(field)) or "" for field in ("date", "from", "to"))
        day = _date(raw_day)
        if day is None or not _OPENS.fullmatch(opens) or not _CLOSES.fullmatch(closes) or opens >= closes:
            self.breaks("times", "vaccine_time", f"{raw_day} {opens}-{closes}")
            return None
        return VaccinationTime(day=day, opens=opens, closes=closes, drop_in=self._drop_in(said.get("dropIn")))

    def _drop_in(self, said: object) -> bool | None:
        if said is None or isinstance(said, bool):
            return said
        self.breaks("dropIn", "vaccine_drop_in", str(said))
        return None

    def _url(self, url: str | None) -> str | None:
        if url is None or is_web_address(url):
            return url
        self.breaks("bookingUrl", "vaccine_url", url)
        return None


def _together(one: Vaccine, other: Vaccine) -> Vaccine:
    """Return a vaccine that is told of twice: what the first leaves open is the second's."""
    return Vaccine(
        code=one.code,
        name=one.name,
        note=one.note or other.note,
        booking_url=one.booking_url or other.booking_url,
        times=_in_order((*one.times, *other.times)),
    )


def _in_order(times: "Iterator[VaccinationTime] | tuple[VaccinationTime, ...]") -> tuple[VaccinationTime, ...]:
    return tuple(sorted(set(times), key=lambda time: (time.day, time.opens, time.closes, str(time.drop_in))))


def _date(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw) if len(raw) == len("YYYY-MM-DD") else None
    except ValueError:
        return None

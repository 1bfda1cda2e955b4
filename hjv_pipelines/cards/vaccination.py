"""Vaccination: which vaccines a unit offers, and the times that are left.

Here: the card's vaccine, and the moments at which a time has passed. Not here: the profile (`sources/vaccinera/`).
"""

from collections.abc import Iterator
from datetime import datetime

from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.parts import Hours, OpeningSpan, Part
from hjv_pipelines.cards.swedish import alphabetical, hours_lines
from hjv_pipelines.cards.swedish_time import closing_moment
from hjv_pipelines.sources.vaccinera.record import Vaccinations, VaccinationTime, Vaccine

_DROP_IN, _BOOKED = "drop-in", "tidsbokning"


class OfferedVaccine(Part):
    """A vaccine that the unit offers."""

    code: str
    """Vaccinera's code: influenza, pneumococcal, whooping_cough, covid19, or a newer one."""
    name: str
    """Name, Swedish."""
    note: str | None = None
    """What the unit says of it, plain text."""
    booking_url: str | None = None
    """Where to book, http or https."""
    hours: Hours | None = None
    """Times that have not passed, each on one date; none where no times are told."""


def vaccination_from(facts: UnitFacts, at: datetime) -> tuple[OfferedVaccine, ...]:
    """Return the vaccines of Vaccinera's record, by name, with the times that are left at `at`."""
    record = facts.records.get("vaccinera")
    if not isinstance(record, Vaccinations):
        return ()
    vaccines = (_vaccine(vaccine, at) for vaccine in record.vaccines)
    return tuple(sorted(vaccines, key=lambda vaccine: (alphabetical(vaccine.name), vaccine.code)))


def vaccination_changes(facts: UnitFacts) -> Iterator[datetime]:
    """Yield the moments (UTC) at which a time has passed."""
    record = facts.records.get("vaccinera")
    if isinstance(record, Vaccinations):
        yield from (_end_of(time) for vaccine in record.vaccines for time in vaccine.times)


def _vaccine(vaccine: Vaccine, at: datetime) -> OfferedVaccine:
    spans = tuple(_span(time) for time in vaccine.times if at < _end_of(time))
    return OfferedVaccine(
        code=vaccine.code,
        name=vaccine.name,
        note=vaccine.note,
        booking_url=vaccine.booking_url,
        hours=Hours(spans=spans, lines=hours_lines(spans)) if spans else None,
    )


def _span(time: VaccinationTime) -> OpeningSpan:
    weekday = time.day.isoweekday()
    return OpeningSpan(
        from_day=weekday,
        to_day=weekday,
        opens=time.opens,
        closes=time.closes,
        comment=None if time.drop_in is None else (_DROP_IN if time.drop_in else _BOOKED),
        valid_from=time.day,
        valid_to=time.day,
    )


def _end_of(time: VaccinationTime) -> datetime:
    return closing_moment(time.day, time.closes)

"""What Vaccinera says of a unit, typed: the vaccines that it offers, and the times to come.

Here: the fields, with their names in the profile. Not here: reading them (`answer.py`), and what a card shows of them
(`cards/vaccination.py`).
"""

from datetime import date

from hjv_pipelines.sources.source import Part, Record


class VaccinationTime(Part):
    """Hours of one day in which a vaccine is given, Swedish time."""

    day: date
    """date."""
    opens: str
    """from: HH:MM."""
    closes: str
    """to: HH:MM, later than `opens`; 24:00 is the end of the day."""
    drop_in: bool | None = None
    """dropIn: whether one may come without booking; none where it is not told, which is not no."""


class Vaccine(Part):
    """A vaccine that a unit offers. Without times it is offered, and when is not told."""

    code: str
    """code, of the profile's list: influenza, pneumococcal, whooping_cough, covid19; it may grow."""
    name: str
    """name, Swedish, else ours of the code."""
    note: str | None = None
    """note: what the unit says of it."""
    booking_url: str | None = None
    """bookingUrl, http or https."""
    times: tuple[VaccinationTime, ...] = ()
    """times, in order."""


class Vaccinations(Record):
    """The vaccines of one unit, by code."""

    vaccines: tuple[Vaccine, ...]

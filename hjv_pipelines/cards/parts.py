"""The parts that a card's sections are made of: an address, a telephone, hours, a position.

Here: values that have more than one part, each with its meaning for the developer who reads a card. Not here:
the sections and where their fields come from (`model.py`), and how a part is made from a source's value.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hjv_pipelines.cards.provenance import said_by, said_by_lender


class Part(BaseModel):
    """A frozen piece of a card. The docstring under a field is its published description."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class CodedValue(Part):
    """A value of a code list."""

    code: str | None = None
    """Code as HSA has it, a string with its leading zeros; none where HSA gave only the clear text."""
    name: str | None = None
    """Swedish name; none for a code that no list here knows."""


class Address(Part):
    """An address: its lines as they are written, and its parts where the source gave them apart."""

    lines: tuple[str, ...]
    """Lines to show or to print, in order."""
    street: str | None = None
    """Street with number, or the whole of an address in the old form."""
    post_code: str | None = None
    """Postcode with its blank: 123 45. A visiting address has none."""
    town: str | None = None
    """Town."""


class Telephone(Part):
    """A telephone number."""

    e164: str | None = None
    """International form (E.164) for a link: +46812345600. None for a short number such as 1177."""
    display: str
    """Form to show: 08-123 456 00 the Swedish way, a foreign number with its country code."""


class CallAddress(Part):
    """Something that can be called: a number, or an address such as SIP's."""

    uri: str | None = None
    """Link: tel:+46… or sip:…; none where the value is neither."""
    display: str
    """Form to show."""


ClockTime = Annotated[str, Field(pattern=r"^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$")]
"""A time of day in Sweden, HH:MM, from 00:00 to 24:00."""


class OpeningSpan(Part):
    """Hours that return every week, or, with dates, hours of some days in their stead."""

    from_day: int
    """First day of the week that it holds on: 1 Monday to 7 Sunday."""
    to_day: int
    """Last day of the week that it holds on, not before the first."""
    opens: ClockTime
    """When it begins, Swedish time, HH:MM."""
    closes: ClockTime
    """When it ends, Swedish time, HH:MM; 24:00 is the end of the day."""
    comment: str | None = None
    """What the unit says of these hours."""
    valid_from: date | None = None
    """First date that it holds on; none where it has always held."""
    valid_to: date | None = None
    """Last date that it holds on; none where it holds until further notice."""

    @property
    def is_dated(self) -> bool:
        """Tell whether it holds on some dates only, and then in the stead of the weekly hours."""
        return self.valid_from is not None or self.valid_to is not None


class Hours(Part):
    """Hours of one kind. On a date where a dated span holds, the weekly ones do not."""

    spans: tuple[OpeningSpan, ...]
    """Every span that holds or is to come, those of the week first."""
    lines: tuple[str, ...]
    """The same in Swedish, line by line, to show."""


class UnitFunction(Part):
    """A function of the unit with a number of its own."""

    name: str
    """Name, such as Avbokning, Bokning, Receptförnyelse, Rådgivning or Sjukresebeställning."""
    telephones: tuple[Telephone, ...] = ()
    """Numbers of the function."""
    hours: Hours | None = None
    """When they are answered."""


class AgeRange(Part):
    """Ages that the unit receives, in years."""

    from_age: int
    """Youngest age, 0 for newborn."""
    to_age: int | None = None
    """Oldest age, itself included; none where there is no upper limit."""
    comment: str | None = None
    """What the unit says of it."""
    text: str
    """The same in Swedish, to show: Från 6 år."""


class Image(Part):
    """A picture."""

    jpeg: str
    """JPEG file in base64."""
    text: str | None = None
    """What it shows, for those who do not see it."""


class Position(Part):
    """A place on earth, WGS84."""

    latitude: float
    """Degrees north, to six decimals (0.1 m)."""
    longitude: float
    """Degrees east, to six decimals."""
    system: Literal["RT90", "SWEREF 99", "SWEREF 99 TM"]
    """Which of the source's positions it was taken from."""


class EServiceLimits(Part):
    """Whom an e-service is for. What is left out limits nobody."""

    county_codes: tuple[str, ...] = ()
    """Counties whose residents may use it, two digits each."""
    municipality_codes: tuple[str, ...] = ()
    """Municipalities of these counties whose residents may use it, four digits each; none for all."""
    section_codes: tuple[str, ...] = ()
    """Sections of these municipalities whose residents may use it; none for all."""
    gender: Literal["man", "woman"] | None = None
    """Gender that it is for."""
    age_min: int | None = None
    """Lowest age, in years."""
    age_max: int | None = None
    """Highest age, in years."""
    listing_required: bool | None = None
    """Whether one must be listed with the unit; none where it is not told."""
    referral_required: bool | None = None
    """Whether one must have a referral; none where it is not told."""


class Lender(Part):
    """The unit that an e-service is borrowed from."""

    hsa_id: Annotated[str, said_by("kka", "borrowed")]
    """HSA-id of the lender, upper case."""
    name: Annotated[str, said_by_lender("hsa", "public_name", "name", "location")]
    """Name of the lender, as on its own card."""


class EService(Part):
    """An e-service that the unit offers."""

    id: str
    """Id of the service: the producer's own in 1177 e-tjänster, or KKA's."""
    name: str
    """Name, such as Boka tid."""
    description: str | None = None
    """What it is for, plain text."""
    url: str | None = None
    """Where it is, http or https."""
    origin: Literal["1177", "kka", "borrowed"]
    """Whose service it is: the unit's own in 1177 e-tjänster (1177), one that the unit's editors made, without
    connection to 1177 (kka), or another unit's in 1177 e-tjänster (borrowed).
    """
    lender: Lender | None = None
    """Unit that it is borrowed from; none where it is the unit's own."""
    requires_login: Annotated[
        bool | None, said_by("eservices", "services"), said_by_lender("eservices", "services")
    ] = None
    """Whether one must identify oneself (security level AL2 and above); none where it is not told."""
    limits: Annotated[
        EServiceLimits | None, said_by("eservices", "services"), said_by_lender("eservices", "services")
    ] = None
    """Whom it is for; none where it is for everyone."""

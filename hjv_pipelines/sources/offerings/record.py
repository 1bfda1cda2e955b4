"""What Utbud says of a unit, typed: the care services that it offers now or is going to.

Here: the fields, with their names in the contract. Not here: reading them (`answer.py`, `values.py`), and what a card
shows of them (`cards/offerings.py`). What no card needs is not read: providing and responsible organisation,
indicators, request template, cooperation, resources, interference, calendars, polygons, other personal attributes.
"""

from datetime import date

from hjv_pipelines.sources.source import Part, Record

BUSINESS_CODES = "1.2.752.129.2.2.1.3"
"""HSA's verksamhetskod (OID)."""

RESIDENT = "257513009"
"""The role of those whom the cards are for: SNOMED's "enskild person"."""

SWEDISH = "swe"
"""ISO 639-3."""


class Coded(Part):
    """A value of a code list (CV). Code lists grow: an unknown code is a value like any other."""

    system: str
    """codeSystem, an OID."""
    code: str
    """code, with its leading zeros."""
    name: str | None = None
    """displayName, else originalText, else HSA's name of its own code: Swedish, whatever the descriptions are in."""


class Description(Part):
    """A text, in a language and for the roles of those who read it."""

    text: str
    """text."""
    language: str | None = None
    """language: a code of ISO 639-3, lower case; none is Swedish."""
    roles: tuple[str, ...] = ()
    """role: codes of SNOMED CT SE (257513009 a private person, 223366009 health care staff); none is for everyone."""

    @property
    def is_for_residents(self) -> bool:
        """Tell whether it is in Swedish, and for residents or for everyone."""
        return self.language in {None, SWEDISH} and (not self.roles or RESIDENT in self.roles)


class TargetGroup(Part):
    """For whom a care service is. None of the two: for everyone."""

    age_min: int | None = None
    """age/start, years."""
    age_max: int | None = None
    """age/end, years, included."""
    gender: str | None = None
    """gender: 1 man, 2 woman."""


class Fee(Part):
    """patientFee."""

    amount: str
    """value: a decimal number as it stands, such as 275 or 99.50."""
    currency: str
    """currency, such as SEK."""


class Sweref99Tm(Part):
    """A point in SWEREF 99 TM, metres."""

    north: int
    """north."""
    east: int
    """east."""


class Place(Part):
    """Where a care service is given, or whose residents it is for. Several together are all of them."""

    address: str | None = None
    """physicalLocation/locationAddress."""
    position: Sweref99Tm | None = None
    """physicalLocation/geographicalCoordinates."""
    url: str | None = None
    """virtualLocation/id, where it is an http or https address."""
    county_code: str | None = None
    """geographicalLocation/county."""
    municipality_code: str | None = None
    """geographicalLocation/municipality."""


class ContactPoint(Part):
    """A way to reach those who give a care service."""

    ranking: int | None = None
    """ranking: the lowest first."""
    roles: tuple[str, ...] = ()
    """forRole: codes of SNOMED CT SE; none is for everyone."""
    purpose: str | None = None
    """purpose."""
    address: str | None = None
    """address."""
    kind: Coded | None = None
    """telecom/typeOfTelecom."""
    value: str | None = None
    """telecom/contactPoint: a number, an address of mail or of the web."""


class CareService(Part):
    """A care service that a unit offers, of status ACTIVE: it is shown on the days of its validity."""

    service_id: str | None = None
    """careServiceId: its extension, or the root where that is a UUID of its own."""
    type: Coded
    """typeOfCareService: a code of SNOMED CT SE, or of HSA's verksamhetskod."""
    type_descriptions: tuple[Description, ...] = ()
    """typeOfCareServiceDescription: the nationally agreed text."""
    descriptions: tuple[Description, ...] = ()
    """description: what the unit adds."""
    valid_from: date | None = None
    """validity/start: the first day, Swedish time."""
    valid_to: date | None = None
    """validity/end: the last day, included."""
    care_option: bool | None = None
    """careOption: whether it is part of a system of free choice (vårdval)."""
    referral_required: bool | None = None
    """referralRequired: by the rules of the region that offers it."""
    fee: Fee | None = None
    """patientFee."""
    target_groups: tuple[TargetGroup, ...] = ()
    """targetGroup: it is for any of them; none is for everyone."""
    places: tuple[Place, ...] = ()
    """location."""
    contacts: tuple[ContactPoint, ...] = ()
    """contactInformation."""


class Offerings(Record):
    """The care services of one unit, in a fixed order: the contract promises none."""

    services: tuple[CareService, ...]

"""What 1177 e-tjänster says of a unit, typed: its e-services, and who may use each.

Here: the fields, with their names in the contract. Not here: reading them (`answer.py`, `values.py`), and in
what order a card shows them (`cards/`).
"""

from hjv_pipelines.sources.source import Part, Record


class ServiceArea(Part):
    """Whose residents an e-service is for. No municipality: all of the county; no section: all of it."""

    county_codes: tuple[str, ...] = ()
    """countycode."""
    municipality_codes: tuple[str, ...] = ()
    """municipalityCode."""
    section_codes: tuple[str, ...] = ()
    """municipalitySectionCode."""


class Restrictions(Part):
    """Who may use an e-service. `None` is no restriction, or a broken one: then a finding says so."""

    area: ServiceArea | None = None
    """eserviceAreaCode."""
    gender: str | None = None
    """gender: 1 man, 2 woman."""
    listing_required: bool | None = None
    """listing."""
    referral_required: bool | None = None
    """referal."""
    referral_type: str | None = None
    """referalTypeId: a code, 1 to 8."""
    age_min: int | None = None
    """ageMin, years."""
    age_max: int | None = None
    """ageMax, years."""


class EService(Part):
    """An e-service of a unit. Without `restrictions` it is open to everyone, without `url` it has no link."""

    resource_id: str
    """resourceId, the producer's own."""
    name: str
    """commonName."""
    description: str | None = None
    """description."""
    url: str | None = None
    """url, http or https."""
    security_level: str | None = None
    """securitylevel: AL1 to AL4."""
    restrictions: Restrictions | None = None
    """restrictions."""


class EServices(Record):
    """The e-services of one unit, by `resource_id`: the contract promises no order."""

    services: tuple[EService, ...]

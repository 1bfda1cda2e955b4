"""Which sources there are: one line registers one.

Here: the sources and the addresses that each needs, and which of them an installation can ask. Not here: when
they are asked (`timetable.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pkgutil import resolve_name

from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.eservices.record import EServices
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.kka.record import PublishedContent
from hjv_pipelines.sources.listing.record import Listing
from hjv_pipelines.sources.offerings.record import Offerings
from hjv_pipelines.sources.patient_survey.record import PatientSurvey
from hjv_pipelines.sources.quality_indicators.record import QualityIndicators
from hjv_pipelines.sources.source import Record, Source
from hjv_pipelines.sources.vaccinera.record import Vaccinations
from hjv_pipelines.timetable import TIMETABLE
from hjv_pipelines.transport.contract import Contract


@dataclass(frozen=True, slots=True)
class Interface:
    """How a source is asked: the contract's `name` and version, and whether its official text could be read.

    One that could not is a profile of this project. What is known and assumed of each stands in `docs/contracts.md`.
    """

    name: str
    official: bool


def official(name: str) -> Interface:
    """Return a contract that is followed to the letter of its official text."""
    return Interface(name, official=True)


def profile(name: str) -> Interface:
    """Return a profile of this project, for a contract without a public text."""
    return Interface(name, official=False)


def source_at(place: str) -> Callable[..., Source]:
    """Return what makes a source of the class at `place`, such as "hsa.source:HsaSource".

    Its module is imported with the first source that is made, and with it all that the wire needs: what only knows
    which sources there are, such as Dagster's code location, does without.
    """

    def build(settings: Settings, **parts: object) -> Source:
        source: Source = resolve_name(f"hjv_pipelines.sources.{place}")(settings, **parts)
        return source

    return build


def contract_at(place: str) -> Callable[[Settings], Contract]:
    """Return what gives the contract at `place`, such as "listing.source:CONTRACT", imported when it is asked for."""

    def contract(_: Settings) -> Contract:
        found: Contract = resolve_name(f"hjv_pipelines.sources.{place}")
        return found

    return contract


def _unit_contract(settings: Settings) -> Contract:
    from hjv_pipelines.sources.hsa.unit_service import UNIT_CONTRACTS

    return UNIT_CONTRACTS[settings.hsa_unit_contract].contract


def _offerings_contract(settings: Settings) -> Contract:
    from hjv_pipelines.sources.offerings.words import WORDS

    return WORDS[settings.offerings_contract].contract


@dataclass(frozen=True, slots=True)
class Registration:
    """How a source is made of the settings, its records' type, and the settings that hold its addresses.

    `title` is what people in Swedish health care call it; `interfaces` are the ways in which it can be asked.
    `contracts` are the SOAP contracts behind its addresses, by the address's setting: `hjv doctor` asks there whether
    the service answers, for the logical address in the setting that ends in `_logical_address` instead of `_url`.
    Of a `seasonal` source everything may be gone from one day to the next, and its answers say so themselves.
    """

    build: Callable[[Settings], Source]
    record: type[Record]
    addresses: tuple[str, ...]
    title: str
    interfaces: tuple[Interface, ...]
    contracts: Mapping[str, Callable[[Settings], Contract]] = field(default_factory=dict)
    seasonal: bool = False


REGISTRATIONS = {
    "hsa": Registration(
        source_at("hsa.source:HsaSource"),
        HsaUnit,
        ("hsa_file_url", "hsa_unit_url"),
        "HSA",
        (
            profile("hsaunits.zip, with the project's hsa-unit:1 inside the official schema"),
            profile("GetUnit 5.0, as hsa-unit:1"),
            official("GetHsaUnit 1.0"),
        ),
        {"hsa_unit_url": _unit_contract},
    ),
    "offerings": Registration(
        source_at("offerings.source:OfferingsSource"),
        Offerings,
        ("offerings_url",),
        "Utbud, Region Stockholm",
        (official("GetCareServiceOfferings 3.0"), profile("GetHealthcareOfferings 1")),
        {"offerings_url": _offerings_contract},
    ),
    "vaccinera": Registration(
        source_at("vaccinera.source:VaccineraSource"),
        Vaccinations,
        ("vaccinera_url",),
        "Vaccinera, Region Stockholm",
        (profile("vaccinera:1, JSON"),),
        seasonal=True,
    ),
    "eservices": Registration(
        source_at("eservices.source:EServicesSource"),
        EServices,
        ("eservices_url",),
        "1177 e-tjänster",
        (official("GetAvailableEServices 1.0"),),
        {"eservices_url": contract_at("eservices.source:CONTRACT")},
    ),
    "waiting_times": Registration(
        source_at("waiting_times:WaitingTimesSource"),
        QualityIndicators,
        ("waiting_times_url",),
        "Väntetider i vården",
        (profile("GetQualityIndicators 2"),),
        {"waiting_times_url": contract_at("quality_indicators.profile:CONTRACT")},
    ),
    "waiting_times_skane": Registration(
        source_at("waiting_times_skane:WaitingTimesSkaneSource"),
        QualityIndicators,
        ("waiting_times_skane_url",),
        "Väntetider Skåne",
        (profile("GetQualityIndicators 2"),),
        {"waiting_times_skane_url": contract_at("quality_indicators.profile:CONTRACT")},
    ),
    "listing": Registration(
        source_at("listing.source:ListingSource"),
        Listing,
        ("listing_url",),
        "Listningstjänsten",
        (official("GetAvailableFacilities 1.0"),),
        {"listing_url": contract_at("listing.source:CONTRACT")},
    ),
    "patient_survey": Registration(
        source_at("patient_survey.source:PatientSurveySource"),
        PatientSurvey,
        ("patient_survey_url",),
        "Nationell Patientenkät",
        (profile("the survey's results, JSON"),),
    ),
    "kka": Registration(
        source_at("kka.source:KkaSource"),
        PublishedContent,
        ("kka_url",),
        "KKA (Kontaktkortsadmin)",
        (profile("kka:1, JSON"),),
    ),
}
"""Every source by its name in the timetable."""

RECORD_TYPES = {name: registration.record for name, registration in REGISTRATIONS.items()}
"""The type of each source's records, also of those that are off: the store may still hold what they said."""


def build_sources(settings: Settings) -> dict[str, Source]:
    """Return the sources that the installation can ask, by name, in the timetable's order.

    A source without its addresses is off and left out; `missing_addresses` says which, and why.
    Nothing is asked and no certificate is read yet.
    """
    off = missing_addresses(settings)
    return {row.source: REGISTRATIONS[row.source].build(settings) for row in TIMETABLE if row.source not in off}


def missing_addresses(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the sources that are off, each with the environment variables that would turn it on."""
    missing = {
        name: tuple(f"HJV_{field.upper()}" for field in registration.addresses if settings.address(field) is None)
        for name, registration in REGISTRATIONS.items()
    }
    return {name: variables for name, variables in missing.items() if variables}

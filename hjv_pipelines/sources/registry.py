"""Which sources there are: one line registers one.

Here: the sources and the addresses that each needs, and which of them an installation can ask. Not here: when
they are asked (`timetable.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.eservices.record import EServices
from hjv_pipelines.sources.eservices.source import CONTRACT as AVAILABLE_ESERVICES
from hjv_pipelines.sources.eservices.source import EServicesSource
from hjv_pipelines.sources.hsa.record import HsaUnit
from hjv_pipelines.sources.hsa.source import HsaSource
from hjv_pipelines.sources.hsa.unit_service import UNIT_CONTRACTS
from hjv_pipelines.sources.kka.record import PublishedContent
from hjv_pipelines.sources.kka.source import KkaSource
from hjv_pipelines.sources.listing.record import Listing
from hjv_pipelines.sources.listing.source import CONTRACT as AVAILABLE_FACILITIES
from hjv_pipelines.sources.listing.source import ListingSource
from hjv_pipelines.sources.offerings.record import Offerings
from hjv_pipelines.sources.offerings.source import OfferingsSource
from hjv_pipelines.sources.offerings.words import WORDS
from hjv_pipelines.sources.patient_survey.record import PatientSurvey
from hjv_pipelines.sources.patient_survey.source import PatientSurveySource
from hjv_pipelines.sources.quality_indicators.profile import CONTRACT as QUALITY_INDICATORS
from hjv_pipelines.sources.quality_indicators.record import QualityIndicators
from hjv_pipelines.sources.source import Record, Source
from hjv_pipelines.sources.vaccinera.record import Vaccinations
from hjv_pipelines.sources.vaccinera.source import VaccineraSource
from hjv_pipelines.sources.waiting_times import WaitingTimesSource
from hjv_pipelines.sources.waiting_times_skane import WaitingTimesSkaneSource
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
        HsaSource,
        HsaUnit,
        ("hsa_file_url", "hsa_unit_url"),
        "HSA",
        (
            profile("hsaunits.zip, with the project's hsa-unit:1 inside the official schema"),
            profile("GetUnit 5.0, as hsa-unit:1"),
            official("GetHsaUnit 1.0"),
        ),
        {"hsa_unit_url": lambda settings: UNIT_CONTRACTS[settings.hsa_unit_contract].contract},
    ),
    "offerings": Registration(
        OfferingsSource,
        Offerings,
        ("offerings_url",),
        "Utbud, Region Stockholm",
        (official("GetCareServiceOfferings 3.0"), profile("GetHealthcareOfferings 1")),
        {"offerings_url": lambda settings: WORDS[settings.offerings_contract].contract},
    ),
    "vaccinera": Registration(
        VaccineraSource,
        Vaccinations,
        ("vaccinera_url",),
        "Vaccinera, Region Stockholm",
        (profile("vaccinera:1, JSON"),),
        seasonal=True,
    ),
    "eservices": Registration(
        EServicesSource,
        EServices,
        ("eservices_url",),
        "1177 e-tjänster",
        (official("GetAvailableEServices 1.0"),),
        {"eservices_url": lambda _: AVAILABLE_ESERVICES},
    ),
    "waiting_times": Registration(
        WaitingTimesSource,
        QualityIndicators,
        ("waiting_times_url",),
        "Väntetider i vården",
        (profile("GetQualityIndicators 2"),),
        {"waiting_times_url": lambda _: QUALITY_INDICATORS},
    ),
    "waiting_times_skane": Registration(
        WaitingTimesSkaneSource,
        QualityIndicators,
        ("waiting_times_skane_url",),
        "Väntetider Skåne",
        (profile("GetQualityIndicators 2"),),
        {"waiting_times_skane_url": lambda _: QUALITY_INDICATORS},
    ),
    "listing": Registration(
        ListingSource,
        Listing,
        ("listing_url",),
        "Listningstjänsten",
        (official("GetAvailableFacilities 1.0"),),
        {"listing_url": lambda _: AVAILABLE_FACILITIES},
    ),
    "patient_survey": Registration(
        PatientSurveySource,
        PatientSurvey,
        ("patient_survey_url",),
        "Nationell Patientenkät",
        (profile("the survey's results, JSON"),),
    ),
    "kka": Registration(
        KkaSource,
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

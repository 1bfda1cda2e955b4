"""How the sources look in Dagster: names, descriptions, and the systems they stand for.

Here: words for people, one row a source; a source without a row is shown by its name. Not here: what an asset
does.
"""

from dataclasses import dataclass

OWNERS = ["team:hitta-vard"]
"""Who answers for everything here."""

UPSTREAM, SOURCES, CARDS, REPORTS = "upstream_systems", "sources", "cards", "reports"
DELIVERY, CONSUMERS = "delivery", "consumers"

GROUPS = (UPSTREAM, SOURCES, CARDS, REPORTS, DELIVERY, CONSUMERS)
"""The groups of the asset graph, from left to right; reports and delivery stand side by side."""

DIRECTORY = "hsa"
"""The source that says which units there are: the others are asked about its units, and come after it."""

NOTIFICATIONS = "notifications"
"""The asset of the hints that single units changed."""

CONTACT_CARDS = "contact_cards"
"""The asset that all sources lead to."""

MORNING_LOOK = "morning_look"
"""The asset that the person on duty opens first."""

FINDING_REPORTS = "finding_reports"
"""The asset of the regions' reports of what is wrong in HSA."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a source is shown: its asset and the system that it is read from."""

    asset: str
    description: str
    system: str
    system_description: str
    kinds: frozenset[str]
    url: str | None = None


_ROWS = {
    "hsa": Presentation(
        asset="hsa_units",
        description=(
            "Every unit of HSA, one document a unit, by HSA-id: name, addresses, telephones, hours, "
            "coordinates, codes and texts. **Three times a day** from HSA's complete file, which holds the "
            "directory as it was one and a half hours earlier; single units through the unit service. "
            "Unusable values become findings."
        ),
        system="hsa_directory",
        system_description="Katalogtjänst HSA, Inera: the directory of Swedish health care.",
        kinds=frozenset({"xml", "postgres"}),
        url="https://www.inera.se/hsa",
    ),
    "eservices": Presentation(
        asset="eservices",
        description=(
            "The e-services that units offer on 1177, one document a unit: name, address, and who may use "
            "each. **Three times a day** through GetAvailableEServices 1.0, asked for the units that HSA "
            "marks for Hitta vård, region by region. A region that fails keeps what it had."
        ),
        system="eservices_1177",
        system_description="1177 e-tjänster, Inera: what a patient can do at a unit after logging in.",
        kinds=frozenset({"soap", "postgres"}),
        url="https://www.inera.se/1177-etjanster",
    ),
    "listing": Presentation(
        asset="listing",
        description=(
            "The units where one can list oneself, one document a unit: whether there is a queue (true, false "
            "or not known) and for what. **Once a night** through GetAvailableFacilities 1.0, one call a "
            "county. A unit that its county's answer leaves out cannot be chosen. A county that fails keeps "
            "what it had."
        ),
        system="listing_service",
        system_description="Listningstjänsten: the counties' lists of patients, asked county by county.",
        kinds=frozenset({"soap", "postgres"}),
    ),
    "patient_survey": Presentation(
        asset="patient_survey",
        description=(
            "What patients answered when they were asked whether they would recommend the unit, one document "
            "a unit: the proportion, its year, its period and the number of answers, or why it is withheld. "
            "**Once a night** in one call; the figures change with each round, every year or two."
        ),
        system="national_patient_survey",
        system_description="Nationell Patientenkät (Signe), SKR: what patients say of their care.",
        kinds=frozenset({"json", "postgres"}),
        url="https://patientenkat.se",
    ),
    "waiting_times": Presentation(
        asset="waiting_times",
        description=(
            "How many were medically assessed within three days, all professions, one document a unit: the "
            "proportion, the month and the count, or why there is none. **Once a night** through "
            "GetQualityIndicators 2, county by county. A region that fails keeps what it had."
        ),
        system="waiting_times_skr",
        system_description="Väntetider i vården, SKR: what the regions report of waiting and access to care.",
        kinds=frozenset({"soap", "postgres"}),
        url="https://skr.se/vantetiderivarden.46246.html",
    ),
    "waiting_times_skane": Presentation(
        asset="waiting_times_skane",
        description=(
            "Forecasts of how long one will have to wait for some treatments of psychiatric care in Skåne, one "
            "document a unit. **Once a night** through GetQualityIndicators 2; no other region is asked."
        ),
        system="waiting_times_region_skane",
        system_description="Väntetider, Region Skåne: forecast waits of psychiatric care.",
        kinds=frozenset({"soap", "postgres"}),
    ),
    "offerings": Presentation(
        asset="offerings",
        description=(
            "What units in Region Stockholm offer, one document a unit: each care service with its texts, its "
            "validity, whom it is for and where. **Once a night** through GetCareServiceOfferings 3.0 (or "
            "GetHealthcareOfferings 1), in one question about the county; no other region is asked."
        ),
        system="care_service_catalogue",
        system_description="Utbudstjänsten, Region Stockholm: the care that is offered there by contract.",
        kinds=frozenset({"soap", "postgres"}),
        url="https://vardgivarguiden.se/it-stod/e-tjanster-och-system/vardutbud/",
    ),
    "kka": Presentation(
        asset="kka_contents",
        description=(
            "What the units' editors have published in Kontaktkortsadmin, one document a unit: texts by section, "
            "e-services of their own and borrowed ones, and the order of all e-services. **Once a night**, region by "
            "region; single units when they are notified. Markup is cleaned, and shared texts stand in the document of "
            "every unit that shows them. Kept also for units without a card. A region that fails keeps what it had."
        ),
        system="kontaktkortsadmin",
        system_description="Kontaktkortsadmin (KKA), Inera: where the regions' editors write for the contact cards.",
        kinds=frozenset({"json", "postgres"}),
        url="https://kka.1177.se",
    ),
    "vaccinera": Presentation(
        asset="vaccination",
        description=(
            "The vaccines that units in Region Stockholm offer and the times to come, one document a unit. "
            "**Three times a day** in one question about the county; single units when they are notified. Out of "
            "season nobody offers any, and the answer says so."
        ),
        system="vaccinera_system",
        system_description="Vaccinera, Region Stockholm: journal and payment of vaccinations.",
        kinds=frozenset({"json", "postgres"}),
        url="https://vardgivarguiden.se/it-stod/e-tjanster-och-system/vaccinera/",
    ),
}


def presentation(source: str) -> Presentation:
    """Return how `source` is shown."""
    return _ROWS.get(source) or Presentation(
        asset=source,
        description=f"What {source} says of each unit, one document a unit, by HSA-id.",
        system=f"{source}_system",
        system_description=f"The system behind the source {source}.",
        kinds=frozenset({"postgres"}),
    )

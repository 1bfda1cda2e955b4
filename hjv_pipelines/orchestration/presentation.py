"""How the sources look in Dagster: names, descriptions, and the systems they stand for.

Here: words for people, one row a source; a source without a row is shown by its name. Not here: what an asset
does.
"""

from dataclasses import dataclass

OWNERS = ["team:hitta-vard"]
"""Who answers for everything here."""

UPSTREAM, SOURCES, CARDS, DELIVERY = "upstream", "sources", "cards", "delivery"
"""The groups of the asset graph, from left to right."""

DIRECTORY = "hsa"
"""The source that says which units there are: the others are asked about its units, and come after it."""

CONTACT_CARDS = "contact_cards"
"""The asset that all sources lead to."""


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

"""What a materialisation says of itself: figures that Dagster plots, and tables that a person wants to see.

Every region's partition has its own figures; what holds of the whole run stands beside them on each, for
the UI opens any of them first. Here: results of the flow as metadata. Not here: the results (`flow.py`,
`cards/publish.py`), and KKA's unit register (`register_reporting.py`).
See https://docs.dagster.io/guides/build/assets/metadata-and-tags
"""

from collections.abc import Callable, Mapping, Sequence

import dagster as dg

from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.imported import SourceImport
from hjv_pipelines.orchestration.bars import Bar, bars
from hjv_pipelines.orchestration.markdown import as_it_is, region_table, table
from hjv_pipelines.regions import region
from hjv_pipelines.store.ledger import Counts

Metadata = dict[str, dg.MetadataValue]

SHOWN_CARDS = 10
"""How many changed cards or units a run links to."""


def import_metadata(
    imported: SourceImport,
    regions: Sequence[str],
    received: int,
    changed: Mapping[str, str],
    explain_page: Callable[[str], str],
) -> dict[str, Metadata]:
    """Return the metadata of an import for each of the partitions `regions`: the partition's own figures first.

    `received`: how many bytes the source sent. `changed` names the cards of some units that changed, "" where a unit
    has none; what the sources say of each stands at `explain_page`.
    """
    summary = _import_summary(imported, received, changed, explain_page)
    return {key: _import_glance(imported, key) | _import_figures(imported, key) | summary for key in regions}


def publication_metadata(
    publications: Sequence[Publication], regions: Sequence[str], card_page: Callable[[str], str]
) -> dict[str, Metadata]:
    """Return the metadata of whole regions' publications for each of the partitions `regions`: several have a picture.

    The links to the cards are `card_page`'s.
    """
    told = units_metadata(publications, regions, card_page)
    if len(publications) < 2:  # noqa: PLR2004  one alone compares with nothing
        return told
    rows = {region(one.region).name: Bar(one.visible, one.hidden) for one in publications}
    by_region: Metadata = {"cards_by_region": dg.MetadataValue.md(bars(rows, "Cards, and units without one"))}
    return {key: said | by_region for key, said in told.items()}


def units_metadata(
    publications: Sequence[Publication], regions: Sequence[str], card_page: Callable[[str], str]
) -> dict[str, Metadata]:
    """Return the metadata of publications of a few units for each of `regions`, with links by `card_page`."""
    by_region = {one.region: _publication_figures(one) for one in publications}
    summary = _publication_summary(publications, card_page)
    return {key: _publication_glance(publications, key) | by_region.get(key, {}) | summary for key in regions}


def _import_figures(imported: SourceImport, region_key: str) -> Metadata:
    """Return one region's own figures; those of all its units for an import of units, wherever they lie."""
    if not imported.scope.is_complete:
        return integers(sum(imported.counts.values(), Counts()).as_dict())
    counts = imported.counts.get(region_key, Counts())
    return integers({**counts.as_dict(), "dagster/partition_row_count": counts.held})


def _import_summary(
    imported: SourceImport, received: int, changed: Mapping[str, str], explain_page: Callable[[str], str]
) -> Metadata:
    summary: Metadata = {
        "scope": dg.MetadataValue.text(str(imported.scope)),
        "seconds": dg.MetadataValue.float(round(imported.seconds, 2)),
        "bytes": dg.MetadataValue.int(received),
        "findings": dg.MetadataValue.int(sum(imported.findings.values())),
        "regions": dg.MetadataValue.md(
            region_table(
                ("Region", "Documents", "Added", "Changed", "Removed", "Refused"),
                [
                    (region(key).name, one.held, one.added, one.changed, one.removed, one.refused)
                    for key, one in imported.counts.items()
                ],
            )
        ),
    }
    if imported.findings:
        summary["findings_by_rule"] = dg.MetadataValue.md(table(("Rule", "Findings"), imported.findings.items()))
    if changed:
        rows = [(f"[{unit}]({explain_page(unit)})", as_it_is(name) or "none") for unit, name in changed.items()]
        summary["changed_units"] = dg.MetadataValue.md(table(("For example", "Its card so far"), rows))
    if imported.warnings:
        summary["warnings"] = dg.MetadataValue.md("\n".join(f"- {as_it_is(one)}" for one in imported.warnings))
    if imported.as_of is not None:
        summary["as_of"] = dg.MetadataValue.timestamp(imported.as_of)
    return summary


def _import_glance(imported: SourceImport, region_key: str) -> Metadata:
    """Return what the import did, as one reads it aloud: to one region of several, then in all."""
    told = _counts_in_words(sum(imported.counts.values(), Counts()))
    findings = f"{sum(imported.findings.values()):,} findings; {imported.seconds:.1f} s."
    whole = f"{imported.source}, {imported.scope}: {told}, {findings}"
    if imported.scope.is_complete and len(imported.counts) > 1:
        own = _counts_in_words(imported.counts.get(region_key, Counts()))
        whole = f"{region(region_key).name}: {own}. In all: {whole}"
    return {"at_a_glance": dg.MetadataValue.text(whole)}


def _counts_in_words(counts: Counts) -> str:
    return (
        f"{counts.held:,} documents; {counts.added:,} added, {counts.changed:,} changed, {counts.removed:,} removed, "
        f"{counts.unchanged + counts.older:,} as before; {counts.refused:,} records refused"
    )


def _publication_figures(publication: Publication) -> Metadata:
    names = ("visible", "hidden", "appeared", "changed", "withdrawn", "unchanged")
    figures = integers({name: getattr(publication, name) for name in names})
    return figures | {
        "dagster/partition_row_count": figures["visible"],
        "region_seconds": dg.MetadataValue.float(round(publication.seconds, 2)),
    }


def _publication_summary(publications: Sequence[Publication], card_page: Callable[[str], str]) -> Metadata:
    summary: Metadata = {
        "seconds": dg.MetadataValue.float(round(sum(one.seconds for one in publications), 2)),
        "regions": dg.MetadataValue.md(
            region_table(
                ("Region", "Cards", "Appeared", "Changed", "Withdrawn", "Without card"),
                [
                    (
                        region(one.region).name,
                        one.visible,
                        one.appeared,
                        one.changed,
                        one.withdrawn,
                        one.hidden,
                    )
                    for one in publications
                ],
            )
        ),
    }
    changes = [change for publication in publications for change in publication.changes][:SHOWN_CARDS]
    if changes:
        lines = (
            f"- {change.kind}: [{as_it_is(change.name or change.hsa_id)}]({card_page(change.hsa_id)})"
            for change in changes
        )
        summary["changed_cards"] = dg.MetadataValue.md("\n".join(lines))
    return summary


def _publication_glance(publications: Sequence[Publication], region_key: str) -> Metadata:
    """Return what the publications did, as one reads it aloud: to one region of several, then in all."""
    own = [one for one in publications if one.region == region_key]
    told = [f"{region(region_key).name}: {_cards_in_words(own)}"] if own else []
    if not own or len(publications) > 1:
        regions = "1 region" if len(publications) == 1 else f"{len(publications)} regions"
        told.append(f"In all {regions}: {_cards_in_words(publications)}")
    return {"at_a_glance": dg.MetadataValue.text(" ".join(told))}


def _cards_in_words(publications: Sequence[Publication]) -> str:
    return (
        f"{sum(one.visible for one in publications):,} cards; "
        f"{sum(one.appeared for one in publications):,} appeared, "
        f"{sum(one.changed for one in publications):,} changed, "
        f"{sum(one.withdrawn for one in publications):,} withdrawn; "
        f"{sum(one.hidden for one in publications):,} units have none."
    )


def integers(figures: Mapping[str, int]) -> Metadata:
    """Return figures as metadata that Dagster plots."""
    return {name: dg.MetadataValue.int(number) for name, number in figures.items()}

"""One run imports the nation from every source and publishes its cards, and says what it did, region by region."""

import re

import dagster as dg
import pytest

from hjv_pipelines.cards.published import card_of, region_figures
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.orchestration.installation import Installation, value

ASSETS = ("hsa_units", "eservices", "contact_cards")


def visible_in(imported: Installation, region: str) -> int:
    return sum(unit.region == region and unit.verdict == "visible" for unit in imported.expected())


def test_the_cards_that_the_manifest_expects_are_published(imported: Installation) -> None:
    with connect(imported.database_url) as connection:
        published = {figures.region: figures.visible for figures in region_figures(connection)}
    assert published == {region: visible_in(imported, region) for region in REGION_KEYS}


@pytest.mark.parametrize("asset", ASSETS)
def test_every_region_is_materialised(imported: Installation, asset: str) -> None:
    assert set(imported.materialised(asset)) == set(REGION_KEYS)


def test_each_region_has_figures_of_its_own(imported: Installation) -> None:
    cards = imported.materialised("contact_cards")
    for region in REGION_KEYS:
        assert value(cards[region], "visible") == visible_in(imported, region)
        assert value(cards[region], "dagster/partition_row_count") == visible_in(imported, region)


@pytest.mark.parametrize("asset", ["hsa_units", "eservices"])
def test_an_import_shows_what_it_did(imported: Installation, asset: str) -> None:
    stockholm = imported.materialised(asset)["01-stockholm"]
    for name in ("added", "changed", "removed", "unchanged", "older", "refused", "findings"):
        assert isinstance(value(stockholm, name), int), name
    assert value(stockholm, "dagster/partition_row_count") == value(stockholm, "added")
    assert isinstance(value(stockholm, "seconds"), float)
    assert value(stockholm, "bytes")
    assert value(stockholm, "scope") == "the nation"
    assert stockholm.metadata["as_of"]


def test_the_findings_are_told_by_rule(imported: Installation) -> None:
    by_rule = value(imported.materialised("hsa_units")["01-stockholm"], "findings_by_rule")
    assert re.search(r"\| time_span_order +\| +[1-9]", str(by_rule))


@pytest.mark.parametrize("asset", ASSETS)
def test_a_table_has_a_row_for_each_region_and_their_sum(imported: Installation, asset: str) -> None:
    table = str(value(imported.materialised(asset)["25-norrbotten"], "regions")).splitlines()
    assert any("Norrbotten" in row for row in table)
    assert "**All**" in table[-1]
    assert len(table) <= 2 + len(REGION_KEYS) + 1


def test_it_links_to_some_of_the_cards_that_changed(imported: Installation) -> None:
    links = str(value(imported.materialised("contact_cards")["12-skane"], "changed_cards"))
    assert "http://127.0.0.1:8080/cards/SE" in links
    assert 0 < len(links.splitlines()) <= 10


def test_the_cards_columns_come_from_the_sources_columns(imported: Installation) -> None:
    cards = imported.defs.resolve_asset_graph().get(dg.AssetKey("contact_cards"))
    lineage = cards.metadata["dagster/column_lineage"]
    assert isinstance(lineage, dg.TableColumnLineage)
    origin = dg.TableColumnDep(asset_key=dg.AssetKey("hsa_units"), column_name="mail")
    assert lineage.deps_by_column["contact.mail"] == [origin]


def test_a_materialisation_is_small_enough_to_look_at_many_of_them(imported: Installation) -> None:
    """The page of an asset's events shows hundreds: at 60 kB each it took half a minute."""
    for asset in ASSETS:
        largest = max(len(dg.serialize_value(one)) for one in imported.materialised(asset).values())
        assert largest < 20_000, asset


def test_the_cards_by_region_are_a_picture_where_there_are_several(imported: Installation) -> None:
    picture = str(value(imported.materialised("contact_cards")["12-skane"], "cards_by_region"))
    assert picture.startswith("![Cards, and units without one](data:image/svg")


def test_a_region_can_be_materialised_again(imported: Installation) -> None:
    result = imported.launch("hsa_import", region="13-halland")
    assert result.success
    events = result.asset_materializations_for_node("hsa_units")
    assert [event.partition for event in events] == ["13-halland"]
    assert value(imported.materialised("hsa_units")["13-halland"], "added") == 0
    assert value(imported.materialised("contact_cards")["13-halland"], "appeared") == 0


def test_a_unit_can_be_read_again_by_the_scope(imported: Installation) -> None:
    unit = next(unit for unit in imported.expected() if unit.region == "13-halland" and unit.verdict == "visible")
    result = imported.launch("import_everything", region="13-halland", hsa_ids=[unit.hsa_id.lower()])
    assert result.success
    read = imported.materialised("hsa_units")["13-halland"]
    assert value(read, "scope") == unit.hsa_id
    assert "dagster/partition_row_count" not in read.metadata
    with connect(imported.database_url) as connection:
        card = card_of(connection, unit.hsa_id)
    assert card is not None
    assert card.card_hash is not None


def test_a_wrong_hsa_id_is_refused_in_words(imported: Installation) -> None:
    result = imported.launch("hsa_import", region="13-halland", hsa_ids=["SE-nonsense"])
    assert not result.success
    failure = result.failure_data_for_node("hsa_units")
    assert failure is not None
    assert failure.user_failure_data is not None
    assert str(failure.user_failure_data.description).startswith("'SE-nonsense' is not an HSA-id")
    assert not result.retry_attempts_for_node("hsa_units")

"""The flow over the wire's other choices: the poorer single-unit contract, and HTTPS with client certificates."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from hjv_pipelines.cards.published import card_of
from hjv_pipelines.sandbox.certificates import certificates
from hjv_pipelines.sandbox.manifest import expectations
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation, settings_asking

POORER = {"hsa_unit_contract": "GetHsaUnit"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with served_nation(tmp_path_factory.mktemp("nation")) as asking:
        yield asking.model_copy(update=POORER)


def test_the_poorer_service_changes_what_it_knows_and_leaves_the_rest(
    settings: Settings, database_url: str, connection: psycopg.Connection
) -> None:
    """Trap 51: GetHsaUnit 1.0 knows no SWEREF 99, no structured address and no dated hours."""
    flow = pipeline(settings, database_url)
    flow.import_source("hsa", Scope.nation(), RUN)
    flow.publish(Scope.nation(), RUN)
    (hsa_id,) = connection.execute(
        "SELECT c.hsa_id FROM hjv.effective_documents d JOIN hjv.cards c USING (hsa_id) "
        "JOIN hjv.contents k ON k.content_hash = d.content_hash WHERE c.card_hash IS NOT NULL "
        "AND k.body::jsonb -> 'record' ?& ARRAY['sweref99', 'visiting_address'] ORDER BY 1 LIMIT 1"
    ).fetchone() or ("",)
    before = body_of(connection, hsa_id)
    open_nation(settings.data_dir).change(hsa_id, {"publicName": ["Nytt namn"]}, datetime.now(UTC))
    scope = Scope(hsa_ids=(hsa_id,))
    flow.import_source("hsa", scope, RUN)
    flow.publish(scope, RUN)
    after = body_of(connection, hsa_id)
    assert after["header"]["name"] == "Nytt namn"
    assert {section: after.get(section) for section in ("contact", "find", "hours")} == {
        section: before.get(section) for section in ("contact", "find", "hours")
    }


def test_a_unit_that_the_poorer_service_no_longer_knows_loses_its_card(
    settings: Settings, database_url: str, connection: psycopg.Connection
) -> None:
    flow = pipeline(settings, database_url)
    flow.import_source("hsa", Scope.nation(), RUN)
    flow.publish(Scope.nation(), RUN)
    unit = next(unit for unit in expectations(settings.data_dir) if unit.verdict == "visible" and not unit.dirt)
    open_nation(settings.data_dir).remove(unit.hsa_id, datetime.now(UTC))
    scope = Scope(hsa_ids=(unit.hsa_id,))
    flow.import_source("hsa", scope, RUN)
    flow.publish(scope, RUN)
    card = card_of(connection, unit.hsa_id)
    assert card is not None
    assert (card.body, card.failed_rules) == (None, ["known_to_hsa"])


def test_everything_is_imported_over_https_with_a_client_certificate(tmp_path: Path, database_url: str) -> None:
    create_nation(tmp_path, "small", now=datetime.now(UTC))
    app = create_app(open_nation(tmp_path), tmp_path, now=lambda: datetime.now(UTC))
    protected = certificates(tmp_path / "certificates", "127.0.0.1", "localhost")
    with running(app, protected=protected) as address:
        ours = {
            "client_certificate": protected.client,
            "client_key": protected.client_key,
            "ca_certificates": protected.authority,
        }
        flow = pipeline(settings_asking(address, tmp_path).model_copy(update=ours), database_url)
        imports = [flow.import_source(source, Scope.nation(), RUN) for source in flow.source_names]
    assert all(not done.failures for done in imports)
    assert all(done.changed_units for done in imports)


def body_of(connection: psycopg.Connection, hsa_id: str) -> dict[str, dict[str, object]]:
    """Return the unit's card."""
    row = connection.execute(
        "SELECT body::jsonb FROM hjv.cards JOIN hjv.contents ON content_hash = card_hash WHERE hsa_id = %s", (hsa_id,)
    ).fetchone()
    assert row is not None
    body: dict[str, dict[str, object]] = row[0]
    return body

"""A day can be replayed from its raw inputs, without any source, to the same cards byte for byte.

The small nation: everything is imported, and things change during the day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from hjv_pipelines.cards.register import make_register
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.guarding.revert import revert_run
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.replaying.outcome import Replay
from hjv_pipelines.replaying.replay import Watch, replay_day
from hjv_pipelines.sandbox.nation import open_nation
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.guard.judgement import Breach
from hjv_pipelines.store.guard.measures import Tally
from hjv_pipelines.store.ledger import Run
from hjv_pipelines.store.revert import Revert
from hjv_pipelines.store.told import Told
from hjv_pipelines.timetable import STOCKHOLM
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.nation import RUN, pipeline, served_nation

SKANE, THE_CAPITAL = Scope(regions=("12-skane",)), Scope(regions=("01-stockholm",))
CHANGED = "SELECT hsa_id FROM hjv.cards WHERE card_hash IS NOT NULL AND region = '12-skane' ORDER BY hsa_id LIMIT 3"
VACCINATING = """
SELECT min(hsa_id) FROM hjv.cards JOIN hjv.effective_documents USING (hsa_id)
WHERE card_hash IS NOT NULL AND hjv.cards.region = '01-stockholm' AND source = 'vaccinera'
"""
OPENING_PUBLISHED = "SELECT EXISTS (SELECT FROM hjv.publications WHERE run_id = 'opening')"

LOSE_INPUTS = """
DELETE FROM hjv.raw_inputs WHERE import_id = (
    SELECT min(import_id) FROM hjv.imports WHERE source = 'kka' AND outcome = 'done') RETURNING import_id
"""

FORGE_CARD = """
UPDATE hjv.feed SET card_hash = (SELECT max(card_hash) FROM hjv.feed)
WHERE position = (SELECT max(position) FROM hjv.feed f WHERE card_hash < (SELECT max(card_hash) FROM hjv.feed)
    AND NOT EXISTS (SELECT FROM hjv.feed n WHERE n.hsa_id = f.hsa_id AND n.position > f.position))
RETURNING hsa_id
"""


@dataclass(frozen=True)
class Day:
    """A day that was lived through: its settings (whose sources answer no more) and its store."""

    settings: Settings
    url: str


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, database_server: str, migrated_template: str) -> Iterator[Day]:
    """Live through a day, then let the sources be gone.

    Imports, changes read one by one, a bad run and its revert, cards that are published while an import is merged.
    """
    folder = tmp_path_factory.mktemp("day")
    with temporary_database(database_server, migrated_template) as url:
        with served_nation(folder) as settings:
            live_through(settings, url, folder)
        yield Day(settings, url)


def live_through(settings: Settings, url: str, folder: Path) -> None:
    flow, nation = pipeline(settings, url), open_nation(folder)
    import_everything(flow, Scope.nation(), RUN)
    with connect(url) as connection:
        make_register(connection, REGION_KEYS, RUN, lambda: datetime.now(UTC))
        changed, removed, renamed = (hsa_id for (hsa_id,) in connection.execute(CHANGED))
    nation.change(changed, {"unitName": ["Changed"], "publicName": ["Changed"]}, datetime.now(UTC))
    nation.remove(removed, datetime.now(UTC))
    import_everything(flow, Scope(hsa_ids=(changed, removed)), Run("notified", "notification"))
    nation.change(renamed, {"unitName": ["Wrong"], "publicName": ["Wrong"]}, datetime.now(UTC))
    import_everything(flow, Scope(hsa_ids=(renamed,)), Run("bad", "notification"))
    revert_run(flow, url, Revert("bad", "Karin", "Wrong name."), Run("back", "revert"), lambda: datetime.now(UTC))
    import_everything(flow, SKANE, Run("evening", "schedule"))
    publish_while_importing(flow, settings, url, folder)


def publish_while_importing(flow: Pipeline, settings: Settings, url: str, folder: Path) -> None:
    """Let a unit change in HSA and in Vaccinera, and be published between the start of a merge and its end."""
    nation = open_nation(folder)
    with connect(url) as connection:
        ((unit,),) = connection.execute(VACCINATING).fetchall()

    def publish(_connection: psycopg.Connection, _told: Told, _tally: Tally) -> dict[str, tuple[Breach, ...]]:
        flow.publish(THE_CAPITAL, RUN)
        return {}

    nation.change(unit, {"unitName": ["Meanwhile"], "publicName": ["Meanwhile"]}, datetime.now(UTC))
    flow.import_source("hsa", Scope(hsa_ids=(unit,)), RUN)
    nation.tell(unit, "vaccinera", None, datetime.now(UTC))
    Pipeline.from_settings(settings, url, publish).import_source("vaccinera", THE_CAPITAL, RUN)
    flow.publish(THE_CAPITAL, RUN)


def import_everything(flow: Pipeline, scope: Scope, run: Run) -> None:
    for source in flow.source_names:
        flow.import_source(source, scope, run)
    flow.publish(scope, run)


def replayed(
    lived: Day, server: str, template: str, days: int = 0, watch: Watch = lambda _done, _of, _title: None
) -> Replay:
    """Replay the day, or the one so many days later."""
    now = datetime.now(UTC) + timedelta(days=days)
    with temporary_database(server, template) as replica:
        told = replay_day(lived.settings, now.astimezone(STOCKHOLM).date(), lived.url, replica, now, watch)
        with connect(replica) as connection:
            assert connection.execute(OPENING_PUBLISHED).fetchone() == (told.opening > 0,)
        return told


def test_a_day_of_imports_and_changes_is_replayed_to_the_same_cards(
    lived: Day, database_server: str, migrated_template: str
) -> None:
    steps: list[tuple[int, int]] = []
    told = replayed(lived, database_server, migrated_template, watch=lambda done, of, _: steps.append((done, of)))
    assert (told.missing, told.differing, told.meanwhile, told.other_versions) == ([], {}, [], 0)
    assert steps == [(done, len(steps)) for done in range(len(steps))]
    assert told.decisions == 1
    assert told.cards > 300
    assert told.versions > told.cards
    assert len(steps) > told.imports > 100


def test_the_next_day_begins_with_what_this_one_left(lived: Day, database_server: str, migrated_template: str) -> None:
    """A day without imports: its cards are those that it began with."""
    told = replayed(lived, database_server, migrated_template, days=1)
    assert (told.imports, told.missing, told.differing) == (0, [], {})
    assert told.opening > told.cards > 300


def test_a_card_that_does_not_come_of_the_inputs_and_an_input_that_is_gone_are_named(
    lived: Day, database_server: str, migrated_template: str
) -> None:
    """What the lost input had changed is told again from the store, so that only its import is in doubt."""
    with connect(lived.url) as connection:
        ((import_id, *_), *_) = connection.execute(LOSE_INPUTS).fetchall()
        ((forged,),) = connection.execute(FORGE_CARD).fetchall()
    told = replayed(lived, database_server, migrated_template)
    assert len(told.missing) == 1
    assert f"import {import_id}" in told.missing[0]
    assert (list(told.differing), told.meanwhile, told.is_identical) == ([forged], [forged], False)

"""The checks on the notifications find what is late, what failed, and what was never notified."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import psycopg

from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.sandbox.faults import Fault
from hjv_pipelines.sandbox.manifest import expectations
from hjv_pipelines.sandbox.nation import create_nation, open_nation
from hjv_pipelines.store.inbox.arrivals import add_hints
from hjv_pipelines_tests.orchestration.installation import Installation, installed


def watch(installation: Installation, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    resources = {"pipeline": PipelineResource()}
    with dg.build_sensor_context(installation.instance, resources=resources, cursor=cursor) as context:
        answer = installation.defs.resolve_sensor_def("inbox_watch")(context)
    assert isinstance(answer, dg.SensorResult | dg.SkipReason)
    return answer


def told(installation: Installation) -> dg.AssetCheckEvaluation:
    """Return the verdict that a first look tells."""
    answer = watch(installation)
    assert isinstance(answer, dg.SensorResult)
    (evaluation,) = (event for event in answer.asset_events if isinstance(event, dg.AssetCheckEvaluation))
    return evaluation


def hinted(connection: psycopg.Connection, *, minutes_ago: float) -> None:
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    add_hints(connection, "hsa", ["SE2321000016-1"], "notification", at, received_at=at)


def test_an_empty_inbox_is_well(installation: Installation) -> None:
    assert told(installation).passed


def test_the_asset_stands_before_anything_is_notified_and_only_once(installation: Installation) -> None:
    """Dagster asks whoever imports by hand whether they are sure, as long as an asset upstream never was made."""
    answer = watch(installation)
    assert isinstance(answer, dg.SensorResult)
    (beginning,) = (event for event in answer.asset_events if isinstance(event, dg.AssetMaterialization))
    installation.instance.report_runless_asset_event(beginning)
    again = watch(installation)
    assert isinstance(again, dg.SensorResult)
    assert not any(isinstance(event, dg.AssetMaterialization) for event in again.asset_events)


def test_a_hint_of_a_moment_ago_is_well(installation: Installation, connection: psycopg.Connection) -> None:
    hinted(connection, minutes_ago=0.5)
    assert told(installation).passed


def test_a_hint_that_waits_for_two_minutes_is_an_error(
    installation: Installation, connection: psycopg.Connection
) -> None:
    hinted(connection, minutes_ago=3)
    verdict = told(installation)
    assert (verdict.passed, verdict.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "the oldest for 3 minutes" in str(verdict.metadata["shown"].value)


def test_a_hint_that_was_set_aside_is_an_error(installation: Installation, connection: psycopg.Connection) -> None:
    """Trap 48: it holds up nobody, and is not forgotten."""
    hinted(connection, minutes_ago=0)
    connection.execute("UPDATE hjv.hints SET state = 'set_aside'")
    assert not told(installation).passed


def test_the_verdict_shows_how_fast_the_last_hints_were(
    installation: Installation, connection: psycopg.Connection
) -> None:
    assert "how_fast" not in told(installation).metadata
    hinted(connection, minutes_ago=1)
    connection.execute("UPDATE hjv.hints SET state = 'done', read_at = now(), published_at = now()")
    connection.commit()
    assert str(told(installation).metadata["how_fast"].value).startswith(
        "![Per cent of the hints that were on their cards within"
    )


def test_the_same_verdict_again_is_no_news(installation: Installation) -> None:
    answer = watch(installation)
    assert isinstance(answer, dg.SensorResult)
    assert isinstance(watch(installation, answer.cursor), dg.SkipReason)


def test_a_change_that_only_the_file_tells_of_was_not_notified(database_url: str, tmp_path: Path) -> None:
    """HSA changed a unit between two files and told nobody: told by region, with the unit."""
    now = datetime.now(UTC)
    create_nation(tmp_path, "small", now=now)
    unit = next(one.hsa_id for one in expectations(tmp_path) if one.verdict == "visible")
    open_nation(tmp_path).change(unit, {"unitName": ["Ny"], "publicName": ["Ny"]}, now - timedelta(hours=20))
    with installed(database_url, tmp_path, tmp_path) as installation:
        installation.faults.set("hsa_file", Fault("late", remaining=1))
        assert installation.launch("hsa_import").success
        result = installation.launch("hsa_import")
    (verdict,) = (one for one in result.get_asset_check_evaluations() if one.check_name == "every_change_was_notified")
    assert (verdict.passed, verdict.severity, verdict.metadata["missed"].value) == (
        False,
        dg.AssetCheckSeverity.WARN,
        1,
    )
    assert unit in str(verdict.metadata["shown"].value)


def test_a_verdict_is_told_again_when_the_asset_was_materialised_since(installation: Installation) -> None:
    """The UI shows a verdict from before the last materialisation as none at all."""
    first = watch(installation)
    assert isinstance(first, dg.SensorResult)
    assert isinstance(watch(installation, first.cursor), dg.SkipReason)
    installation.instance.report_runless_asset_event(dg.AssetMaterialization("notifications"))
    assert isinstance(watch(installation, first.cursor), dg.SensorResult)

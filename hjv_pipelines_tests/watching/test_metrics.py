"""Prometheus is told what an operator asks for, nobody else is, and rules and dashboard name what is told."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.inbox.arrivals import Notification, accept
from hjv_pipelines.store.inbox.batches import finish, hand_out
from hjv_pipelines.store.retention.rule import note
from hjv_pipelines_tests.conftest import name_of, temporary_database
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.nation import AS_OF, NOW, REGION, publish_nation
from hjv_pipelines_tests.notifications.conftest import served as receiver_of

WATCH = Path(__file__).parents[2] / "deploy" / "watch"
RULES = [rule for group in yaml.safe_load((WATCH / "alerts.yaml").read_text())["groups"] for rule in group["rules"]]
PANELS = json.loads((WATCH / "dashboard.json").read_text())["panels"]

LOOKED, FORGOT = NOW - timedelta(minutes=1), NOW - timedelta(hours=8)
LE = ("2.0", "5.0", "900.0", "+Inf")

# Columns that we read of Dagster's tables.
DAGSTERS = """
CREATE TABLE public.runs (status text);
INSERT INTO public.runs VALUES ('QUEUED'), ('QUEUED'), ('SUCCESS');
CREATE TABLE public.daemon_heartbeats (daemon_type text, timestamp timestamp);
INSERT INTO public.daemon_heartbeats VALUES ('SENSOR', '2026-11-23 09:00:00');
"""


@pytest.fixture(scope="module")
def delivery(database_server: str, migrated_template: str) -> Iterator[httpx.Client]:
    """Give a client of the delivery over the small nation, with a hint that waits and Dagster's tables.

    One replica: each counts its own requests.
    """
    with temporary_database(database_server, migrated_template) as database_url:
        publish_nation(database_url)
        with connect(database_url) as connection:
            accept(connection, Notification("hsa", "1", ("SE2321000016-A",), NOW), NOW, NOW)
            publish_a_hint(connection, NOW - timedelta(minutes=1), seconds=3)
            publish_a_hint(connection, NOW - timedelta(hours=2), seconds=3)
            connection.execute("INSERT INTO hjv.alert_looks (looked_at) VALUES (%s)", (LOOKED,))
            note(connection, "feed", LOOKED - timedelta(days=30), 7, FORGOT)
            connection.execute(DAGSTERS)
        with served(database_url, replicas=1) as client:
            yield client


def publish_a_hint(connection: psycopg.Connection, at: datetime, *, seconds: int) -> None:
    """Let a hint of KKA be published `at` a moment, so many seconds after it came."""
    came, units = at - timedelta(seconds=seconds), ("SE2321000016-A",)
    accept(connection, Notification("kka", f"{at}", units, came), came, came)
    batch = hand_out(connection, "kka", 1, came, timedelta(days=1))
    assert batch is not None
    assert finish(connection, batch.batch_id, at, at)


def told(client: httpx.Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return every sample by its name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def names(client: httpx.Client) -> set[str]:
    """Return every name that is exported, with a sample or without, as a rule may name it."""
    families = re.findall(r"^# TYPE (\S+) (\S+)$", client.get("/metrics").text, re.MULTILINE)
    histograms = {name + end for name, kind in families if kind == "histogram" for end in ("_bucket", "_sum", "_count")}
    return {name for name, _ in families} | histograms


def test_the_store_is_told(delivery: httpx.Client) -> None:
    samples = told(delivery)
    assert samples["hjv_database_up", ()] == 1
    assert samples["hjv_feed_position", ()] > 0
    assert samples["hjv_inbox_hints", (("source", "hsa"), ("state", "waiting"))] == 1
    assert samples["hjv_inbox_oldest_timestamp_seconds", (("source", "hsa"), ("state", "waiting"))] == NOW.timestamp()
    assert any(name == "hjv_table_bytes" and value > 0 for (name, _), value in samples.items())


def test_cards_are_told_as_the_delivery_has_them(delivery: httpx.Client) -> None:
    samples = told(delivery)
    cards = delivery.get("/v1/cards", params={"region": REGION, "limit": 100}).json()["cards"]
    assert samples["hjv_cards", (("region", REGION), ("state", "visible"))] == len(cards)
    assert samples["hjv_cards", (("region", REGION), ("state", "hidden"))] not in {0, len(cards)}
    assert samples["hjv_feed_position", ()] == delivery.get("/v1/changes", params={"after": 0}).json()["head"]


def test_what_a_region_s_last_import_spoke_of_is_told_and_where_none_came(delivery: httpx.Client) -> None:
    samples = told(delivery)
    of_hsa = (("region", REGION), ("source", "hsa"))
    assert samples["hjv_source_content_timestamp_seconds", of_hsa] == AS_OF.timestamp()
    assert samples["hjv_source_regions_missing", (("source", "hsa"),)] == len(REGION_KEYS) - 1
    assert samples["hjv_source_deadline_timestamp_seconds", (("source", "hsa"),)] > NOW.timestamp()


def test_how_long_notified_changes_took_in_the_last_hour_is_told(delivery: httpx.Client) -> None:
    samples = told(delivery)
    classes = {bound: samples["hjv_inbox_latency_seconds_bucket", (("le", bound), ("source", "kka"))] for bound in LE}
    assert classes == {"2.0": 0, "5.0": 1, "900.0": 1, "+Inf": 1}
    assert samples["hjv_inbox_latency_seconds_gsum", (("source", "kka"),)] == 3


def test_when_it_was_looked_and_forgotten_is_told(delivery: httpx.Client) -> None:
    samples = told(delivery)
    assert samples["hjv_alerts_looked_timestamp_seconds", ()] == LOOKED.timestamp()
    assert samples["hjv_forgotten_timestamp_seconds", ()] == FORGOT.timestamp()


def test_dagster_is_told_where_its_tables_are(delivery: httpx.Client) -> None:
    samples = told(delivery)
    nine = datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp()
    assert samples["hjv_dagster_runs", (("status", "queued"),)] == 2
    assert samples["hjv_dagster_heartbeat_timestamp_seconds", (("daemon", "sensor"),)] == nine


def test_requests_are_counted_by_route_and_never_by_unit(delivery: httpx.Client) -> None:
    delivery.get("/v1/cards/SE2321000016-NONE")
    delivery.get("/no/such/SE2321000016-NONE")
    counted = {labels: value for (name, labels), value in told(delivery).items() if name == "hjv_http_requests_total"}
    assert counted[("method", "GET"), ("route", "/v1/cards/{hsa_id}"), ("status", "404")] >= 1
    assert counted[("method", "any"), ("route", "unmatched"), ("status", "404")] >= 1
    assert not any("NONE" in str(labels) for labels in counted)


def test_the_receiver_tells_as_well(database_url: str) -> None:
    settings = Settings.model_validate({"database_url": SecretStr(database_url), "metrics_token": "let-me-in"})
    with receiver_of(settings) as client:
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
        client.headers["Authorization"] = "Bearer let-me-in"
        assert told(client)["hjv_database_up", ()] == 1


def test_only_this_machine_may_read_without_a_token(delivery: httpx.Client) -> None:
    """What a proxy on this machine asks for others is theirs."""
    assert delivery.get("/metrics").status_code == 200
    assert delivery.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_a_silent_database_is_told_and_does_not_silence_the_rest(database_server: str, migrated_template: str) -> None:
    with (
        temporary_database(database_server, migrated_template) as database_url,
        served(database_url, replicas=1) as client,
    ):
        client.get("/healthz")
        with psycopg.connect(database_server, autocommit=True) as administrator:
            name = name_of(database_url)
            administrator.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
            administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            samples = told(client)
            administrator.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    assert samples["hjv_database_up", ()] == 0
    assert any(sample == "hjv_http_requests_total" for sample, _ in samples)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_names_only_what_is_exported(delivery: httpx.Client, rule: dict[str, str]) -> None:
    assert set(re.findall(r"\bhjv_\w+", rule["expr"])) <= names(delivery)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_names_only_what_is_exported(delivery: httpx.Client, panel: dict[str, list[dict[str, str]]]) -> None:
    for target in panel["targets"]:
        named = set(re.findall(r"\bhjv_\w+", target["expr"]))
        assert named <= names(delivery)
        assert named or "process_" in target["expr"]

"""The store's figures: everything that an operator asks for, as Prometheus' metrics, by few and bounded queries.

Moments are seconds since 1970, so that an age is `time() - moment` and stands still nowhere. Here: what is exported.
Not here: when it is read (`collector.py`), and what our servers count themselves (`requests.py`).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
from prometheus_client.core import CounterMetricFamily, GaugeHistogramMetricFamily, GaugeMetricFamily, Metric

from hjv_pipelines.cards.feed import feed_reach
from hjv_pipelines.cards.published import newest_changes, region_figures
from hjv_pipelines.freshness import missing_imports
from hjv_pipelines.reports.timetable import scheduled_imports
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.store.guard.holds import holds
from hjv_pipelines.store.guard.standing import standing
from hjv_pipelines.store.inbox.figures import depth
from hjv_pipelines.store.ledger import complete_imports, last_complete
from hjv_pipelines.store.open_findings import EVERYTHING, count_findings
from hjv_pipelines.store.sizes import table_sizes

LATENCY_WINDOW = timedelta(hours=1)
BOUNDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0)
"""Upper bounds of the latency's classes, in seconds."""

# width_bucket gives 0 below the first bound, and the number of bounds from the last on.
LATENCIES = """
SELECT source, width_bucket(took, %(bounds)s::float8[]), count(*), sum(took) FROM (
    SELECT source, extract(epoch FROM published_at - received_at)::float8 AS took FROM hjv.hints
    WHERE state = 'done' AND replayed_at IS NULL AND published_at >= %(since)s
) done GROUP BY 1, 2 ORDER BY 1, 2
"""

PUBLICATIONS = "SELECT coalesce(max(publication_id), 0) FROM hjv.publications"

ALERTS = "SELECT kind, count(*) FROM hjv.alerts WHERE resolved_at IS NULL GROUP BY kind ORDER BY kind"
UNTOLD = "SELECT count(*) FROM hjv.alert_messages WHERE delivered_at IS NULL"
LOOKED = "SELECT looked_at FROM hjv.alert_looks"
FORGOT = "SELECT max(at) FROM hjv.forgotten"

SESSIONS = """
SELECT coalesce(nullif(application_name, ''), 'other'), count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1 ORDER BY 1
"""

_UNITS = ("source", "region")


def store_figures(connection: psycopg.Connection, settings: Settings, now: datetime) -> Iterator[Metric]:
    """Give every figure of the store at `now`."""
    yield from _imports(connection, settings, now)
    yield from _inbox(connection, now)
    yield from _cards(connection)
    yield from _guard(connection)
    yield _counted(
        "hjv_findings_open",
        "Findings that no answer released yet.",
        ("source", "rule"),
        ((one.findings, one.source, one.rule) for one in count_findings(connection, EVERYTHING)),
    )
    yield from _alerts(connection)
    yield from _room(connection)


def _imports(connection: psycopg.Connection, settings: Settings, now: datetime) -> Iterator[Metric]:
    told = last_complete(connection)
    content = GaugeMetricFamily(
        "hjv_source_content_timestamp_seconds",
        "Time that the last complete import of a region spoke of.",
        labels=_UNITS,
    )
    imported = GaugeMetricFamily(
        "hjv_source_imported_timestamp_seconds", "When the last complete import of a region was merged.", labels=_UNITS
    )
    for last in told:
        content.add_metric((last.source, last.region), last.as_of.timestamp())
        imported.add_metric((last.source, last.region), last.imported_at.timestamp())
    deadline = GaugeMetricFamily(
        "hjv_source_deadline_timestamp_seconds", "When the next import should be done.", labels=("source",)
    )
    missing = GaugeMetricFamily(
        "hjv_source_regions_missing", "Regions of which the import that was due has not come.", labels=("source",)
    )
    for scheduled in scheduled_imports(settings, told, now):
        row = scheduled.row
        if row.source in REGISTRATIONS and not scheduled.missing:
            deadline.add_metric((row.source,), (scheduled.next + row.expected).timestamp())
            late = missing_imports(row, scheduled.complete, complete_imports(connection, row.source), now)
            missing.add_metric((row.source,), len(late))
    yield from (content, imported, deadline, missing)


def _inbox(connection: psycopg.Connection, now: datetime) -> Iterator[Metric]:
    hints = GaugeMetricFamily("hjv_inbox_hints", "Hints that are not done.", labels=("source", "state"))
    oldest = GaugeMetricFamily(
        "hjv_inbox_oldest_timestamp_seconds", "When the oldest of them was received.", labels=("source", "state")
    )
    for one in depth(connection):
        hints.add_metric((one.source, one.state), one.hints)
        oldest.add_metric((one.source, one.state), one.oldest.timestamp())
    yield from (hints, oldest, _latency(connection, now))


def _latency(connection: psycopg.Connection, now: datetime) -> Metric:
    """Return how long hints took from receipt to card that were published in the last hour."""
    told = {"bounds": list(BOUNDS), "since": now - LATENCY_WINDOW}
    counts: dict[str, list[int]] = {}
    sums: dict[str, float] = {}
    for source, place, number, seconds in connection.execute(LATENCIES, told):
        counts.setdefault(source, [0] * (len(BOUNDS) + 1))[place] = number
        sums[source] = sums.get(source, 0.0) + seconds
    family = GaugeHistogramMetricFamily(
        "hjv_inbox_latency_seconds", "From receipt to card, of hints published in the last hour.", labels=("source",)
    )
    for source, numbers in counts.items():
        below = [sum(numbers[: place + 1]) for place in range(len(numbers))]
        buckets = [(str(float(bound)), number) for bound, number in zip((*BOUNDS, float("inf")), below, strict=True)]
        family.add_metric((source,), [(bound.replace("inf", "+Inf"), n) for bound, n in buckets], sums[source])
    return family


def _cards(connection: psycopg.Connection) -> Iterator[Metric]:
    cards = GaugeMetricFamily("hjv_cards", "Units with and without a card.", labels=("region", "state"))
    for figures in region_figures(connection):
        cards.add_metric((figures.region, "visible"), figures.visible)
        cards.add_metric((figures.region, "hidden"), figures.hidden)
    changed = GaugeMetricFamily(
        "hjv_cards_changed_timestamp_seconds", "When a card of the region last changed.", labels=("region",)
    )
    for region, at in newest_changes(connection).items():
        changed.add_metric((region,), at.timestamp())
    reach = feed_reach(connection)
    yield from (cards, changed)
    yield GaugeMetricFamily("hjv_feed_position", "Newest entry of the change feed.", reach.head)
    yield GaugeMetricFamily("hjv_feed_forgotten_position", "Entries up to here may be forgotten.", reach.forgotten)
    yield CounterMetricFamily("hjv_publications", "Publications so far.", _number(connection, PUBLICATIONS))


def _guard(connection: psycopg.Connection) -> Iterator[Metric]:
    held = GaugeMetricFamily(
        "hjv_held_timestamp_seconds", "Since when the guard holds an import of a region back.", labels=_UNITS
    )
    for hold in holds(connection):
        held.add_metric((hold.source, hold.region), hold.held_at.timestamp())
    yield held
    yield _counted(
        "hjv_reverts_standing",
        "Reverts that hold a region's imports back.",
        _UNITS,
        ((1, one.source, one.region) for one in standing(connection)),
    )


def _alerts(connection: psycopg.Connection) -> Iterator[Metric]:
    yield _counted(
        "hjv_alerts_open",
        "Alerts that are open.",
        ("kind",),
        ((number, kind) for kind, number in connection.execute(ALERTS).fetchall()),
    )
    yield GaugeMetricFamily(
        "hjv_alert_messages_waiting", "Messages that no channel took yet.", _number(connection, UNTOLD)
    )
    yield _moment("hjv_alerts_looked_timestamp_seconds", "When the sensor `alerts` last looked.", connection, LOOKED)
    yield _moment("hjv_forgotten_timestamp_seconds", "When what is old was last forgotten.", connection, FORGOT)


def _room(connection: psycopg.Connection) -> Iterator[Metric]:
    size = GaugeMetricFamily("hjv_table_bytes", "Size of a table with its indexes.", labels=("table",))
    rows = GaugeMetricFamily("hjv_table_rows", "Rows of a table, about.", labels=("table",))
    for table in table_sizes(connection):
        size.add_metric((table.table,), table.bytes)
        rows.add_metric((table.table,), table.rows)
    yield from (size, rows)
    yield _counted(
        "hjv_database_sessions",
        "Sessions of the database, by program.",
        ("program",),
        ((number, program) for program, number in connection.execute(SESSIONS).fetchall()),
    )


def _counted(name: str, told: str, labels: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> Metric:
    """Return a gauge whose rows are a number and its labels."""
    family = GaugeMetricFamily(name, told, labels=labels)
    for number, *values in rows:
        family.add_metric([str(value) for value in values], float(str(number)))
    return family


def _moment(name: str, told: str, connection: psycopg.Connection, query: str) -> Metric:
    """Return a moment; no sample while there is none."""
    row = connection.execute(query.encode()).fetchone()
    family = GaugeMetricFamily(name, told)
    if row is not None and row[0] is not None:
        family.add_metric((), row[0].timestamp())
    return family


def _number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0

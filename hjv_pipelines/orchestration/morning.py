"""What the person on duty wants to know first, gathered from the store and told in Markdown.

Here: the questions, and the page that answers them. Not here: when it is made (`morning_look.py`), and any judgement:
what is wrong is what the alerts say (`alerts/`), what is late what `freshness.py` says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

import psycopg

from hjv_pipelines.alerts.ledger import Alert, open_alerts
from hjv_pipelines.cards.published import region_figures
from hjv_pipelines.freshness import missing_imports
from hjv_pipelines.orchestration.heat_map import Cell, heat_map
from hjv_pipelines.orchestration.latency_picture import BOUNDS
from hjv_pipelines.orchestration.markdown import as_it_is, table
from hjv_pipelines.regions import REGION_KEYS, region
from hjv_pipelines.reports.timetable import ScheduledImport, scheduled_imports
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.guard.holds import Hold, holds
from hjv_pipelines.store.inbox.figures import Depth, Latency, Spread, depth, latency, spread
from hjv_pipelines.store.ledger import complete_imports, last_complete
from hjv_pipelines.store.open_findings import EVERYTHING, FindingCount, count_findings
from hjv_pipelines.timetable import STOCKHOLM

SHOWN_FINDINGS = 10
"""So many rules are named, those that most units break."""

INLINE = 900
"""Dagster shows a text of so many characters at once, and one of a thousand only by a click."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Morning:
    """How everything stands at `at` (UTC).

    `late` names, by source, the regions of which the timetable's last import is missing; `latencies` and `spreads` are
    those of the last 24 hours.
    """

    at: datetime
    cards: int
    without_card: int
    alerts: Sequence[Alert]
    imports: Sequence[ScheduledImport]
    late: Mapping[str, frozenset[str]]
    held: Sequence[Hold]
    inbox: Sequence[Depth]
    latencies: Sequence[Latency]
    spreads: Sequence[Spread]
    findings: Sequence[FindingCount]

    @property
    def late_regions(self) -> int:
        """Return how many imports of a region are missing where there was one before."""
        return sum(map(len, self.late.values())) - self.new_regions

    @property
    def new_regions(self) -> int:
        """Return how many imports of a region are still to be made for the first time."""
        asked = (one for one in self.imports if not one.missing)
        return sum(last is None for one in asked for last in one.complete.values())

    def waiting(self) -> int:
        """Return how many hints are on their way."""
        return sum(part.hints for part in self.inbox if part.state != "set_aside")

    def set_aside(self) -> int:
        """Return how many hints nobody tries again by itself."""
        return sum(part.hints for part in self.inbox if part.state == "set_aside")


def morning(connection: psycopg.Connection, settings: Settings, now: datetime) -> Morning:
    """Return how everything stands now."""
    figures = region_figures(connection)
    imports = scheduled_imports(settings, last_complete(connection), now)
    return Morning(
        at=now,
        cards=sum(one.visible for one in figures),
        without_card=sum(one.hidden for one in figures),
        alerts=open_alerts(connection),
        imports=imports,
        late={one.row.source: _late(connection, one, now) for one in imports if not one.missing},
        held=holds(connection),
        inbox=depth(connection),
        latencies=latency(connection, now - _DAY, now),
        spreads=spread(connection, now - _DAY, now, BOUNDS),
        findings=count_findings(connection, EVERYTHING),
    )


def in_one_line(told: Morning) -> str:
    """Return the answer to "is everything well?"."""
    number = len(told.alerts)
    wrong = "Nothing is wrong" if not number else "One thing is wrong" if number == 1 else f"{number} things are wrong"
    new = f"{told.new_regions} still to be made for the first time, " if told.new_regions else ""
    return (
        f"{wrong}. {told.cards:,} cards. "
        f"Imports of a region: {new}{told.late_regions} late, {len(told.held)} held back. "
        f"Hints: {told.waiting()} waiting, {told.set_aside()} set aside. "
        f"Findings: {sum(one.findings for one in told.findings):,}."
    )


def what_is_wrong(told: Morning) -> str:
    """Return what is wrong and what to do, short enough to be seen at once: the first in full, and how many more."""
    if not told.alerts:
        return "Nothing."
    lines = list(map(_in_words, told.alerts))
    seen = max(1, sum(total <= INLINE for total in accumulate(len(line) + 1 for line in lines)))
    rest = len(lines) - seen
    return "\n".join((*lines[:seen], *([f"- and {rest} more: see `the_page`"] if rest else [])))


def page(told: Morning) -> str:
    """Return the whole page in Markdown, what is wrong first."""
    return "\n\n".join(_parts(told))


def ages(told: Morning) -> str:
    """Return a picture of how many hours ago each region was imported whole, by source; red where that is too long."""
    rows = {region(key).name: [_age(told, scheduled, key) for scheduled in told.imports] for key in REGION_KEYS}
    return heat_map(
        [one.row.source for one in told.imports],
        rows,
        "Hours since the last complete import",
        "Red: later than the timetable allows. Empty: the source does not speak of that region.",
    )


def ages_table(told: Morning) -> str:
    """Return the same as a table."""
    rows = []
    for key in REGION_KEYS:
        cells = (_age(told, scheduled, key) for scheduled in told.imports)
        rows.append((region(key).name, *("-" if cell is None else _marked(cell) for cell in cells)))
    return table(("Region", *(one.row.source for one in told.imports)), rows)


def _parts(told: Morning) -> Iterator[str]:
    yield f"**{_moment(told.at)}** {in_one_line(told)}"
    if told.alerts:
        yield "### What is wrong, and what to do"
        yield "\n".join(map(_in_words, told.alerts))
    yield "### The timetable"
    yield table(
        ("Source", "Times", "Last complete", "Regions late", "Next"),
        [
            (
                one.row.source,
                ", ".join(f"{moment:%H:%M}" for moment in one.row.times),
                _last(one),
                f"off: set {' and '.join(one.missing)}" if one.missing else len(told.late[one.row.source]),
                _moment(one.next),
            )
            for one in told.imports
        ],
    )
    if told.held:
        yield "### Held back: decide with `decide_hold` or `hjv guard`"
        yield table(
            ("Hold", "Source", "Region", "Units", "Why"),
            [
                (one.hold_id, one.source, one.region, one.documents, as_it_is("; ".join(map(str, one.breaches))))
                for one in told.held
            ],
        )
    yield "### The inbox, and how fast notified changes were published in the last 24 hours"
    waiting = [
        (one.source, one.state.replace("_", " "), one.hints, one.units, _moment(one.oldest)) for one in told.inbox
    ]
    yield table(("Source", "State", "Hints", "Units", "Oldest"), waiting) if waiting else "Nothing waits."
    if told.latencies:
        yield table(
            ("Source", "Told by", "Hints", "Median, s", "19 of 20 within, s"),
            [
                (
                    one.source,
                    one.origin.replace("_", " "),
                    one.hints,
                    f"{one.altogether.p50 / 1000:.1f}",
                    f"{one.altogether.p95 / 1000:.1f}",
                )
                for one in told.latencies
            ],
        )
    yield f"### Findings: the {SHOWN_FINDINGS} that most units have"
    most = sorted(told.findings, key=lambda one: -one.units)[:SHOWN_FINDINGS]
    yield table(
        ("Source", "Rule", "Units", "Findings", "Records refused"),
        [(one.source, one.rule, one.units, one.findings, one.refused) for one in most],
    )


def _in_words(alert: Alert) -> str:
    return (
        f"- since {_moment(alert.opened_at)}: [{as_it_is(alert.subject)}]({alert.link}): {as_it_is(alert.says)} "
        f"**{alert.remedy}**"
    )


def _late(connection: psycopg.Connection, scheduled: ScheduledImport, now: datetime) -> frozenset[str]:
    known = complete_imports(connection, scheduled.row.source)
    return frozenset(one.region for one in missing_imports(scheduled.row, scheduled.complete, known, now))


def _age(told: Morning, scheduled: ScheduledImport, key: str) -> Cell | None:
    """Return a square: the hours since a region's last complete import; none where the source says nothing of it."""
    if key not in scheduled.complete or scheduled.missing:
        return None
    late = key in told.late[scheduled.row.source]
    last = scheduled.complete[key]
    if last is None:
        return Cell("never", 1, alarming=True)
    age = told.at - last.imported_at
    return Cell(f"{age / _HOUR:.0f}", min(age / _DAY, 1), alarming=late)


def _marked(cell: Cell) -> str:
    return f"**{cell.words}, late**" if cell.alarming else cell.words


def _last(scheduled: ScheduledImport) -> str:
    """Return when the region that was imported longest ago was."""
    known = [last.imported_at for last in scheduled.complete.values() if last]
    if not known:
        return "never"
    return (
        _moment(min(known)) if len(known) == len(scheduled.complete) else f"{len(known)} of {len(scheduled.complete)}"
    )


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%a %H:%M}"

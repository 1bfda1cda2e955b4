"""What an import did reads well on a terminal of the usual 80 columns, also where its figures are a nation's."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.imported import SourceImport
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.reports.outcome import outcome, print_outcome
from hjv_pipelines.sources.source import Scope
from hjv_pipelines.store.ledger import Counts, ImportResult

AS_OF = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LONGEST_NAME = "waiting_times_skane"


def told(source: str, counts: Counts, findings: dict[str, int]) -> list[str]:
    """Return the lines that a person reads after the import of the nation from `source`."""
    scope = Scope(regions=REGION_KEYS)
    result = ImportResult(
        import_id=1,
        source=source,
        scope=scope,
        as_of=AS_OF,
        counts={REGION_KEYS[0]: counts},
        findings=findings,
    )
    imported = SourceImport(source, scope, (result,), (), 100.0)
    cards = [Publication(key, 1, 0, 0, 0, 900, 900, 80, 0.1, ()) for key in REGION_KEYS]
    written = StringIO()
    print_outcome(Console(file=written, width=80), outcome([imported], cards, {source: 100.0}))
    return written.getvalue().splitlines()


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return told(LONGEST_NAME, Counts(*[100_000] * 6), {"unknown_code": 12_345})


def test_an_import_is_one_line_with_its_figures_whole(lines: list[str]) -> None:
    (line,) = [line for line in lines if line.startswith(LONGEST_NAME)]
    assert line.split() == [LONGEST_NAME, "11-24", "11:00", *["100,000"] * 5, "100.0"]


def test_nothing_is_cut_off(lines: list[str]) -> None:
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if "…" in line]


def test_each_region_has_a_line_in_their_order(lines: list[str]) -> None:
    assert [line.split()[0] for line in lines if line.split()[1:] == ["900", "80"]] == sorted(REGION_KEYS)


def test_no_finding_takes_no_room(lines: list[str]) -> None:
    assert any("unknown_code" in line and "12,345" in line for line in lines)
    assert not [line for line in told("hsa", Counts(), {}) if "Findings" in line]

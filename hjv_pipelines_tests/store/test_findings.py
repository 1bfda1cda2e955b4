"""A finding stands from the first answer that shows it until one that does not, in whatever order they come."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import psycopg
import pytest

from hjv_pipelines.sources.source import Coverage, Finding, Refusal, Scope, Snapshot, UnitDocument
from hjv_pipelines.store.findings import record_findings_of_units
from hjv_pipelines.store.ledger import begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines.store.open_findings import (
    EVERYTHING,
    Choice,
    KeptFinding,
    count_findings,
    findings_of_unit,
    page_of_findings,
)
from hjv_pipelines_tests.store.told import MORNING, RUN, unit

STOCKHOLM, SKANE = "01-stockholm", "12-skane"
OF_SKANE = Scope(regions=(SKANE,))
CLINIC, OTHER = "SE2321000016-A", "SE2321000016-B"
BAD_HOURS = Finding(field="surgeryHour", rule="time_span_syntax", value="1-5#8", mend="Write the hours again.")
NO_NAME = Finding(field="unitName", rule="name_missing", value="", mend="Write a name.")

Said = UnitDocument | Refusal


def document(hsa_id: str, *findings: Finding, region: str = SKANE) -> UnitDocument:
    return UnitDocument(hsa_id, region, unit(hsa_id, region, "one"), findings)


def tell(
    connection: psycopg.Connection,
    hour: int,
    *records: Said,
    scope: Scope = OF_SKANE,
    source: str = "hsa",
    coverage: Coverage = "full",
) -> None:
    as_of = MORNING + timedelta(hours=hour)
    import_id = begin_import(connection, source, scope, RUN, as_of)
    merge(connection, Snapshot(source, scope, as_of, as_of, iter(records), coverage), import_id, lambda: as_of)


def standing(connection: psycopg.Connection) -> Sequence[KeptFinding]:
    return page_of_findings(connection, EVERYTHING, limit=100)


def hours_of(finding: KeptFinding) -> tuple[float, float, int]:
    first, last = ((moment - MORNING) / timedelta(hours=1) for moment in (finding.first_seen, finding.last_seen))
    return first, last, finding.times


def test_it_says_what_where_since_when_how_often_and_who_mends_it(connection: psycopg.Connection) -> None:
    for hour in range(3):
        tell(connection, hour, document(CLINIC, BAD_HOURS))
    (found,) = standing(connection)
    assert (found.source, found.region, found.hsa_id, found.field) == ("hsa", SKANE, CLINIC, "surgeryHour")
    assert (found.rule, found.value, found.mend) == ("time_span_syntax", "1-5#8", "Write the hours again.")
    assert hours_of(found) == (0, 2, 3)


def test_the_same_answer_read_twice_shows_it_once(connection: psycopg.Connection) -> None:
    tell(connection, 0, document(CLINIC, BAD_HOURS))
    tell(connection, 0, document(CLINIC, BAD_HOURS))
    assert hours_of(standing(connection)[0]) == (0, 0, 1)


def test_a_refused_record_is_told_with_its_place_in_the_input(connection: psycopg.Connection) -> None:
    tell(connection, 0, Refusal(None, "record 512", (NO_NAME,)))
    (found,) = standing(connection)
    assert (found.refused, found.place, found.region) == (True, "record 512", SKANE)


@pytest.mark.parametrize(
    ("records", "scope"),
    [
        ((document(CLINIC),), Scope(regions=(SKANE,))),
        ((), Scope(regions=(SKANE,))),
        ((document(CLINIC),), Scope(hsa_ids=(CLINIC,))),
        ((), Scope(hsa_ids=(CLINIC,))),
        ((document(CLINIC, region=STOCKHOLM),), Scope(regions=(STOCKHOLM,))),
    ],
    ids=["mended", "unit gone", "mended, read alone", "unit gone, read alone", "mended, and moved to another region"],
)
def test_it_is_released_by_itself(connection: psycopg.Connection, records: tuple[Said, ...], scope: Scope) -> None:
    tell(connection, 0, document(CLINIC, BAD_HOURS))
    tell(connection, 1, *records, scope=scope)
    assert standing(connection) == []


def test_what_says_nothing_of_the_unit_releases_nothing(connection: psycopg.Connection) -> None:
    tell(connection, 0, document(CLINIC, BAD_HOURS))
    tell(connection, 1, document(OTHER), scope=Scope(hsa_ids=(OTHER,)))
    tell(connection, 1, scope=Scope(regions=(STOCKHOLM,)))
    tell(connection, 1, source="eservices")
    assert len(standing(connection)) == 1


def test_a_poorer_answer_does_not_release_what_it_cannot_show(connection: psycopg.Connection) -> None:
    """Trap 51: GetHsaUnit 1.0 has no element for some fields."""
    tell(connection, 0, document(CLINIC, BAD_HOURS))
    tell(connection, 1, document(CLINIC), scope=Scope(hsa_ids=(CLINIC,)), coverage="partial")
    assert len(standing(connection)) == 1


def test_a_refused_record_without_an_id_is_released_by_the_next_answer_about_its_region(
    connection: psycopg.Connection,
) -> None:
    """Also of a source that speaks of one region alone, and never of units at a distance."""
    tell(connection, 0, Refusal(None, "record 1", (NO_NAME,)), source="offerings", scope=Scope(regions=(STOCKHOLM,)))
    tell(connection, 1, source="offerings", scope=Scope(regions=(STOCKHOLM,)))
    assert standing(connection) == []


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ((True, True, False), []),
        ((True, False, True), [(0, 2, 2)]),
        ((False, True, True), [(1, 2, 2)]),
        ((False, True, False), []),
    ],
)
def test_order_does_not_matter(
    connection: psycopg.Connection, shown: tuple[bool, ...], expected: list[tuple[int, int, int]]
) -> None:
    """Trap 1: the file of ten o'clock brings no finding back that a notification of a quarter to eleven mended."""
    for order in permutations(range(3)):
        connection.execute("TRUNCATE hjv.findings, hjv.documents, hjv.document_versions, hjv.complete_snapshots")
        for hour in order:
            tell(connection, hour, document(CLINIC, *([BAD_HOURS] if shown[hour] else [])))
        assert [hours_of(found) for found in standing(connection)] == expected, order


def test_what_no_import_makes_is_kept_and_released_likewise(connection: psycopg.Connection) -> None:
    record_findings_of_units(connection, "cards", SKANE, [CLINIC, OTHER], {CLINIC: [BAD_HOURS]}, MORNING)
    assert [found.hsa_id for found in standing(connection)] == [CLINIC]
    later = MORNING + timedelta(hours=1)
    record_findings_of_units(connection, "cards", SKANE, [OTHER], {}, later)
    assert len(standing(connection)) == 1
    record_findings_of_units(connection, "cards", SKANE, [CLINIC], {}, later)
    assert standing(connection) == []


def test_they_are_counted_and_chosen_by_region_source_rule_and_unit(connection: psycopg.Connection) -> None:
    tell(connection, 0, document(CLINIC, BAD_HOURS), Refusal(OTHER, "record 2", (NO_NAME,)))
    tell(connection, 1, document(CLINIC, BAD_HOURS), Refusal(OTHER, "record 2", (NO_NAME,)))
    counted = count_findings(connection, EVERYTHING)
    assert [(one.rule, one.findings, one.refused, one.units) for one in counted] == [
        ("name_missing", 1, 1, 1),
        ("time_span_syntax", 1, 0, 1),
    ]
    for choice in (Choice(rules=("time_span_syntax",)), Choice(hsa_ids=(CLINIC,))):
        (found,) = page_of_findings(connection, choice, limit=100)
        assert found.hsa_id == CLINIC
    assert page_of_findings(connection, Choice(regions=(STOCKHOLM,)), limit=100) == []
    assert page_of_findings(connection, Choice(sources=("kka",)), limit=100) == []


def test_pages_follow_on_each_other(connection: psycopg.Connection) -> None:
    tell(connection, 0, document(CLINIC, BAD_HOURS), document(OTHER, BAD_HOURS))
    (first,) = page_of_findings(connection, EVERYTHING, limit=1)
    (second,) = page_of_findings(connection, EVERYTHING, after=first.finding_id, limit=1)
    assert {first.hsa_id, second.hsa_id} == {CLINIC, OTHER}


def test_a_unit_is_told_what_is_wrong_with_a_record_whose_id_is_none(connection: psycopg.Connection) -> None:
    spelled = Finding(field="hsaIdentity", rule="hsa_id_format", value="se2321000016-a", mend="Correct the id.")
    tell(connection, 0, Refusal(None, "record 1", (spelled,)))
    assert [found.rule for found in findings_of_unit(connection, CLINIC)] == ["hsa_id_format"]

"""The checks pass on a good import, and name what is wrong where something is."""

import dagster as dg
import psycopg
import pytest

from hjv_pipelines.cards.disagreements import NEAR_KILOMETRES
from hjv_pipelines.orchestration.card_checks import CARD_CHECKS
from hjv_pipelines.orchestration.notifications import NOTIFYING
from hjv_pipelines.sandbox.faults import Fault
from hjv_pipelines.store.database import connect
from hjv_pipelines.timetable import TIMETABLE
from hjv_pipelines_tests.orchestration.installation import Installation
from hjv_pipelines_tests.store.told import Told, tell


def evaluations(result: dg.ExecuteInProcessResult) -> dict[tuple[str, str], dg.AssetCheckEvaluation]:
    return {
        (evaluation.asset_key.to_user_string(), evaluation.check_name): evaluation
        for evaluation in result.get_asset_check_evaluations()
    }


def test_a_good_import_passes_every_check_but_the_one_on_refused_records(installation: Installation) -> None:
    """The small nation has every kind of dirt several times: ten of its 600 records are refused."""
    judged = evaluations(installation.launch("import_everything"))
    of_the_register = 1
    assert len(judged) == 5 * len(TIMETABLE) + len(CARD_CHECKS) + len(NOTIFYING) + of_the_register
    assert {name for name, evaluation in judged.items() if not evaluation.passed} == {
        ("hsa_units", "at_most_one_record_in_a_hundred_is_refused")
    }


def test_too_many_refused_records_are_a_warning_that_names_them(imported: Installation) -> None:
    judged = evaluations(imported.launch("hsa_import"))
    refused = judged["hsa_units", "at_most_one_record_in_a_hundred_is_refused"]
    assert refused.severity is dg.AssetCheckSeverity.WARN
    assert refused.metadata["refused"].value == sum(unit.verdict == "refused" for unit in imported.expected())
    assert refused.metadata["shown"].value


def test_ids_that_a_reader_took_as_they_were_spelled_are_named(
    installation: Installation, connection: psycopg.Connection
) -> None:
    """The readers refuse such ids or mend them; the next source's may forget to, and its units would find no card."""
    spelled = ("SE2321000016-1", "se2321000016-1", "1177")
    tell(connection, Told(0, dict.fromkeys(spelled, ("12-skane", "one")), regions=("12-skane",)))
    found = evaluations(installation.launch("hsa_import", region="09-gotland"))[
        "hsa_units", "every_hsa_id_is_valid_and_unique"
    ]
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert (found.metadata["misshapen"].value, found.metadata["repeated"].value) == (2, 1)
    assert all(hsa_id in str(found.metadata["shown"].value) for hsa_id in spelled)


def test_a_region_that_would_lose_half_its_units_is_held_back(installation: Installation) -> None:
    """A small region loses everything while the nation's count hardly moves: each is judged alone (trap 10)."""
    installation.faults.set("hsa_file", Fault("late", remaining=1))
    assert installation.launch("hsa_import").success
    installation.faults.set("hsa_file", Fault("half", remaining=1))
    result = installation.launch("hsa_import", region="12-skane")
    assert not result.success
    failure = result.failure_data_for_node("hsa_units")
    assert failure is not None
    assert failure.user_failure_data is not None
    assert str(failure.user_failure_data.description).startswith("hsa is held back for 1 of 1 regions, which keep what")
    judged = installation.verdicts(result)
    assert None not in judged.values()
    assert not judged["hsa_units", "nothing_is_held_back"]
    assert judged["hsa_units", "every_hsa_id_is_valid_and_unique"]
    key = dg.AssetCheckKey(dg.AssetKey("hsa_units"), "nothing_is_held_back")
    (judged,) = installation.instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
    assert judged.event
    assert judged.event.dagster_event
    held = judged.event.dagster_event.asset_check_evaluation_data
    assert not held.passed
    assert held.severity is dg.AssetCheckSeverity.ERROR
    assert "12-skane" in str(held.metadata["shown"].value)
    (plan,) = (str(told.value) for name, told in held.metadata.items() if name.startswith("plan of hold"))
    assert "| Units |" in plan
    assert "units would be gone" in plan


def test_a_region_that_failed_is_named_until_an_import_of_it_goes_well(installation: Installation) -> None:
    """Trap 46: after the last try nobody hears of a failure any more, and quiet is no sign of health."""
    installation.faults.set("hsa_file", Fault("truncated"))
    assert not installation.launch("hsa_import", region="12-skane").success
    left = left_failed(installation)
    assert (left.passed, left.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "12-skane" in str(left.metadata["shown"].value)
    installation.faults.mend("hsa_file")
    assert installation.launch("hsa_import", region="12-skane").success
    assert left_failed(installation).passed


def left_failed(installation: Installation) -> dg.AssetCheckEvaluation:
    """Judge the standing checks as the deadline does, and return the one on failed regions."""
    return evaluations(installation.launch("hsa_deadline"))["hsa_units", "no_region_is_left_failed"]


@pytest.mark.parametrize(
    ("change", "check", "severity"),
    [
        (
            "UPDATE hjv.cards SET card_hash = NULL WHERE region = '09-gotland'",
            "every_region_with_marked_units_has_cards",
            dg.AssetCheckSeverity.ERROR,
        ),
        (
            """UPDATE hjv.contents SET body = replace(body, '"code":"25"', '"code":"12"')
            WHERE content_hash IN (SELECT card_hash FROM hjv.cards WHERE region = '25-norrbotten')""",
            "every_card_lies_near_its_county",
            dg.AssetCheckSeverity.WARN,
        ),
        (
            "UPDATE hjv.cards SET fingerprint = 'of yesterday' WHERE region = '09-gotland'",
            "no_card_is_behind_its_documents",
            dg.AssetCheckSeverity.WARN,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.islower() else "",
)
def test_what_is_wrong_with_the_cards_is_found(
    installation: Installation, change: str, check: str, severity: dg.AssetCheckSeverity
) -> None:
    assert installation.launch("hsa_import").success
    with connect(installation.database_url) as connection:
        connection.execute(change.encode())
    judged = evaluations(installation.launch("publish_cards", region="01-stockholm"))
    found = judged["contact_cards", check]
    assert not found.passed
    assert found.severity is severity
    assert found.metadata["shown"].value


def test_the_farthest_card_is_told_of_though_none_is_too_far(imported: Installation) -> None:
    judged = evaluations(imported.launch("publish_cards"))["contact_cards", "every_card_lies_near_its_county"]
    assert judged.passed
    assert 0 < float(str(judged.metadata["farthest_km"].value)) <= NEAR_KILOMETRES

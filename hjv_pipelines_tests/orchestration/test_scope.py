"""The scope of a run: its partitions, or the units that it was launched with, refused in words when they cannot be."""

import pytest

from hjv_pipelines.failures import HjvError
from hjv_pipelines.orchestration.resources import MOST_UNITS, ScopeResource
from hjv_pipelines.sources.source import Scope

SKANE = ["12-skane"]


def test_without_units_it_is_the_runs_partitions() -> None:
    assert ScopeResource().within(SKANE) == Scope(regions=("12-skane",))


def test_with_units_it_is_these_units() -> None:
    assert ScopeResource(hsa_ids=["SE2321000016-A1"]).within(SKANE) == Scope(hsa_ids=("SE2321000016-A1",))


def test_units_are_compared_in_upper_case_without_blanks() -> None:
    """An id pasted with other letters or blanks is the same unit (trap 19)."""
    scope = ScopeResource(hsa_ids=[" se2321000016-a1 ", "SE2321000016-A1"]).within(SKANE)
    assert scope == Scope(hsa_ids=("SE2321000016-A1",))


@pytest.mark.parametrize("wrong", ["SE232100001-A1", "2321000016-A1", "SE2321000016", "SE2321000016-", ""])
def test_what_is_no_hsa_id_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(HjvError, match=f"'{wrong}' is not an HSA-id"):
        ScopeResource(hsa_ids=["SE2321000016-A1", wrong]).within(SKANE)


def test_too_many_units_are_refused() -> None:
    many = [f"SE2321000016-{number}" for number in range(MOST_UNITS + 1)]
    with pytest.raises(HjvError, match="501 units are too many"):
        ScopeResource(hsa_ids=many).within(SKANE)

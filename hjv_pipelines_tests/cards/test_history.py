"""Two cards are compared field by field: what differs is told, what is alike is not, and a picture is cut."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.cards.history import LONGEST_TEXT, differences

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
CARDS = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(SCALARS, lambda inner: st.dictionaries(st.sampled_from("xyz"), inner) | st.lists(inner), max_leaves=5),
)


def told(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {difference.path: (difference.before, difference.after) for difference in differences(before, after)}


@pytest.mark.parametrize(
    ("before", "after", "differing"),
    [
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 1}, {"a": 2}, {"a": (1, 2)}),
        ({"a": {"b": 1, "c": 1}}, {"a": {"b": 1, "c": 2}}, {"a.c": (1, 2)}),
        ({"a": [1, 2]}, {"a": [2, 1]}, {"a": ([1, 2], [2, 1])}),
        ({"a": {"b": 1}}, {}, {"a": ({"b": 1}, None)}),
        ({}, {"a": {"b": 1}}, {"a": (None, {"b": 1})}),
    ],
)
def test_what_differs_is_told_where_it_stands(
    before: dict[str, Any], after: dict[str, Any], differing: dict[str, tuple[Any, Any]]
) -> None:
    assert told(before, after) == differing


@given(CARDS)
def test_a_card_does_not_differ_from_itself(card: dict[str, Any]) -> None:
    assert told(card, card) == {}


def test_a_picture_is_not_told_in_full() -> None:
    picture = "A" * 200_000
    assert len(str(told({}, {"photo": {"jpeg": picture}}))) < LONGEST_TEXT + 100

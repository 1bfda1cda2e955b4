"""The promise: a value of JSON that has not the wanted shape is none, and never a crash."""

from hjv_pipelines.sources.json_values import items, line, mapping


def test_an_object_a_list_and_a_text_are_taken() -> None:
    assert (mapping({"a": 1}), items([1]), line(" a\n b ")) == ({"a": 1}, [1], "a b")


def test_anything_else_is_none() -> None:
    for said in (None, 7, 1.5, True):
        assert (mapping(said), items(said), line(said)) == ({}, [], None)
    assert (mapping([]), items({}), line([]), line("  ")) == ({}, [], None, None)

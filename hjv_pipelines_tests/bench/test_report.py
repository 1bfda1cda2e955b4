"""Promised: figures reach a program as JSON and a reader as the table of a document, with how they were measured."""

from pathlib import Path

import pytest

from hjv_pipelines.bench.figure import Figure, times_the_floor
from hjv_pipelines.bench.report import BEGINS, ENDS, Circumstances, Row, read_rows, write_document, write_rows
from hjv_pipelines.failures import PermanentError


@pytest.fixture
def row() -> Row:
    figure = Figure("documents to store, all new", 3.0, "s", 2.0, times_the_floor(3))
    return Circumstances.now("store", "small", 1).row(figure)


def test_rows_are_read_as_they_were_written(tmp_path: Path, row: Row) -> None:
    file = tmp_path / "build" / "bench.json"
    assert read_rows(file) == []
    write_rows(file, [row])
    assert read_rows(file) == [row]
    assert {"part", "size", "rounds", "load", "cores", "measured_at"} <= set(row)


def test_the_figures_of_a_document_are_replaced_and_nothing_else(tmp_path: Path, row: Row) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"Before\n{BEGINS}\nold\n{ENDS}\nAfter\n")
    write_document(document, [row])
    write_document(document, [row])
    text = document.read_text()
    assert text.startswith("Before\n")
    assert text.endswith("After\n")
    assert "old" not in text
    assert text.count("| store | documents to store, all new | 3 s | 2 s | 1.50 | ratio at most 3 | yes |") == 1


@pytest.mark.parametrize("text", ["no place", BEGINS])
def test_a_document_without_a_place_for_figures_is_left_as_it_is(tmp_path: Path, row: Row, text: str) -> None:
    document = tmp_path / "performance.md"
    document.write_text(text)
    with pytest.raises(PermanentError, match="no place for the figures"):
        write_document(document, [row])
    assert document.read_text() == text


def test_nothing_measured_is_no_table(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"{BEGINS}{ENDS}")
    with pytest.raises(PermanentError, match="make bench"):
        write_document(document, [])


def test_the_projects_document_has_a_place_for_the_figures() -> None:
    text = (Path(__file__).parents[2] / "docs" / "performance.md").read_text()
    assert text.index(BEGINS) < text.index(ENDS)

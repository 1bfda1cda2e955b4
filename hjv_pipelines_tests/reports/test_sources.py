"""`docs/sources.md` is what the code says: every import of the timetable, and every field of every record."""

from pathlib import Path

import hjv_pipelines
from hjv_pipelines.reports.sources import sources_document
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.timetable import TIMETABLE

WRITTEN = Path(hjv_pipelines.__file__).parent.parent / "docs" / "sources.md"


def test_the_document_is_what_the_code_says() -> None:
    assert sources_document() == WRITTEN.read_text(), "the code says something else now: run `make docs`"


def test_it_names_every_source_with_its_times_and_its_addresses() -> None:
    document = sources_document()
    for row in TIMETABLE:
        section = document.partition(f"(`{row.source}`)\n")[2].partition("\n## ")[0]
        assert f"`{row.schedule}`" in section
        assert all(f"{moment:%H:%M}" in section for moment in row.times)
        assert all(f"`HJV_{name.upper()}`" in section for name in REGISTRATIONS[row.source].addresses)


def test_it_names_every_field_of_a_record_and_where_it_stands_on_the_card() -> None:
    section = sources_document().partition("(`listing`)\n")[2].partition("\n## ")[0]
    assert "| `has_queue` | true or false |" in section
    assert "| `listing.queue` |" in section
    assert "| `facility_name` | text |" in section


def test_a_setting_belongs_to_the_source_whose_name_it_begins_with() -> None:
    """`waiting_times_skane_url` begins with the name of another source too."""
    section = sources_document().partition("(`waiting_times`)\n")[2].partition("\n## ")[0]
    assert "`HJV_WAITING_TIMES_CALLS_PER_SECOND`" in section
    assert "SKANE" not in section

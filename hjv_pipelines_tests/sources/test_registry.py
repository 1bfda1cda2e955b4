"""The promise: every source of the timetable is there, and one that cannot be asked is off and says why."""

from pathlib import Path

import pytest

from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS, build_sources, missing_addresses
from hjv_pipelines.timetable import TIMETABLE


def test_each_row_of_the_timetable_is_a_registered_source() -> None:
    assert sorted(REGISTRATIONS) == sorted(row.source for row in TIMETABLE)


def test_in_the_sandbox_every_source_is_on_in_the_timetables_order() -> None:
    sources = build_sources(Settings())
    assert list(sources) == [row.source for row in TIMETABLE]
    assert [source.name for source in sources.values()] == list(sources)
    assert missing_addresses(Settings()) == {}


@pytest.mark.parametrize("name", REGISTRATIONS)
def test_a_live_source_without_an_address_is_off_and_says_so(name: str) -> None:
    given = {
        field: "https://example.se"
        for other, registration in REGISTRATIONS.items()
        for field in registration.addresses
        if other != name
    }
    settings = Settings.model_validate({"sources": "live", **given})
    assert name not in build_sources(settings)
    assert len(build_sources(settings)) == len(REGISTRATIONS) - 1
    expected = tuple(f"HJV_{field.upper()}" for field in REGISTRATIONS[name].addresses)
    assert missing_addresses(settings) == {name: expected}


def test_an_unusable_certificate_does_not_keep_the_project_from_loading(tmp_path: Path) -> None:
    """It fails the import that needs it, with a sentence of its own."""
    assert build_sources(Settings(client_certificate=tmp_path / "gone.pem"))

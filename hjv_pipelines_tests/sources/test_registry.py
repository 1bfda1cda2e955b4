"""The promise: every source of the timetable is there, and one that cannot be asked is off and says why."""

from pathlib import Path

import pytest

from hjv_pipelines.settings import SANDBOX_PATHS, Settings
from hjv_pipelines.sources.registry import REGISTRATIONS, build_sources, missing_addresses
from hjv_pipelines.timetable import TIMETABLE


def test_each_row_of_the_timetable_is_a_registered_source() -> None:
    assert sorted(REGISTRATIONS) == sorted(row.source for row in TIMETABLE)


def test_in_the_sandbox_every_source_that_it_stands_in_for_is_on_in_the_timetables_order() -> None:
    sources = build_sources(Settings())
    asked = {name for name, registration in REGISTRATIONS.items() if {*registration.addresses} <= {*SANDBOX_PATHS}}
    assert list(sources) == [row.source for row in TIMETABLE if row.source in asked]
    assert [source.name for source in sources.values()] == list(sources)
    assert set(missing_addresses(Settings())) == set(REGISTRATIONS) - asked


def test_the_address_of_a_source_that_the_settings_do_not_know_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJV_OPINIONS_URL", "https://example.se")
    assert Settings().address("opinions_url") == "https://example.se"
    assert Settings().address("another_url") is None


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

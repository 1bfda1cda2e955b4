"""The promise: what a region's own source says of a unit elsewhere is told, by where HSA has that unit."""

import pytest

from hjv_pipelines.sources.regional import placement_findings

UNIT = "SE2321000016-A"


@pytest.mark.parametrize(
    ("places", "rules"),
    [
        ({UNIT: "01-stockholm"}, []),
        ({UNIT: "00-distans"}, []),
        ({UNIT: "12-skane"}, ["unit_of_another_county"]),
        ({}, ["unit_not_marked"]),
    ],
    ids=["ours", "at a distance", "another county", "not marked"],
)
def test_only_a_unit_elsewhere_is_odd(places: dict[str, str], rules: list[str]) -> None:
    findings = placement_findings(UNIT, places, of="01-stockholm", field="hsaId", source="Utbud")
    assert [finding.rule for finding in findings] == rules
    assert all((finding.value, finding.field) == (UNIT, "hsaId") for finding in findings)

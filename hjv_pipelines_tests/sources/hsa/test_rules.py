"""Every rule says what it means and what to do, to the person who can."""

import pytest

from hjv_pipelines.sources.hsa.fields import HOURS, SETS, SEVERAL, SINGLE
from hjv_pipelines.sources.hsa.rules import LABELS, RULES, finding


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_explained(rule: str) -> None:
    assert RULES[rule].means.endswith(".")
    assert RULES[rule].remedy.endswith(".")


def test_a_finding_names_the_field_as_hsa_admin_does() -> None:
    mend = finding("time_span_order", "surgeryHour", "5-1#08:00#17:00").mend
    assert mend.startswith("The region's HSA administrator, in HSA Admin: Öppettider. Begin before you end")


def test_every_label_is_of_an_element_that_is_read() -> None:
    elsewhere = {
        *("unitHsaId", "unitName", "countyCode", "countyName", "municipalityCode", "municipalityName"),
        *("businessClassification", "businessClassificationCode", "structuredPostalAddress"),
        *("geographicalCoordinatesSWEREF99Latitude", "geographicalCoordinatesSWEREF99Longitude"),
    }
    assert set(LABELS) <= elsewhere | {*SINGLE, *SEVERAL, *SETS, *HOURS}

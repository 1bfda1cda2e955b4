"""Väntetider i vården (SKR): how many were medically assessed within three days, per unit and month.

Here: what is asked of whom. Not here: asking and reading (`sources/quality_indicators/`).
"""

from hjv_pipelines import codes
from hjv_pipelines.regions import REGIONS
from hjv_pipelines.sources.quality_indicators.measurement import Indicators
from hjv_pipelines.sources.quality_indicators.profile import PROPORTION
from hjv_pipelines.sources.quality_indicators.source import QualityIndicatorSource


class WaitingTimesSource(QualityIndicatorSource):
    """Every county is asked. Units without a county have no place in the contract's chains of organisations."""

    name = "waiting_times"
    regions = tuple(region.key for region in REGIONS if region.county_code)
    indicators = Indicators("Väntetider i vården", PROPORTION, codes.code_lists()["waiting_times_indicator"].names)

    @property
    def logical_address(self) -> str:
        """Return the receiver that the settings name."""
        return self._settings.waiting_times_logical_address

    @property
    def calls_per_second(self) -> float:
        """Return the pace that the settings allow."""
        return self._settings.waiting_times_calls_per_second

"""Väntetider Skåne: how long one will have to wait for some treatments of psychiatric care, per unit.

Here: what is asked of whom. Not here: asking and reading (`sources/quality_indicators/`).
"""

from hjv_pipelines import codes
from hjv_pipelines.sources.quality_indicators.measurement import Indicators
from hjv_pipelines.sources.quality_indicators.profile import CONTINUOUS
from hjv_pipelines.sources.quality_indicators.source import QualityIndicatorSource


class WaitingTimesSkaneSource(QualityIndicatorSource):
    """Region Skåne alone is asked. Each treatment is an indicator of its own."""

    name = "waiting_times_skane"
    regions = ("12-skane",)
    indicators = Indicators("Väntetider Skåne", CONTINUOUS, codes.code_lists()["waiting_times_skane_indicator"].names)

    @property
    def logical_address(self) -> str:
        """Return the receiver that the settings name."""
        return self._settings.waiting_times_skane_logical_address

    @property
    def calls_per_second(self) -> float:
        """Return the pace that the settings allow."""
        return self._settings.waiting_times_skane_calls_per_second

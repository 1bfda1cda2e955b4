"""How much each source may change with one import: what the settings choose, of what `judgement.py` knows.

Here: settings → thresholds by source. Not here: what a threshold means.
"""

from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.store.guard.judgement import Threshold, Thresholds


def thresholds_of(settings: Settings) -> dict[str, Thresholds]:
    """Return the thresholds of each source. The units of a seasonal one may all be gone with one import."""
    return {
        name: Thresholds(
            units_gone=None if registration.seasonal else Threshold(settings.guard_units_gone, 5),
            units_new=Threshold(settings.guard_units_new, 50),
            values_gone=Threshold(settings.guard_values_gone, 5, of_units=0.02),
            findings_more=Threshold(settings.guard_findings_more, 10),
        )
        for name, registration in REGISTRATIONS.items()
    }

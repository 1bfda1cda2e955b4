"""A check's verdict: one sentence, the offending ids, a table.

Here: the one form in which every check answers. Not here: the checks (`source_checks.py`, `card_checks.py`).
See https://docs.dagster.io/guides/test/asset-checks
"""

from collections.abc import Collection, Mapping

import dagster as dg

SHOWN_IDS = 20
"""How many offending ids a check names; their number is always told."""


def verdict(
    asset: str,
    offenders: Collection[str],
    *,
    severity: dg.AssetCheckSeverity,
    found: str,
    figures: Mapping[str, float] | None = None,
    passed: bool | None = None,
    shown: Mapping[str, dg.MetadataValue] | None = None,
) -> dg.AssetCheckResult:
    """Return a check's result: it passes when there are no `offenders`, or as `passed` says.

    `found` is the sentence that a person reads, `shown` what else is shown.
    """
    return dg.AssetCheckResult(
        asset_key=asset,
        passed=not offenders if passed is None else passed,
        severity=severity,
        description=found,
        metadata={
            **(figures or {}),
            "offenders": len(offenders),
            "shown": list(offenders)[:SHOWN_IDS],
            **(shown or {}),
        },
    )

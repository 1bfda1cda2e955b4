"""A check's verdict: one sentence, the offending ids, a table.

Here: the one form in which every check answers, and that answer as an event. Not here: the checks
(`source_checks.py`, `card_checks.py`).
See https://docs.dagster.io/guides/test/asset-checks
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import dagster as dg

from hjv_pipelines.hsa_id import HSA_ID

SHOWN_IDS = 20
"""How many offending ids a check names; their number is always told."""


NAMED_IDS = 3
"""How many of them its sentence names."""


def verdict(
    asset: str,
    offenders: Collection[str],
    *,
    severity: dg.AssetCheckSeverity,
    found: str,
    figures: Mapping[str, float] | None = None,
    passed: bool | None = None,
    shown: Mapping[str, dg.MetadataValue] | None = None,
    explained_at: Callable[[str], str] | None = None,
) -> dg.AssetCheckResult:
    """Return a check's result: it passes when there are no `offenders`, or as `passed` says.

    `found` is the sentence that a person reads: the first offenders are named behind it. `shown` is what else is shown.
    `explained_at` tells the page that explains a unit; units among the offenders are linked to theirs.
    """
    first = list(offenders)[:SHOWN_IDS]
    return dg.AssetCheckResult(
        asset_key=asset,
        passed=not offenders if passed is None else passed,
        severity=severity,
        description="\n\n".join((found, *_named(first, len(offenders)))),
        metadata={
            **(figures or {}),
            "offenders": len(offenders),
            "shown": first,
            **(_links(first, explained_at) if explained_at else {}),
            **(shown or {}),
        },
    )


def _named(first: Sequence[str], number: int) -> Iterator[str]:
    """Give one line that names some of `number` offenders, where there are any."""
    if first:
        others = number - len(first[:NAMED_IDS])
        yield "; ".join((*first[:NAMED_IDS], *([f"and {others} more"] if others else [])))


def _links(first: Iterable[str], explained_at: Callable[[str], str]) -> dict[str, dg.MetadataValue]:
    units = dict.fromkeys(hsa_id for told in first for hsa_id in HSA_ID.findall(told))
    if not units:
        return {}
    return {"explained": dg.MetadataValue.md("\n".join(f"- [{unit}]({explained_at(unit)})" for unit in units))}


def evaluation(check: str, verdict: dg.AssetCheckResult) -> dg.AssetCheckEvaluation:
    """Return `verdict` as the event of the check of that name: for where Dagster does not judge by itself."""
    assert verdict.asset_key is not None  # noqa: S101  `verdict` names it
    return dg.AssetCheckEvaluation(
        asset_key=verdict.asset_key,
        check_name=check,
        passed=verdict.passed,
        severity=verdict.severity,
        description=verdict.description,
        metadata=verdict.metadata,
    )


def judge_by(instance: dg.DagsterInstance, checks: Iterable[dg.AssetChecksDefinition], pipeline: object) -> None:
    """Judge by `checks`, and tell: behind a job that changes an asset which is no part of it."""
    for check in checks:
        result = check(pipeline=pipeline)
        assert isinstance(result, dg.AssetCheckResult)  # noqa: S101  what every check of ours returns
        instance.report_runless_asset_event(evaluation(check.check_key.name, result))

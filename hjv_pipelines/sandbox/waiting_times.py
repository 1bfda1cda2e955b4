"""Waiting times, as SKR and Region Skåne tell of them: what each says of a unit.

Here: plausible figures, and reasons for having none. Not here: how they are asked for (`quality_indicators.py`).
"""

from datetime import date, timedelta
from random import Random

from hjv_pipelines.sandbox.draft import Draft
from hjv_pipelines.sandbox.kinds import HEALTH_CENTRE
from hjv_pipelines.sandbox.unit import Json
from hjv_pipelines.sandbox.word import Word

WITHIN_THREE_DAYS = "5b0c1f36-7d2e-4c55-9a3e-2f6d3c1e8a01"
"""Medical assessment within three days, all professions."""

TREATMENTS = {
    f"9e4a7d10-1c3b-4f6a-8b25-6a0d5e2f7c0{number}": place for number, place in enumerate((12, 20, 9, 52, 70), start=1)
}
"""Treatments of psychiatric care, each with the weeks that one usually waits for it."""

_SKANE = "12"
_PSYCHIATRIC = {"1604", "1411"}
_WITHHELD = ("too_few", "not_reported")
_FEWEST = 20
_WEEK = 7


def waiting_times(random: Random, draft: Draft) -> Word | None:
    """Return SKR's word of a health centre: the last two months, either of which may be withheld."""
    if draft.unit.profile.get("businessType") != [HEALTH_CENTRE]:
        return None
    newest = _month_before(draft.surroundings.today)
    told = [_assessments(random, month) for month in (_month_before(newest), newest)]
    return Word(_said(draft, told), [_shown(told[-1])])


def waiting_times_skane(random: Random, draft: Draft) -> Word | None:
    """Return Region Skåne's word of a psychiatric unit: forecasts for one to three treatments, from this month on."""
    if draft.place.region.county_code != _SKANE or not _PSYCHIATRIC & _classifications(draft):
        return None
    first = draft.surroundings.today.replace(day=1)
    chosen = sorted(random.sample(sorted(TREATMENTS), random.randint(1, 3)))
    told = [_forecast(random, treatment, first) for treatment in chosen]
    return Word(_said(draft, told), [_shown(one) for one in told])


def _said(draft: Draft, told: list[dict[str, str]]) -> Json:
    return {
        "name": draft.unit.container.get("name", ""),
        "county": draft.place.region.county_code,
        "municipality": draft.place.municipality_code,
        "measurements": [dict(one) for one in told],
    }


def _assessments(random: Random, month: date) -> dict[str, str]:
    """Return one month: how many of how many, or why not. The contract's own words, as text."""
    told = {"measure": WITHIN_THREE_DAYS, **_period(month)}
    denominator = random.choice((random.randint(3, _FEWEST - 1), *(random.randint(_FEWEST, 900) for _ in range(9))))
    if denominator < _FEWEST:
        return {**told, "kind": "missingMeasure", "reasonCode": random.choice(_WITHHELD)}
    numerator = round(denominator * random.uniform(0.55, 1))
    rate = f"{numerator / denominator:.4f}"
    counts = {"numerator": str(numerator), "denominator": str(denominator)}
    return {**told, "kind": "proportionMeasure", **counts, "rate": rate, "coverage": f"{random.uniform(0.8, 1):.2f}"}


def _forecast(random: Random, treatment: str, month: date) -> dict[str, str]:
    told = {"measure": treatment, **_period(month)}
    weeks = max(1, round(TREATMENTS[treatment] * random.uniform(0.5, 1.5)))
    in_days = {"value": str(weeks * _WEEK), "unit": "d"}
    in_weeks = {"value": str(weeks), "unit": "wk"}
    return random.choices(
        (
            {**told, "kind": "continuousVariableMeasure", **in_weeks},
            {**told, "kind": "continuousVariableMeasure", **in_days, "count": str(random.randint(_FEWEST, 200))},
            {**told, "kind": "missingMeasure", "reasonCode": "not_measured"},
        ),
        (70, 20, 10),
    )[0]


def _shown(told: dict[str, str]) -> str:
    """Return what a card shows: measure, first day, and figure or reason."""
    figure = told.get("rate") or told.get("reasonCode") or f"{told['value']} {told['unit']}"
    return f"{told['measure']} {told['start']} {figure}"


def _period(month: date) -> dict[str, str]:
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return {"start": f"{month:%Y%m%d}", "end": f"{last:%Y%m%d}"}


def _month_before(day: date) -> date:
    """Return the first day of the month before that of `day`."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _classifications(draft: Draft) -> set[str]:
    pairs = draft.unit.profile.get("businessClassification", ())
    return {code for pair in pairs if isinstance(pair, dict) for code in pair.get("businessClassificationCode", ())}

"""Waiting times, as SKR and Region Skåne tell of them: what each says of a unit.

Here: plausible figures, and reasons for having none. Not here: how they are asked for (`quality_indicators.py`).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from hjv_pipelines.sandbox.draft import Draft
from hjv_pipelines.sandbox.kinds import HEALTH_CENTRE
from hjv_pipelines.sandbox.stream import Stream
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

_DIRTY = 5
"""One in so many units is told of with an error in its newest figure."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a figure says in place of what it should, and the rule that breaks.

    `shown` is what the card makes of it; `None` where the figure is left out.
    """

    says: dict[str, str]
    rule: str
    shown: str | None = None

    def of(self, told: dict[str, str]) -> dict[str, str]:
        """Return the figure `told` with this flaw."""
        period = {name: told[name] for name in ("measure", "start", "end")}
        return {**period, **self.says}


_FLAWED_SHARES = (
    Flaw({"kind": "proportionMeasure", "rate": "87"}, "indicator_rate"),
    Flaw({"kind": "proportionMeasure", "rate": "1.0400"}, "indicator_rate"),
    Flaw({"kind": "proportionMeasure", "rate": "0.8700", "start": "20261301"}, "indicator_period"),
    Flaw({"kind": "proportionMeasure", "rate": "0.8333", "denominator": "12"}, "indicator_too_few", "too_few"),
    Flaw({"kind": "missingMeasure"}, "indicator_reason", "no reason"),
)
"""A percentage where a share belongs, a share above one, a 13th month, a share of twelve, no figure and no reason."""

_FLAWED_WAITS = (
    Flaw({"kind": "continuousVariableMeasure", "value": "3", "unit": "mo"}, "indicator_wait"),
    Flaw({"kind": "continuousVariableMeasure", "value": "-2", "unit": "wk"}, "indicator_wait"),
)
"""A unit that the profile does not have, and a wait that would be over before it began."""


def waiting_times(random: Stream, draft: Draft) -> Word | None:
    """Return SKR's word of a health centre: the last two months, either of which may be withheld."""
    if draft.unit.profile.get("businessType") != [HEALTH_CENTRE]:
        return None
    newest = _month_before(draft.surroundings.today)
    before, told = (_assessments(random, month) for month in (_month_before(newest), newest))
    if random.random() * _DIRTY >= 1:
        return Word(_said(draft, [before, told]), [_shown(told)])
    flaw = random.by_turns(_FLAWED_SHARES)
    shown = _shown(before) if flaw.shown is None else f"{told['measure']} {told['start']} {flaw.shown}"
    return Word(_said(draft, [before, flaw.of(told)]), [shown], [flaw.rule])


def waiting_times_skane(random: Stream, draft: Draft) -> Word | None:
    """Return Region Skåne's word of a psychiatric unit: forecasts for one to three treatments, from this month on."""
    if draft.place.region.county_code != _SKANE or not _PSYCHIATRIC & _classifications(draft):
        return None
    first = draft.surroundings.today.replace(day=1)
    chosen = sorted(random.sample(sorted(TREATMENTS), random.randint(1, 3)))
    told = [_forecast(random, treatment, first) for treatment in chosen]
    if random.random() * _DIRTY >= 1:
        return Word(_said(draft, told), [_shown(one) for one in told])
    *others, last = told
    flaw = random.by_turns(_FLAWED_WAITS)
    shown = [_shown(one) for one in others] or None
    return Word(_said(draft, [*others, flaw.of(last)]), shown, [flaw.rule], is_usable=bool(others))


def _said(draft: Draft, told: list[dict[str, str]]) -> Json:
    return {
        "name": draft.unit.container.get("name", ""),
        "county": draft.place.region.county_code,
        "municipality": draft.place.municipality_code,
        "measurements": [dict(one) for one in told],
    }


def _assessments(random: Stream, month: date) -> dict[str, str]:
    """Return one month: how many of how many, or why not. The contract's own words, as text."""
    told = {"measure": WITHIN_THREE_DAYS, **_period(month)}
    denominator = random.choice((random.randint(3, _FEWEST - 1), *(random.randint(_FEWEST, 900) for _ in range(9))))
    if denominator < _FEWEST:
        return {**told, "kind": "missingMeasure", "reasonCode": random.choice(_WITHHELD)}
    numerator = round(denominator * random.uniform(0.55, 1))
    rate = f"{numerator / denominator:.4f}"
    counts = {"numerator": str(numerator), "denominator": str(denominator)}
    return {**told, "kind": "proportionMeasure", **counts, "rate": rate, "coverage": f"{random.uniform(0.8, 1):.2f}"}


def _forecast(random: Stream, treatment: str, month: date) -> dict[str, str]:
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

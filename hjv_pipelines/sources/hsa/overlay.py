"""A newer, poorer document over an older, richer one: GetHsaUnit 1.0 over the file.

Here: which fields the poorer contract cannot carry, and so leaves as they were. Not here: which of two
documents is newer (`store/`).
"""

from hjv_pipelines.sources.hsa.fields import in_one_order
from hjv_pipelines.sources.hsa.record import AgeRule, HsaUnit, TimeSpan, UnitFunction

_NOT_CARRIED = (
    "organisation_number",
    "start_date",
    "end_date",
    "feigned",
    "archived",
    "sweref99",
    "visiting_address",
    "postal_address",
    "indoor_route",
    "video_phone",
    "logotype_text",
)
"""Fields that GetHsaUnit 1.0 has no element for."""


def overlay(full: HsaUnit, partial: HsaUnit) -> HsaUnit:
    """Return `partial` with what its contract cannot carry as `full` says it.

    Besides whole fields these are: hours that hold between two dates, telephone numbers of other countries,
    second age rules and the comments of age rules.
    """
    return partial.model_copy(
        update={
            **{field: getattr(full, field) for field in _NOT_CARRIED},
            "telephone_numbers": _numbers(full.telephone_numbers, partial.telephone_numbers),
            "switchboard_number": partial.switchboard_number or next(iter(_foreign(full.switchboard_number)), None),
            "unit_functions": _functions(full.unit_functions, partial.unit_functions),
            "surgery_hours": _spans(full.surgery_hours, partial.surgery_hours),
            "telephone_hours": _spans(full.telephone_hours, partial.telephone_hours),
            "drop_in_hours": _spans(full.drop_in_hours, partial.drop_in_hours),
            "visiting_hours": _spans(full.visiting_hours, partial.visiting_hours),
            "age_rules": _age_rules(full.age_rules, partial.age_rules),
        }
    )


def _spans(full: tuple[TimeSpan, ...], partial: tuple[TimeSpan, ...]) -> tuple[TimeSpan, ...]:
    """Return the spans of `partial` and the dated ones of `full`.

    A span of `partial` that is a dated one of `full` but for its dates is that one: the contract lost them.
    """
    dated = {span for span in full if span.valid_from or span.valid_to}
    bare = {span.model_copy(update={"valid_from": None, "valid_to": None}) for span in dated}
    return in_one_order(dated | (set(partial) - (bare - set(full))))


def _numbers(full: tuple[str, ...], partial: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*partial, *_foreign(*full))))


def _foreign(*numbers: str | None) -> tuple[str, ...]:
    """Return the numbers of other countries: the contract has digits in national form only."""
    return tuple(number for number in numbers if number and number[0] == "+" and not number.startswith("+46"))


def _functions(full: tuple[UnitFunction, ...], partial: tuple[UnitFunction, ...]) -> tuple[UnitFunction, ...]:
    before = {function.name: function for function in full}
    return tuple(
        function.model_copy(
            update={
                "telephone_numbers": _numbers(before[function.name].telephone_numbers, function.telephone_numbers),
                "telephone_hours": _spans(before[function.name].telephone_hours, function.telephone_hours),
            }
        )
        if function.name in before
        else function
        for function in partial
    )


def _age_rules(full: tuple[AgeRule, ...], partial: tuple[AgeRule, ...]) -> tuple[AgeRule, ...]:
    """Return `full` when it has the rule of `partial`: the contract has room for one, without comment."""
    ages = {(rule.from_age, rule.to_age) for rule in full}
    return full if partial and all((rule.from_age, rule.to_age) in ages for rule in partial) else partial

"""What comes of reading one raw value: the value, the rules it broke, or both.

Here: the type that all readers of single values share. Not here: the rules' meaning (a source's own `rules.py`) and the
readers.
"""

from typing import Generic, NamedTuple, Never, TypeVar

Value_co = TypeVar("Value_co", covariant=True)


class Reading(NamedTuple, Generic[Value_co]):
    """A `value`, and the rules that the raw text broke.

    No value and no broken rule means that nothing was there. A value beside a broken rule is kept and noted.
    """

    value: Value_co | None
    broken: tuple[str, ...] = ()

    def noting(self, rule: str) -> "Reading[Value_co]":
        """Return this reading, with `rule` noted too."""
        return Reading(self.value, (*self.broken, rule))


def broken(rule: str) -> Reading[Never]:
    """Return the reading of a text that `rule` makes unusable."""
    return Reading(None, (rule,))

"""Hours on the card: HSA's spans put in order, without those that have ended, and with their Swedish lines.

Here: from HSA's record to the card. Not here: the syntax (`sources/hsa/hours.py`), and what is open
(`opening.py`).
"""

from collections.abc import Iterable
from datetime import date, time

from hjv_pipelines.cards.parts import Hours, OpeningSpan
from hjv_pipelines.cards.swedish import hours_lines
from hjv_pipelines.cards.swedish_time import END_OF_DAY
from hjv_pipelines.sources.hsa.record import TimeSpan


def hours_from(spans: Iterable[TimeSpan], today: date) -> Hours | None:
    """Return the hours that hold on `today` or later; none where there are none."""
    lasting = {_opening_span(span) for span in spans if span.valid_to is None or span.valid_to >= today}
    if not lasting:
        return None
    ordered = tuple(sorted(lasting, key=_order))
    return Hours(spans=ordered, lines=hours_lines(ordered))


def _opening_span(span: TimeSpan) -> OpeningSpan:
    return OpeningSpan(
        from_day=span.from_day,
        to_day=span.to_day,
        opens=_clock(span.opens),
        closes=END_OF_DAY if span.closes is None else _clock(span.closes),
        comment=span.comment,
        valid_from=span.valid_from,
        valid_to=span.valid_to,
    )


def _clock(moment: time) -> str:
    return moment.strftime("%H:%M")


def _order(span: OpeningSpan) -> tuple[bool, date, date, int, int, str, str, str]:
    """Put the week before dates, and each in the order of time: the directory keeps its values in none."""
    return (
        span.is_dated,
        span.valid_from or date.min,
        span.valid_to or date.max,
        span.from_day,
        span.to_day,
        span.opens,
        span.closes,
        span.comment or "",
    )

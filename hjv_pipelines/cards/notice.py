"""Temporary information (Tillfällig information): the yellow box, and the days on which it is shown.

Here: whether it is shown on a day. Not here: its syntax (`sources/hsa/values.py`). It says nothing of open or
not.
"""

from datetime import date

from hjv_pipelines.cards.model import ShownNotice
from hjv_pipelines.sources.hsa.record import Notice


def notice_on(notice: Notice | None, day: date) -> ShownNotice | None:
    """Return the notice if it is shown on `day`: both its dates included; for ever where it has no end."""
    if notice is None or (notice.from_date and day < notice.from_date) or (notice.to_date and notice.to_date < day):
        return None
    return ShownNotice(text=notice.text, from_date=notice.from_date, to_date=notice.to_date)

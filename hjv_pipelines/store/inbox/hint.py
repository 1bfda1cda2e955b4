"""A hint: one unit, and why it must be read again.

Here: its row as a type. Not here: what becomes of it (`batches.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Origin = Literal["notification", "clock", "operator", "shared_text"]
"""Who gave it: a source's notification, a date that passed, a person, or another unit with the same shared text."""

State = Literal["waiting", "reading", "done", "set_aside"]

CARDS = "cards"
"""The source of hints for which nothing is read: the card is built again of what the store holds."""

COLUMNS = (
    "h.hint_id, h.source, h.hsa_id, h.origin, h.notification_id, h.received_at, h.committed_at, h.state, h.attempts, "
    "h.next_try_at, h.last_error, h.batch_id, h.run_id, h.taken_at, h.read_at, h.published_at"
)
"""The columns of `Hint`, of a table named h."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A hint as the inbox holds it. All times in UTC.

    `source` is what is read again; `attempts` counts the reads that failed, `last_error` says how the last one did.
    `received_at` is when we heard, or the moment that passed where the clock gave it; `committed_at` when it was in
    the inbox. `batch_id` and `run_id` are those of its last read; `read_at` and `published_at` are set when done.
    """

    hint_id: int
    source: str
    hsa_id: str
    origin: Origin
    notification_id: str | None
    received_at: datetime
    committed_at: datetime
    state: State
    attempts: int
    next_try_at: datetime
    last_error: str | None
    batch_id: str | None
    run_id: str | None
    taken_at: datetime | None
    read_at: datetime | None
    published_at: datetime | None

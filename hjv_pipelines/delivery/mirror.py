"""A copy of the cards in a SQLite file, kept up to date: the stream of all cards once, then the change feed.

The copy and the position that it stands at are written in one transaction, so that a consumer that dies at any moment
goes on where it was, and never holds half a copy. Here: the copy. Not here: the wire (`client.py`).
"""

import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from hjv_pipelines.delivery.client import Card, Changes, DeliveryClient, StartOverError

TABLES = """
CREATE TABLE IF NOT EXISTS cards (
    hsa_id TEXT PRIMARY KEY, region TEXT NOT NULL, content_hash TEXT NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS place (feed TEXT NOT NULL, position INTEGER NOT NULL);
"""

KEEP = "INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?)"


class Place(NamedTuple):
    """Where in which change feed the copy stands."""

    feed: str
    position: int


class Mirror:
    """A copy of all cards, or of one region's (`region`, a key such as 12-skane), in the file `path`.

    Changes are taken `at_once` at a time.
    """

    def __init__(self, path: Path, delivery: DeliveryClient, region: str | None = None, at_once: int = 500) -> None:
        self._delivery = delivery
        self._region = region
        self._at_once = at_once
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.executescript(TABLES)

    def __enter__(self) -> Self:
        """Give the copy."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    @property
    def place(self) -> Place | None:
        """Return where the copy stands; None before the first."""
        row = self._file.execute("SELECT feed, position FROM place").fetchone()
        return Place(*row) if row else None

    @property
    def bodies(self) -> Mapping[str, bytes]:
        """Return the cards by HSA-id, as canonical JSON."""
        return dict(self._file.execute("SELECT hsa_id, body FROM cards ORDER BY hsa_id"))

    def catch_up(self, wait: timedelta = timedelta(0)) -> int:
        """Bring the copy up to date and return how many changes there were; all cards count where it had to start over.

        Where there is nothing new, wait for it up to `wait`. Raises as `DeliveryClient` does; ask again then.
        """
        if self.place is None:
            return self._start_over()
        number = 0
        try:
            while place := self.place:
                told = self._delivery.changes_after(*place, limit=self._at_once, wait=timedelta(0) if number else wait)
                self._apply(told)
                number += len(told.changes)
                if not told.has_more:
                    break
        except StartOverError:
            return self._start_over()
        return number

    def _start_over(self) -> int:
        with self._file, self._delivery.all_cards(self._region) as cards:
            self._file.execute("BEGIN IMMEDIATE")
            self._file.execute("DELETE FROM cards")
            self._file.executemany(KEEP, (_row(card) for card in cards))
            self._stand_at(Place(cards.feed, cards.position))
        return int(self._file.execute("SELECT count(*) FROM cards").fetchone()[0])

    def _apply(self, told: Changes) -> None:
        with self._file:
            self._file.execute("BEGIN IMMEDIATE")
            for change in told.changes:
                # A unit that moved out of our region is told of with its new one.
                if change.card is None or self._region not in {None, change.region}:
                    self._file.execute("DELETE FROM cards WHERE hsa_id = ?", (change.hsa_id,))
                else:
                    self._file.execute(KEEP, _row(change.card))
            self._stand_at(Place(told.feed, told.position))

    def _stand_at(self, place: Place) -> None:
        self._file.execute("DELETE FROM place")
        self._file.execute("INSERT INTO place VALUES (?, ?)", place)


def _row(card: Card) -> tuple[str, str, str, bytes]:
    return card.hsa_id, card.region, card.content_hash, card.body

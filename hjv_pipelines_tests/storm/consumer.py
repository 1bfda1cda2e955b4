"""A consumer who sees every card that is ever published, and knows the truth: none may be wrong at any moment.

The feed has an entry for every change of every commit, so that whoever has judged all entries has judged all that
anybody could see in between. Here: judging them, and holding the cards against the feed. Not here: what is true
(`world.py`).
"""

import hashlib
import re
from dataclasses import dataclass, field

import psycopg

from hjv_pipelines_tests.storm.world import SOURCES, State, World

ENTRIES = """
SELECT f.position, f.hsa_id, c.content_hash, c.body FROM hjv.feed f
LEFT JOIN hjv.contents c ON c.content_hash = f.card_hash WHERE f.position > %s ORDER BY f.position
"""
CARDS = "SELECT hsa_id, card_hash FROM hjv.cards WHERE card_hash IS NOT NULL"
HEAD = "SELECT position FROM hjv.feed_head"

_MARK = re.compile(r"\b(hsa|eservices|kka)-([0-9]+)")


@dataclass
class Consumer:
    """Follows the feed of the database behind `connection`, in the `world`; `cards` is its copy.

    `seen` is how far in the history of a source's word on a unit it has come. Nothing goes back from there, except
    where our clock was wrong: then nobody can tell what was said first.
    """

    connection: psycopg.Connection
    world: World
    position: int = 0
    cards: dict[str, str] = field(default_factory=dict)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    clocks_were_right: bool = True

    def look(self) -> None:
        """Judge what is new in the feed, and that the cards are what it made of them."""
        with self.connection.transaction():
            self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for position, hsa_id, content_hash, body in self.connection.execute(ENTRIES, (self.position,)):
                assert position == self.position + 1, "the feed has a gap"
                self.position = position
                self._judge(hsa_id, content_hash, body)
            assert self.connection.execute(HEAD).fetchone() == (self.position,)
            assert dict(self.connection.execute(CARDS)) == self.cards, "the cards are not what the feed made of them"

    def shown(self, hsa_id: str) -> dict[str, State]:
        """Return the state of each source that the unit's card shows; none without a card."""
        if hsa_id not in self.cards:
            return {}
        row = self.connection.execute("SELECT body FROM hjv.contents WHERE content_hash = %s", (self.cards[hsa_id],))
        return _marks((row.fetchone() or ("",))[0])

    def _judge(self, hsa_id: str, content_hash: str | None, body: str | None) -> None:
        if content_hash is None or body is None:
            assert hsa_id in self.cards, f"{hsa_id} was withdrawn, and had no card"
            del self.cards[hsa_id]
            self._come_to("hsa", hsa_id, None)
            return
        assert hashlib.sha256(body.encode()).hexdigest() == content_hash
        assert self.cards.get(hsa_id) != content_hash, f"{hsa_id} is told of and did not change"
        self.cards[hsa_id] = content_hash
        for source, state in _marks(body).items():
            self._come_to(source, hsa_id, state)

    def _come_to(self, source: str, hsa_id: str, state: State) -> None:
        """Find the state in the source's history, from where we stand."""
        history = self.world.history[source, hsa_id]
        stands = self.seen.get((source, hsa_id), 0) if self.clocks_were_right else 0
        later = [place for place, one in enumerate(history) if one == state and place >= stands]
        assert later, f"{hsa_id} shows {state} of {source}, whose history is {history}, seen up to {stands}"
        self.seen[source, hsa_id] = later[0]


def _marks(body: str) -> dict[str, State]:
    """Return the state of each source that a card shows. A card that mixes two states of one is wrong."""
    states: dict[str, State] = dict.fromkeys(SOURCES)
    for source, number in _MARK.findall(body):
        assert states[source] in {None, int(number)}, f"a card shows both {states[source]} and {number} of {source}"
        states[source] = int(number)
    return states

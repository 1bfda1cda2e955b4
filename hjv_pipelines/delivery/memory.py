"""Answers by heart: what was answered is answered again, until a publication touches it.

An answer is kept with what it is about: one unit's card, or the feed as a whole. It is given again only while the
memory is sure, which it is for `SURE_SECONDS` after each look at the store, and not from the moment that something is
said to have been published until the next look. Here: what is kept, and until when. Not here: looking (`looking.py`),
and giving (`at_once.py`). Why so: docs/decisions/0010-answers-by-heart.md.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from time import monotonic
from typing import NamedTuple

from starlette.types import Message

SURE_SECONDS = 2.0
"""How old an answer by heart can be at most, whatever becomes of the line to the database."""

MOST_BYTES = 64_000_000
LARGEST_ANSWER_BYTES = 2_000_000
"""One page of the feed with many pictures must not push out thousands of cards."""

ANY_PUBLICATION = ""
"""What an answer is about that any publication may change."""


class Question(NamedTuple):
    """All of a GET that an answer by heart can depend on, as it came."""

    path: str
    query: bytes
    accept: bytes
    accept_encoding: bytes


class Answer(NamedTuple):
    """An answer of status 200 in two messages, as they go out, and the route that gave it, which is counted by it."""

    start: Message
    end: Message
    route: object = None


class Sight(NamedTuple):
    """What a look at the store saw: the feed, its newest position, and up to where it may have forgotten.

    `revoked`: how many consumers' tokens are good no more. `changed`: the units that the feed tells of after the
    position that was known; None for too many to name.
    """

    feed_id: str
    head: int
    forgotten: int
    revoked: int
    changed: tuple[str, ...] | None

    def goes_on_from(self, earlier: "Sight") -> bool:
        """Tell whether the changes are all that happened since an earlier sight."""
        same = (self.feed_id, self.forgotten, self.revoked) == (earlier.feed_id, earlier.forgotten, earlier.revoked)
        return same and self.head >= earlier.head and self.changed is not None


_NOTHING = Sight("", 0, 0, 0, None)


class Memory:
    """What this process knows by heart."""

    def __init__(self, most_bytes: int = MOST_BYTES, clock: Callable[[], float] = monotonic) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._seen = _NOTHING
        self._sure_until = 0.0
        self._answers: OrderedDict[Question, tuple[str, Answer]] = OrderedDict()
        self._questions: defaultdict[str, set[Question]] = defaultdict(set)
        self._consumers: dict[str, str] = {}
        self._bytes = 0
        self.looks = 0
        """How often it was looked. Who begins an answer takes it down, and hands it in with the answer."""

    @property
    def head(self) -> int:
        """Return the position of the feed that is known."""
        return self._seen.head

    def answer(self, question: Question) -> Answer | None:
        """Return what a question was answered; None where it is not known, or may have changed."""
        if self._clock() >= self._sure_until:
            return None
        known = self._answers.get(question)
        if known is None:
            return None
        self._answers.move_to_end(question)
        return known[1]

    def keep(self, question: Question, about: str, answer: Answer, looks: int) -> None:
        """Keep an answer that was begun after so many looks; one that a change may have overtaken is not kept."""
        size = _size(question, answer)
        if looks != self.looks or question in self._answers or size > LARGEST_ANSWER_BYTES:
            return
        self._answers[question] = about, answer
        self._questions[about].add(question)
        self._bytes += size
        while self._bytes > self._most_bytes:
            self._forget(next(iter(self._answers)))

    def consumer(self, token_hash: str) -> str | None:
        """Return whose token it is; None where that is not known by heart. Only beside an answer that is."""
        return self._consumers.get(token_hash)

    def keep_consumer(self, token_hash: str, name: str, looks: int) -> None:
        """Keep whose token it is, as it was found after so many looks, until any token is revoked."""
        if looks == self.looks:
            self._consumers[token_hash] = name

    def doubt(self) -> None:
        """Give nothing before the next look: something was published."""
        self._sure_until = 0.0

    def heard_of(self, head: int) -> None:
        """Doubt where somebody was told of a later position of the feed: their next question must not go back."""
        if head > self._seen.head:
            self.doubt()

    def see(self, sight: Sight, asked_at: float) -> None:
        """Forget what a look at the store, begun at `asked_at` on the clock, shows to have changed; be sure again."""
        if not sight.goes_on_from(self._seen):
            self.forget_all()
        elif sight.changed:
            self._forget_about((*sight.changed, ANY_PUBLICATION))
        self._seen = sight
        self._sure_until = asked_at + SURE_SECONDS

    def forget_all(self) -> None:
        """Know nothing, and doubt."""
        self.doubt()
        self.looks += 1
        self._answers.clear()
        self._questions.clear()
        self._consumers.clear()
        self._bytes = 0

    def _forget_about(self, subjects: Iterable[str]) -> None:
        self.looks += 1
        for about in subjects:
            for question in tuple(self._questions.get(about, ())):
                self._forget(question)

    def _forget(self, question: Question) -> None:
        about, answer = self._answers.pop(question)
        self._bytes -= _size(question, answer)
        questions = self._questions[about]
        questions.discard(question)
        if not questions:
            del self._questions[about]


def _size(question: Question, answer: Answer) -> int:
    headers = (text for header in answer.start["headers"] for text in header)
    return sum(map(len, (*question, *headers, answer.end["body"])))

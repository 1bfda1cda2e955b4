"""What is known by heart is given only while it must be so, and forgotten where it may have changed."""

from dataclasses import dataclass, field

import pytest

from hjv_pipelines.delivery.memory import ANY_PUBLICATION, SURE_SECONDS, Answer, Memory, Question, Sight

FIRST = Sight(feed_id="feed", head=7, forgotten=0, revoked=0, changed=())
ANSWER = Answer({"headers": [(b"etag", b'"1"')]}, {"body": b"a card"})


def question(path: str) -> Question:
    return Question(path, b"", b"*/*", b"gzip")


@dataclass
class Knowing:
    """A memory that has looked once, and its clock."""

    at: float = 100.0
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(clock=lambda: self.at)
        self.see(FIRST)

    def see(self, sight: Sight) -> None:
        self.memory.see(sight, self.at)

    def learn(self, path: str, about: str = ANY_PUBLICATION) -> None:
        self.memory.keep(question(path), about, ANSWER, self.memory.looks)

    def known(self, *paths: str) -> list[str]:
        return [path for path in paths if self.memory.answer(question(path)) is not None]


@pytest.fixture
def knowing() -> Knowing:
    """Give a memory that knows two cards and a page of the feed."""
    knowing = Knowing()
    knowing.learn("/a", "A")
    knowing.learn("/b", "B")
    knowing.learn("/changes")
    return knowing


EVERYTHING = ("/a", "/b", "/changes")


def test_what_was_answered_is_known_until_the_look_is_too_old(knowing: Knowing) -> None:
    assert knowing.known(*EVERYTHING) == list(EVERYTHING)
    knowing.at += SURE_SECONDS
    assert knowing.known(*EVERYTHING) == []


def test_a_look_that_sees_nothing_new_makes_it_sure_again(knowing: Knowing) -> None:
    knowing.at += SURE_SECONDS
    knowing.see(FIRST)
    assert knowing.known(*EVERYTHING) == list(EVERYTHING)


def test_a_look_counts_from_when_it_was_asked(knowing: Knowing) -> None:
    knowing.memory.see(FIRST, asked_at=knowing.at - SURE_SECONDS)
    assert knowing.known(*EVERYTHING) == []


def test_a_publication_costs_its_units_and_the_feed(knowing: Knowing) -> None:
    knowing.see(FIRST._replace(head=8, changed=("A",)))
    assert knowing.known(*EVERYTHING) == ["/b"]


def test_nothing_is_given_between_a_publication_and_the_look(knowing: Knowing) -> None:
    knowing.memory.doubt()
    assert knowing.known(*EVERYTHING) == []


def test_who_was_told_of_a_later_position_does_not_go_back(knowing: Knowing) -> None:
    knowing.memory.heard_of(FIRST.head)
    assert knowing.known("/a") == ["/a"]
    knowing.memory.heard_of(FIRST.head + 1)
    assert knowing.known("/a") == []


@pytest.mark.parametrize(
    "other",
    [
        FIRST._replace(head=9, changed=None),
        FIRST._replace(head=6),
        FIRST._replace(feed_id="another"),
        FIRST._replace(forgotten=3),
        FIRST._replace(revoked=1),
    ],
)
def test_what_cannot_be_followed_costs_everything(knowing: Knowing, other: Sight) -> None:
    knowing.memory.keep_consumer("hash", "1177-web", knowing.memory.looks)
    knowing.see(other)
    assert knowing.known(*EVERYTHING) == []
    assert knowing.memory.consumer("hash") is None


def test_an_answer_that_a_publication_may_have_overtaken_is_not_kept(knowing: Knowing) -> None:
    begun = knowing.memory.looks
    knowing.see(FIRST._replace(head=8, changed=("B",)))
    knowing.memory.keep(question("/c"), "C", ANSWER, begun)
    knowing.memory.keep_consumer("hash", "1177-web", begun)
    assert knowing.known("/c") == []
    assert knowing.memory.consumer("hash") is None


def test_what_nobody_asked_for_longest_goes_first() -> None:
    memory = Memory(most_bytes=60, clock=lambda: 0.0)
    memory.see(FIRST, 0.0)
    for path in ("/a", "/b", "/a", "/c"):
        if memory.answer(question(path)) is None:
            memory.keep(question(path), path, ANSWER, memory.looks)
    assert [path for path in ("/a", "/b", "/c") if memory.answer(question(path))] == ["/a", "/c"]

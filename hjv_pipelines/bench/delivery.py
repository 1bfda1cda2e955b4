"""The delivery over loopback: cards, "you have it", the feed, searches; one by one, at once, and 300 a second.

The floor is a bare ASGI handler that gives the same bytes with the same headers from memory, under the same server,
asked the same by the same client, turn by turn. The client is a plain socket, so that it is little of either time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import count, islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from types import MappingProxyType
from urllib.parse import urlencode

import httpx

from hjv_pipelines.bench import bare
from hjv_pipelines.bench.asking import Question, ask_at_once, ask_at_rate, ask_in_turn
from hjv_pipelines.bench.figure import Figure, no_more_than, times_the_floor
from hjv_pipelines.bench.served import served
from hjv_pipelines.bench.stopwatch import medians, percentile
from hjv_pipelines.bench.workshop import Workshop

_CARD, _NOT_MODIFIED, _FEED, _ALL = "a card", "a card that the asker has (304)", "100 changes of the feed", "all cards"
_TIMES = {_CARD: 2000, _NOT_MODIFIED: 2000, _FEED: 100, _ALL: 1}
_NEW_CARDS = 300
_ASKERS = 8
_PER_SECOND = 300
_STREAM = (("Accept", "application/x-ndjson"),)
_SEARCHES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "a word of names": {"q": "vårdcentral"},
        "a word of care": {"q": "distriktssköterskor"},
        "a municipality": {"municipality": "0180"},
        "a kind": {"kind": "02"},
        "5 km around": {"near": "59.33,18.06", "within": "5"},
        "nothing, which finds all": {},
    }
)
_SEARCHED = 20


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the times of single answers, of many at once, and what waits at a steady load, each beside the floor."""
    settings = {"HJV_DATABASE_URL": workshop.published, "HJV_DELIVERY_REQUESTS_PER_MINUTE": str(10**9)}
    with ExitStack() as running:
        ours = running.enter_context(served("hjv_pipelines.delivery.app:create_app", settings, "/readyz"))
        questions = _questions(ours)
        folder = Path(running.enter_context(TemporaryDirectory(prefix="hjv-bench-")))
        for number, question in enumerate(questions.values()):
            bare.keep(folder, str(number), _answer(question))
        floor = running.enter_context(served("hjv_pipelines.bench.bare:create_app", {bare.FOLDER: str(folder)}, "/0"))
        beside = {
            name: replace(question, address=floor, path=f"/{number}")
            for number, (name, question) in enumerate(questions.items())
        }
        yield from _one_by_one(workshop, questions, beside)
        yield _asked_first(workshop, questions[_CARD], beside[_CARD])
        yield _many_at_once(workshop, questions[_CARD], beside[_CARD])
        yield from _at_rate(workshop, _every_card(ours), beside[_CARD])
        yield from searches(workshop, ours)


def _one_by_one(
    workshop: Workshop, questions: Mapping[str, Question], beside: Mapping[str, Question]
) -> Iterator[Figure]:
    for name, question in questions.items():
        times = _TIMES[name]
        taken, least = medians(
            workshop.rounds(f"Delivering {name}"),
            partial(ask_in_turn, [question] * times),
            partial(ask_in_turn, [beside[name]] * times),
        )
        yield Figure(f"{name}", 1000 * taken / times, "ms", 1000 * least / times, times_the_floor(2))
        if name == _ALL:
            yield Figure("all cards in one stream", taken, "s", aim=no_more_than(2))


def _asked_first(workshop: Workshop, card: Question, beside: Question) -> Figure:
    """Give the time of a card that nobody has asked for since a publication: an address that is new says the same."""
    new = (replace(card, path=f"{card.path}?new={number}") for number in count())
    taken, least = medians(
        workshop.rounds("Delivering cards that nobody asked for"),
        lambda: ask_in_turn(list(islice(new, _NEW_CARDS))),
        partial(ask_in_turn, [beside] * _NEW_CARDS),
    )
    return Figure("a card that nobody asked for yet", 1000 * taken / _NEW_CARDS, "ms", 1000 * least / _NEW_CARDS)


def _many_at_once(workshop: Workshop, card: Question, beside: Question) -> Figure:
    times = _TIMES[_CARD]
    taken, least = medians(
        workshop.rounds("Delivering cards to many at once"),
        partial(ask_at_once, [card] * times, _ASKERS),
        partial(ask_at_once, [beside] * times, _ASKERS),
    )
    name = f"a card, {_ASKERS} askers as fast as they can"
    return Figure(name, 1000 * taken / times, "ms", 1000 * least / times, times_the_floor(2))


def _at_rate(workshop: Workshop, cards: Sequence[Question], beside: Question) -> Iterator[Figure]:
    """Give what cards of chance wait at a steady load, and what the floor's one card does."""
    number = _PER_SECOND * (2 if workshop.size == "small" else 10)
    chance = Random(number)  # noqa: S311  which card is no secret
    waits: list[tuple[list[float], list[float]]] = []
    for _ in workshop.rounds(f"Delivering {_PER_SECOND} cards a second"):
        ours = ask_at_rate(chance.choices(cards, k=number), _PER_SECOND)
        waits.append((ours, ask_at_rate([beside] * number, _PER_SECOND)))
    for name, share, aim in (("p50", 0.5, None), ("p99", 0.99, no_more_than(15))):
        value, least = (
            median(1000 * percentile(waited, share) for waited in server) for server in zip(*waits, strict=True)
        )
        yield Figure(f"cards of chance at {_PER_SECOND} a second, {name}", value, "ms", least, aim)


def all_cards(address: str) -> Question:
    """Return the question for every card in one stream."""
    return Question(address, "/v1/cards", _STREAM)


def searches(workshop: Workshop, address: str) -> Iterator[Figure]:
    """Give the time of a search's first page, by what is asked for. It has no floor: PostgreSQL's work is all of it."""
    for asked, query in _SEARCHES.items():
        question = Question(address, f"/v1/search?{urlencode(query)}")
        (taken,) = medians(
            workshop.rounds(f"Searching {asked}"),
            partial(ask_in_turn, [question] * _SEARCHED),
        )
        yield Figure(f"a search: {asked}", 1000 * taken / _SEARCHED, "ms")


def _every_card(address: str) -> list[Question]:
    """Return the questions for the cards, up to a page of them."""
    page = httpx.get(f"{address}/v1/cards", params={"limit": 1000}, trust_env=False, timeout=60).json()
    return [Question(address, f"/v1/cards/{card['hsa_id']}") for card in page["cards"]]


def _questions(address: str) -> Mapping[str, Question]:
    card = _every_card(address)[0]
    tag = _answer(card).headers["ETag"]
    return {
        _CARD: card,
        _NOT_MODIFIED: replace(card, headers=(("If-None-Match", tag),)),
        _FEED: Question(address, "/v1/changes?after=0&limit=100"),
        _ALL: all_cards(address),
    }


def _answer(question: Question) -> httpx.Response:
    headers = {"Accept-Encoding": "identity", **dict(question.headers)}
    return httpx.get(question.address + question.path, headers=headers, trust_env=False, timeout=60)

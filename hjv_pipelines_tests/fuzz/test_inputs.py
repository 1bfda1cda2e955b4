"""Any bytes and any mutation of a valid answer are read, or refused in words: never another error, never without end.

The corpus is what `make fuzz` and reviews have found to matter; hypothesis tries neighbours of it. Traps 29 and 37 for
every parser at once.
"""

import re
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hjv_pipelines_tests.fuzz.corpus import CORPUS, kept_inputs
from hjv_pipelines_tests.fuzz.mutations import NASTY, mutated
from hjv_pipelines_tests.fuzz.parsers import PARSERS, survives

VALUES = ("hours", "dates", "notices", "ages", "coordinates", "addresses", "contacts", "values", "texts", "markup")
"""Parsers of single values, which an answer may make as long as it likes."""

ADVICE = re.compile(r"Tell |Check |Correct|Fetch |Try(ing)? again|[Rr]aise the limit")
TOLD_TO_THEIR_SENDERS = ("notification", "signature")

LONG = 50_000
"""Bytes."""

MARKUP = (b"<a ", b'<a x="', b"<a <b", b"</", b"<!--", b"&#", b"<p>", b"<b><i>")

every_parser = pytest.mark.parametrize("name", PARSERS)


def test_every_parser_has_a_corpus_and_nothing_else_has() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} == set(PARSERS)


@every_parser
@pytest.mark.timeout(60)
def test_the_kept_corpus_breaks_nothing(name: str) -> None:
    for content in kept_inputs(name).values():
        survives(name, content)


@every_parser
def test_what_is_valid_is_read(name: str) -> None:
    """Else the corpus would try nothing but refusals; a notification's signature is judged by another clock."""
    valid = {file: content for file, content in kept_inputs(name).items() if file.startswith("valid-")}
    assert {file: survives(name, content) for file, content in valid.items()} == dict.fromkeys(valid, "read")
    assert valid


@every_parser
@settings(max_examples=30, deadline=None)
@given(rng=st.randoms(use_true_random=False))
def test_no_mutation_breaks_a_parser(name: str, rng: Random) -> None:
    """Where it is refused, the sentence says what to do; of a notification, what it should have been."""
    told = survives(name, mutated(rng.choice([*kept_inputs(name).values()]), rng))
    assert told == "read" or ADVICE.search(told) or name in TOLD_TO_THEIR_SENDERS, told


@every_parser
@settings(max_examples=20, deadline=None)
@given(content=st.binary(max_size=200))
@example(content=b"")
def test_no_bytes_break_a_parser(name: str, content: bytes) -> None:
    survives(name, content)


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.timeout(60)
def test_a_value_as_long_as_anybody_likes_takes_no_time_to_speak_of(name: str) -> None:
    """What took a time that grows with the square of its length would take hours here."""
    for piece in (*filter(None, NASTY), *MARKUP):
        survives(name, piece * (LONG // len(piece)))

"""A shared KKA text that changed at one unit is read again at all others that still hold the old wording (trap 33)."""

from datetime import timedelta

import psycopg
import pytest

from hjv_pipelines.sources.kka.record import PublishedContent, PublishedText
from hjv_pipelines.sources.source import Scope, Snapshot, UnitDocument
from hjv_pipelines.store.inbox.selection import Selection, chosen_hints
from hjv_pipelines.store.inbox.shared_texts import hint_users_of_shared_texts
from hjv_pipelines.store.ledger import begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines_tests.store.told import MORNING, RUN, UNITS

A, B, C = UNITS


def text(wording: str, *, name: str = "t1", shared: bool = True) -> PublishedText:
    return PublishedText(id=name, section="news", heading=wording, shared=shared)


def test_users_of_a_shared_text_get_one_hint_each(connection: psycopg.Connection) -> None:
    tell(connection, 0, {A: text("old"), B: text("old"), C: text("old", name="t2")})
    tell(connection, 1, {A: text("new")})

    assert hint_users_of_shared_texts(connection, [A], MORNING) == (B,)
    assert hint_users_of_shared_texts(connection, [A], MORNING) == ()
    (hint,) = chosen_hints(connection, Selection(), 10)
    assert (hint.source, hint.hsa_id, hint.origin) == ("kka", B, "shared_text")


def test_units_that_hold_the_same_wording_are_left_alone(connection: psycopg.Connection) -> None:
    tell(connection, 0, {A: text("old"), B: text("new")})
    tell(connection, 1, {A: text("new")})
    assert hint_users_of_shared_texts(connection, [A], MORNING) == ()


def test_the_older_wording_never_asks_for_the_newer_one_to_be_read(connection: psycopg.Connection) -> None:
    tell(connection, 1, {A: text("new")})
    tell(connection, 0, {B: text("old")})
    assert hint_users_of_shared_texts(connection, [B], MORNING) == ()
    assert hint_users_of_shared_texts(connection, [A], MORNING) == (B,)


def test_a_unit_s_own_text_concerns_no_other(connection: psycopg.Connection) -> None:
    tell(connection, 0, {B: text("old", shared=False)})
    tell(connection, 1, {A: text("new", shared=False), C: text("new")})
    assert hint_users_of_shared_texts(connection, [A, C], MORNING) == ()


@pytest.mark.parametrize("name", ["100%", "a_b", 'a"b', "a\\b", "\\%"])
def test_whatever_stands_in_a_text_s_id_it_is_found(connection: psycopg.Connection, name: str) -> None:
    tell(connection, 0, {B: text("old", name=name), C: text("old", name="aXb")})
    tell(connection, 1, {A: text("new", name=name)})
    assert hint_users_of_shared_texts(connection, [A], MORNING) == (B,)


def tell(connection: psycopg.Connection, minute: int, texts: dict[str, PublishedText]) -> None:
    """Let KKA answer at `minute` of the morning that each unit shows one text."""
    scope, as_of = Scope(hsa_ids=tuple(texts)), MORNING + timedelta(minutes=minute)
    records = (UnitDocument(hsa_id, "12-skane", PublishedContent(texts=(shown,))) for hsa_id, shown in texts.items())
    import_id = begin_import(connection, "kka", scope, RUN, MORNING)
    merge(connection, Snapshot("kka", scope, as_of, as_of, records), import_id, lambda: MORNING)

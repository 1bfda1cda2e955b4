"""Finding cards: by name, place, kind of care or HSA-id, in a region, of a kind, near a place.

Here: the question and the query, over `hjv.searched_cards`, which a trigger keeps in step with what is published
(migrations 0007, 0013). Only units with a card are found. Not here: how the question is asked (`delivery/`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

LARGEST_PAGE = 100
"""Cards in one answer, at most."""

SEARCH = """
WITH asked_words AS MATERIALIZED (
    SELECT '%%' || word || '%%' AS pattern,
        '%% ' || coalesce((ts_lexize('swedish_stem', word))[1], word) || '%%' AS stem
    FROM unnest(%(words)s::text[]) AS word
), asked AS (
    SELECT hsa_id, region, name, kinds, municipality, words, care, care_codes, small_name,
        2 * %(earth_radius)s * asin(least(1, sqrt(
        sin(radians(latitude - %(latitude)s::float8) / 2) ^ 2
        + cos(radians(latitude)) * cos(radians(%(latitude)s::float8))
        * sin(radians(longitude - %(longitude)s::float8) / 2) ^ 2))) AS kilometres
    FROM hjv.searched_cards CROSS JOIN LATERAL hjv.small_letters(name) AS small (small_name)
    WHERE NOT EXISTS (SELECT FROM asked_words WHERE words NOT LIKE pattern AND care_words NOT LIKE stem)
      AND (%(region)s::text IS NULL OR region = %(region)s)
      AND (%(kind)s::text IS NULL OR %(kind)s = ANY(kind_codes || care_codes))
      AND (%(municipality)s::text IS NULL OR municipality_code = %(municipality)s)
), found AS (
    SELECT *, count(*) OVER () AS total
    FROM asked
    WHERE %(within)s::float8 IS NULL OR kilometres <= %(within)s
    ORDER BY kilometres, small_name NOT LIKE %(beginning)s, ' ' || small_name NOT LIKE %(word)s,
        NOT words LIKE ALL(ARRAY(SELECT pattern FROM asked_words)),
        translate(small_name, 'åäö', '{|}') COLLATE "C", hsa_id
    LIMIT %(limit)s OFFSET %(offset)s
)
SELECT hsa_id, region, name, kinds, municipality, kilometres, total, ARRAY(
    SELECT DISTINCT given.name FROM unnest(care, care_codes) AS given (name, code)
    WHERE given.code = %(kind)s
       OR EXISTS (SELECT FROM asked_words WHERE ' ' || hjv.small_letters(given.name) LIKE stem)
    ORDER BY given.name) AS care
FROM found
"""

_EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Near:
    """A place (WGS84, degrees), and how far from it a unit may lie, in kilometres."""

    latitude: float
    longitude: float
    within: float


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for; what is left out asks for nothing.

    Every word of `text` stands somewhere in a unit's names, locality, municipality, kind of unit or HSA-id, in capitals
    or small letters; or a word of the care that it gives begins like it, whatever either ends on (`barnmorska` finds
    Barnmorskeverksamhet). `region` is a region's key, `municipality` its four digits, `kind` a code: of Enhetstyp (`02`
    Vårdcentral), a verksamhetskod (`1506`), or the code of what is offered. With `near`, units come in the order of
    their distance, and those without a position not at all.
    """

    text: str = ""
    region: str | None = None
    kind: str | None = None
    municipality: str | None = None
    near: Near | None = None


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A unit that has a card: what its kinds and its municipality are called, and how far away it lies if asked.

    `care` is what it does or offers that the question asks for, by name.
    """

    hsa_id: str
    region: str
    name: str
    kinds: list[str]
    municipality: str | None
    kilometres: float | None
    care: list[str]
    total: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the answer, the best first, and how many units it has in `total` (0 beyond its last page)."""

    total: int
    cards: tuple[FoundCard, ...]


def search_cards(connection: psycopg.Connection, question: Question, limit: int = 20, offset: int = 0) -> Found:
    """Return `limit` of the cards that `question` asks for, at most `LARGEST_PAGE`, after the first `offset`."""
    text = " ".join(_small(question.text).split())
    told = {
        "words": [_literal(word) for word in text.split()],
        "beginning": f"{_literal(text)}%",
        "word": f"% {_literal(text)}%",
        "region": question.region,
        "kind": question.kind,
        "municipality": question.municipality,
        "latitude": question.near.latitude if question.near else None,
        "longitude": question.near.longitude if question.near else None,
        "within": question.near.within if question.near else None,
        "earth_radius": _EARTH_RADIUS_KM,
        "limit": min(limit, LARGEST_PAGE),
        "offset": offset,
    }
    with connection.cursor(row_factory=class_row(FoundCard)) as cursor:
        cards = tuple(cursor.execute(SEARCH, told))
    return Found(cards[0].total if cards else 0, cards)


def _small(text: str) -> str:
    return "".join(_printed(text.lower()))


def _printed(text: str) -> Iterator[str]:
    """Yield the characters of `text`; those that nobody types, and PostgreSQL does not take, as blanks."""
    return (character if character.isprintable() else " " for character in text)


def _literal(text: str) -> str:
    """Return `text` as LIKE finds it letter for letter."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")

"""What a unit's card was before: its versions, what differs between them, and the card as it was at a time.

It is read from the change feed and the contents that it names, so it reaches as far back as the feed does
(`store/retention/feed.py`). Here: the versions with what set them off, and the comparison of two
cards, field by field, with who says each. Not here: the documents
that a version was made of, and the rules behind a withdrawal (`explain.py`).
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any, Literal

import orjson
import psycopg
from psycopg.rows import class_row
from pydantic import AwareDatetime, BaseModel, ConfigDict

from hjv_pipelines.cards.feed import FeedEntry
from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.provenance import card_fields

LONGEST_TEXT = 1000

VERSIONS = """
SELECT f.position, f.kind, f.at, f.reasons, f.card_hash AS content_hash, p.run_id, p.trigger, c.body,
    coalesce(told.notifications, '[]') AS notifications
FROM hjv.feed f JOIN hjv.publications p USING (publication_id)
LEFT JOIN hjv.contents c ON c.content_hash = f.card_hash
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('source', n.source, 'id', n.notification_id, 'occurred_at', n.occurred_at,
        'received_at', n.received_at) ORDER BY n.received_at) AS notifications
    FROM hjv.hints h JOIN hjv.notifications n USING (source, notification_id)
    WHERE h.hsa_id = f.hsa_id AND h.run_id = p.run_id
      AND h.taken_at <= f.at AND f.at <= coalesce(h.published_at, 'infinity')
) told ON true
WHERE f.hsa_id = %(hsa_id)s AND (%(before)s::bigint IS NULL OR f.position < %(before)s)
ORDER BY f.position DESC LIMIT %(limit)s
"""

AT = """
SELECT f.position, f.hsa_id, f.region, f.kind, f.at, f.reasons, f.card_hash AS content_hash, c.body
FROM hjv.feed f LEFT JOIN hjv.contents c ON c.content_hash = f.card_hash
WHERE f.hsa_id = %(hsa_id)s AND f.at <= %(at)s ORDER BY f.position DESC LIMIT 1
"""

Kind = Literal["appeared", "changed", "withdrawn"]


class _Told(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Difference(_Told):
    """A field of the card that is another than in the version before."""

    path: str
    """Where it stands: `contact.mail`. A list is one field."""
    before: Any = None
    """What it was; null where there was none. Long texts are cut."""
    after: Any = None
    """What it became; null where there is none any more."""
    sources: list[str] = []
    """Who says it: sources by name."""


class Notified(_Told):
    """A notification of the unit, after which it was read again."""

    source: str
    """Who told that it changed."""
    id: str
    """The notification's id, as its source gave it."""
    occurred_at: AwareDatetime
    """When it changed there, as its source says (UTC)."""
    received_at: AwareDatetime
    """When it came (UTC)."""


class CardVersion(_Told):
    """What the card was from `at` until the next version."""

    position: int
    """Place in the change feed."""
    kind: Kind
    """What happened."""
    at: AwareDatetime
    """When it was published (UTC)."""
    reasons: list[str]
    """Visibility rules that the unit failed, of a withdrawn card."""
    content_hash: str | None
    """Names the card; null for a withdrawn one."""
    run_id: str
    """Run that published it."""
    trigger: str
    """What set the run off: schedule, notification, manual."""
    notifications: list[Notified]
    """Notifications of this unit that the run answered with it; none where something else set it off."""
    differences: list[Difference]
    """Fields that are others than in the version before; none of the oldest version that is known."""


class CardHistory(_Told):
    """The versions of a unit's card, the newest first."""

    hsa_id: str
    """HSA-id of the unit."""
    versions: list[CardVersion]
    """The versions."""
    next: int | None
    """`before` of the question for older ones; null where there are none."""


class _KeptVersion(BaseModel):
    position: int
    kind: Kind
    at: datetime
    reasons: list[str]
    content_hash: str | None
    run_id: str
    trigger: str
    notifications: list[Notified]
    body: str | None


def history_of(
    connection: psycopg.Connection, hsa_id: str, *, limit: int = 20, before: int | None = None
) -> CardHistory:
    """Return the newest `limit` versions of the unit's card, or those before a position."""
    with connection.cursor(row_factory=class_row(_KeptVersion)) as cursor:
        kept = cursor.execute(VERSIONS, {"hsa_id": hsa_id, "before": before, "limit": limit + 1}).fetchall()
    versions = [_version(later, earlier) for later, earlier in pairwise([*kept, None]) if later is not None][:limit]
    return CardHistory(
        hsa_id=hsa_id, versions=versions, next=versions[-1].position if len(kept) > limit and versions else None
    )


def card_at(connection: psycopg.Connection, hsa_id: str, at: datetime) -> FeedEntry | None:
    """Return the unit's newest entry in the feed at a time; None before the first."""
    with connection.cursor(row_factory=class_row(FeedEntry)) as cursor:
        return cursor.execute(AT, {"hsa_id": hsa_id, "at": at}).fetchone()


def differences(before: dict[str, Any], after: dict[str, Any], path: str = "") -> Iterator[Difference]:
    """Give the fields in which two cards differ, in alphabetical order."""
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from differences(one, other, f"{path}{name}.")
        elif one != other:
            place = path + name
            yield Difference(path=place, before=_shown(one), after=_shown(other), sources=_said_by(place))


def _version(kept: _KeptVersion, earlier: _KeptVersion | None) -> CardVersion:
    told = list(differences(_card(earlier), _card(kept))) if earlier else []
    return CardVersion(**kept.model_dump(exclude={"body"}), differences=told)


def _card(kept: _KeptVersion) -> dict[str, Any]:
    return orjson.loads(kept.body) if kept.body is not None else {}


@cache
def _said_by(path: str) -> list[str]:
    """Return the sources of a field of the card, or of all that is inside it."""
    return sorted(
        {
            origin.source
            for field in card_fields(ContactCard)
            if f"{field.path}.".startswith(f"{path}.") or path.startswith(f"{field.path}.")
            for origin in field.origins
        }
    )


def _shown(value: Any) -> Any:  # noqa: ANN401  whatever JSON holds
    """Return a value with its long texts cut: pictures, above all."""
    if isinstance(value, dict):
        return {name: _shown(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shown(inner) for inner in value]
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"{value[:LONGEST_TEXT]}…"
    return value

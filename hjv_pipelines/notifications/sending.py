"""Sending a notification as a source does: signed, to a receiver.

Here: what `hjv notify` and measurements send with. Not here: the receiver.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx
import orjson

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.notifications.signature import HEADER, signed

_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said: `status` 202 with its account, or a problem."""

    status: int
    told: Mapping[str, Any]

    @property
    def accepted(self) -> bool:
        """Tell whether the notification is committed."""
        return self.status == HTTPStatus.ACCEPTED


def body_of(notification_id: str, hsa_ids: list[str], occurred_at: datetime) -> bytes:
    """Return a notification's body."""
    return orjson.dumps({"id": notification_id, "hsaIds": hsa_ids, "occurredAt": occurred_at})


def send(address: str, secret: str, body: bytes, now: datetime) -> Answer:
    """Send `body` to the receiver at `address` (`http://…/v1/notifications/hsa`), signed at `now`.

    Raises `TransientError` when no receiver answers, `PermanentError` when somebody else does.
    """
    headers = {"Content-Type": "application/json", HEADER: signed(secret, body, now)}
    try:
        answer = httpx.post(address, content=body, headers=headers, timeout=_SECONDS, trust_env=False)
        return Answer(answer.status_code, answer.json())
    except httpx.HTTPError as error:
        raise TransientError(f"No receiver answers at {address} ({error}). Start it with `hjv up`.") from error
    except ValueError as error:
        raise PermanentError(f"What answers at {address} is no receiver: set HJV_RECEIVER_PORT.") from error

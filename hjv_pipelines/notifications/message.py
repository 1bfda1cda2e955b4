"""A notification's body: `{"id", "hsaIds": […], "occurredAt"}`.

Here: reading it, and refusing what cannot be meant. Not here: who sent it (`signature.py`).
"""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.hsa_id import spelled_in

MOST_UNITS = 1000
_NAMED = 10


class MessageError(PermanentError):
    """A body that is JSON, but no notification; told to its sender."""


class NoJsonError(PermanentError):
    """A body that is no JSON."""


class Message(BaseModel):
    """Units that changed at a source. Members that we do not know are passed over."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True, alias_generator=to_camel)

    id: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
    """Name of this notification, unique within its source: 1 to 200 visible ASCII characters."""
    hsa_ids: tuple[Annotated[str, StringConstraints(max_length=100)], ...] = Field(max_length=MOST_UNITS)
    """HSA-ids of the units, in any case."""
    occurred_at: AwareDatetime
    """When the change was made, ISO 8601 with its offset."""


def read_message(body: bytes) -> tuple[str, tuple[str, ...], datetime]:
    """Return id, HSA-ids in their normal form, and the time of the change.

    Raises `NoJsonError` or `MessageError`, which names every member that is wrong; HSA-ids that are none are named.
    """
    try:
        message = Message.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        if any(fault["type"] == "json_invalid" for fault in faults):
            raise NoJsonError("The body is no JSON.") from None
        told = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in faults[:_NAMED])
        raise MessageError(f"The body is no notification: {told}.") from None
    spelled = {text: spelled_in(text) for text in message.hsa_ids}
    if wrong := [text for text, hsa_id in spelled.items() if hsa_id is None]:
        named = ", ".join(repr(text) for text in wrong[:_NAMED])
        raise MessageError(f"{len(wrong)} of hsaIds are no HSA-ids, which look like SE2321000016-1A2B: {named}.")
    return message.id, tuple(hsa_id for hsa_id in spelled.values() if hsa_id), message.occurred_at

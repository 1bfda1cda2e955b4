"""Canonical JSON and content hashes: the same content is the same bytes, everywhere and always.

Here: the one way to turn a record or a card into bytes and to name those bytes. Not here: what is in them.
"""

import hashlib
from typing import Any

import orjson
from pydantic import BaseModel


def canonical_json(content: BaseModel | dict[str, Any]) -> bytes:
    """Return `content` as JSON with sorted keys, UTF-8, no blanks; fields at their default value are left out."""
    plain = content.model_dump(mode="json", exclude_defaults=True) if isinstance(content, BaseModel) else content
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def content_hash(body: bytes) -> str:
    """Return the SHA-256 of `body` in hexadecimal: the name of that content."""
    return hashlib.sha256(body).hexdigest()

"""No line holds a secret: what a library says of its own accord may repeat an address with its password.

The last of several walls: our own errors hold none (docs/security.md). Known by their names in the environment, since
a line must not wait for the settings to be read. Here: taking them out of a text.
"""

import os
import re
from collections.abc import Iterator
from urllib.parse import unquote

HIDDEN = "***"

SECRET_NAME = re.compile(r"SECRET|PASSWORD|TOKEN$")
"""In the name of every variable that holds a secret and nothing else."""

_PASSWORD = re.compile(r"(?<=://)([^\s/@:]*):[^\s/]+(?=@)")
_CONSUMERS_TOKEN = re.compile(r"\bhjv_[\w-]{43}")
_SHORTEST = 6
"""Characters. A shorter one would be found in words that are none."""


def without_secrets(text: str) -> str:
    """Return `text` without passwords in addresses, consumers' tokens, and what the environment holds in secret."""
    for secret in _secrets():
        text = text.replace(secret, HIDDEN)
    return _CONSUMERS_TOKEN.sub(HIDDEN, _PASSWORD.sub(rf"\1:{HIDDEN}", text))


def _secrets() -> Iterator[str]:
    for name, value in os.environ.items():
        if not name.startswith("HJV_"):
            continue
        told = (value,) if SECRET_NAME.search(name) else _passwords(value)
        yield from (secret for secret in told if len(secret) >= _SHORTEST)


def _passwords(address: str) -> tuple[str, ...]:
    """Return the password of an address as it stands there and as it is meant; empty for what is no address."""
    written = address.partition("://")[2].partition("/")[0].rpartition("@")[0].partition(":")[2]
    return (written, unquote(written))

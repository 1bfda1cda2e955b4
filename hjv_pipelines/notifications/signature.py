"""A notification's signature: HMAC-SHA256 over the time of signing and the body, with a secret of both sides.

Here: making and judging `X-HJV-Signature: t=<unix seconds>,v1=<hex>`. Several `v1` may stand there, while a sender
changes its secret. Not here: where secrets are kept (`secret.py`), and notifications that are sent again unchanged
within the window: the inbox knows their id.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from hjv_pipelines.failures import PermanentError

HEADER = "X-HJV-Signature"
_SEVERAL = 8


class SignatureError(PermanentError):
    """A message that we do not believe, with the reason for its sender."""


def signed(secret: str, body: bytes, at: datetime) -> str:
    """Return the header of a message that is signed at `at` (aware)."""
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={_digest(secret, moment, body)}"


def verify(secret: str, header: str | None, body: bytes, now: datetime, window: timedelta) -> None:
    """Raise `SignatureError` unless `header` signs `body` with `secret`, at most `window` before or after `now`."""
    if header is None:
        raise SignatureError(f"The header {HEADER} is missing: t=<unix seconds>,v1=<HMAC-SHA256 in hex>.")
    moment, digests = _parts(header)
    ours = _digest(secret, moment, body)
    if not any([hmac.compare_digest(ours.encode(), digest.encode()) for digest in digests]):  # noqa: C419  look at all
        raise SignatureError("The signature is not that of this body with our secret.")
    if abs(now.timestamp() - int(moment)) > window.total_seconds():
        raise SignatureError(
            f"The signature's time lies more than {window.total_seconds():.0f} seconds from ours: "
            "sign again when sending again, and look at the clock."
        )


def _digest(secret: str, moment: str, body: bytes) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"." + body, sha256).hexdigest()


def _parts(header: str) -> tuple[str, list[str]]:
    """Return the moment as it is written, and every digest."""
    pairs = list(_pairs(header))
    moments = [value for name, value in pairs if name == "t"]
    digests = [value for name, value in pairs if name == "v1"]
    # Twelve digits are thirty thousand years; isdigit alone would take digits of other alphabets.
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit()) or len(moments[0]) > 12:  # noqa: PLR2004
        raise SignatureError(f"{HEADER} must hold one t=<unix seconds>.")
    if not 1 <= len(digests) <= _SEVERAL:
        raise SignatureError(f"{HEADER} must hold v1=<HMAC-SHA256 in hex>, at most {_SEVERAL} of them.")
    return moments[0], digests


def _pairs(header: str) -> Iterator[tuple[str, str]]:
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        yield name, value

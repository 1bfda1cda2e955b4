"""What failed on the wire, and whether trying again can help.

Here: HTTP statuses, `Retry-After` and broken connections as `TransientError` or `PermanentError`. Not here:
the trying (`patience.py`), and SOAP faults (`faults.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.transport.tls import certificate_failure

LONGEST_RETRY_AFTER = timedelta(days=1)
"""A longer wait than this is taken for this: nobody means it."""

_WORTH_ANOTHER_TRY = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_ADVICE = {
    HTTPStatus.UNAUTHORIZED: "It does not know us: check our certificate.",
    HTTPStatus.FORBIDDEN: "We are not authorised there: ask its owner to let our HSA-id in.",
    HTTPStatus.NOT_FOUND: "Check the address in the settings.",
}


def status_failure(response: httpx.Response, what: str, now: datetime) -> TransientError | PermanentError:
    """Return the failure that a response other than HTTP 200 means.

    `what` says what was asked of whom, `now` (aware) turns a `Retry-After` that is a date into a wait.
    """
    status = response.status_code
    said = f"{what}: HTTP {status} {response.reason_phrase}".rstrip()
    if status in _WORTH_ANOTHER_TRY or response.is_server_error:
        return TransientError(
            f"{said}. Trying again later may help.",
            retry_after=retry_after(response.headers.get("Retry-After"), now),
        )
    if response.is_redirect:
        return PermanentError(f"{said}. We do not follow it elsewhere: put the right address in the settings.")
    advice = next((text for code, text in _ADVICE.items() if code == status), "Trying again cannot help.")
    return PermanentError(f"{said}. {advice}")


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return the wait of a `Retry-After` header, seconds or an HTTP date: from zero to `LONGEST_RETRY_AFTER`.

    `None` when there is none, or none that can be read.
    """
    if value is None:
        return None
    try:
        if value.strip().isdecimal():
            seconds = min(float(value), LONGEST_RETRY_AFTER.total_seconds())
            return timedelta(seconds=seconds)
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta(0)), LONGEST_RETRY_AFTER)


@contextmanager
def wire_failures(what: str) -> Iterator[None]:
    """Turn everything that httpx raises inside into `TransientError` or `PermanentError`, told of `what`."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise TransientError(f"{what}: no answer in time. Trying again may help.") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise PermanentError(f"{what}: the address cannot be used ({error}). Correct it in the settings.") from error
    except httpx.HTTPError as error:
        certificate = certificate_failure(error)
        if certificate is not None:
            raise PermanentError(f"{what}: {certificate}") from error
        raise TransientError(f"{what}: the connection failed ({error}). Trying again may help.") from error

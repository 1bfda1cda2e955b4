"""What every source needs to put its questions: the moment, the address, a RIV-TA client at the contract's pace.

Here: what the settings say, as sources use it. Not here: any question, and the wire itself (`transport/`).
"""

from datetime import UTC, datetime

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.settings import Settings
from hjv_pipelines.transport.http import Bounds, client
from hjv_pipelines.transport.pace import Pace
from hjv_pipelines.transport.rivta import RivtaClient


def utc_now() -> datetime:
    """Return the moment (UTC): the clock of sources that are given no other."""
    return datetime.now(UTC)


def address_of(settings: Settings, setting: str, title: str) -> str:
    """Return the address in `setting`. Raises `PermanentError` that says what to set for `title`, the source."""
    url = settings.address(setting)
    if url is None:
        raise PermanentError(f"{title} has no address. Set HJV_{setting.upper()}.")
    return url


def rivta_client(settings: Settings, calls_per_second: float, bounds: Bounds) -> RivtaClient:
    """Return a client that asks as the settings' consumer, at most so many calls a second."""
    return RivtaClient(client(settings), settings.consumer_hsa_id, turn=Pace(calls_per_second).wait, bounds=bounds)

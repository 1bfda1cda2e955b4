"""Whether the sources answer: asked all at once, each for a few seconds at most, nothing changed by it.

A SOAP service is asked PingForConfiguration 1.0 for its contract and its logical address, the whole way that an import
takes; of the others it is seen whether anything lets us in at the address. Here: the asking, and what to do about each
kind of failure. Not here: what else an installation needs (`doctor.py`), and the contract of the ping (`transport/`).
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from hjv_pipelines.examination.examined import Examined
from hjv_pipelines.failures import HjvError, TransientError
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.registry import REGISTRATIONS, missing_addresses
from hjv_pipelines.transport.addresses import address
from hjv_pipelines.transport.contract import Contract
from hjv_pipelines.transport.faults import PermanentFaultError, TransientFaultError
from hjv_pipelines.transport.http import Bounds, ask, client
from hjv_pipelines.transport.patience import Patience
from hjv_pipelines.transport.ping import ping
from hjv_pipelines.transport.rivta import RivtaClient
from hjv_pipelines.transport.wire_failures import wire_failures

_TIMEOUTS = httpx.Timeout(connect=3, read=5, write=5, pool=5)
_BOUNDS = Bounds(max_bytes=1024 * 1024, seconds=8)
_ONCE = Patience(tries=1)

_REFUSALS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}

_CERTIFICATE = "Correct HJV_CLIENT_CERTIFICATE and HJV_CLIENT_KEY: a function certificate that the platform knows."
_FAULT_REMEDIES = {
    "VP002": _CERTIFICATE,
    "VP003": "Correct {logical_address}.",
    "VP004": "Correct {logical_address}, or ask the platform's owner for a route. A producer need not answer "
    "PingForConfiguration: if imports come, this is all that is missing.",
    "VP007": "Order the authorisation for {consumer} at the platform's owner.",
    "VP011": "Correct {address}: https, and a network that the platform knows.",
    "VP013": "Correct HJV_CONSUMER_HSA_ID, or let the platform's owner allow it as original consumer.",
}


@dataclass(frozen=True, slots=True)
class _Service:
    """A service of a source: the `setting` that holds its address, and its SOAP contract where it has one."""

    setting: str
    url: str
    contract: Contract | None

    @property
    def name(self) -> str:
        return self.setting.removesuffix("_url")


def examine_sources(settings: Settings) -> list[Examined]:
    """Return how every service of every source answers; a source that is off is told as that."""
    off = [
        Examined(name, well=False, seen="off", remedy=f"Set {' and '.join(variables)}.")
        for name, variables in missing_addresses(settings).items()
    ]
    services = _services(settings)
    try:
        http = client(settings, timeouts=_TIMEOUTS)
    except HjvError as error:
        return [*off, *(Examined(service.name, well=False, seen=str(error)) for service in services)]
    with http, ThreadPoolExecutor(max_workers=len(services) or 1) as at_once:
        return [*at_once.map(lambda service: _examined(http, settings, service), services), *off]


def _services(settings: Settings) -> list[_Service]:
    return [
        _Service(setting, url, contract(settings) if contract else None)
        for registration in REGISTRATIONS.values()
        for setting in registration.addresses
        if (url := settings.address(setting)) is not None
        for contract in (registration.contracts.get(setting),)
    ]


def _examined(http: httpx.Client, settings: Settings, service: _Service) -> Examined:
    try:
        seen = _knocked(http, service) if service.contract is None else _pinged(http, settings, service)
    except HjvError as error:
        return Examined(service.name, well=False, seen=str(error), remedy=_remedy(settings, service, error))
    return Examined(service.name, well=True, seen=seen)


def _pinged(http: httpx.Client, settings: Settings, service: _Service) -> str:
    """Return what the SOAP service says of itself."""
    assert service.contract is not None  # noqa: S101  told by the caller
    asking = RivtaClient(http, settings.consumer_hsa_id, patience=_ONCE, bounds=_BOUNDS)
    logical_address = getattr(settings, f"{service.name}_logical_address")
    pong = ping(asking, service.contract, service.url, logical_address)
    return f"{service.contract.operation} answers: version {pong.version}, {pong.at:%Y-%m-%d %H:%M:%S} by its clock"


def _knocked(http: httpx.Client, service: _Service) -> str:
    """Return that something lets us in there; what it answers to a bare request does not matter."""
    what = f"{service.name} at {address(service.url)}"
    with wire_failures(what):
        request = http.build_request("HEAD", service.url)
    with ask(http, request, what, _BOUNDS) as answer:
        if answer.status in _REFUSALS or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise answer.failure()
    return "answers"


def _remedy(settings: Settings, service: _Service, error: HjvError) -> str:
    """Return what to do where the error's own words do not say it."""
    if isinstance(error, TransientFaultError | PermanentFaultError):
        passing = "Try again in a while. If it stays, tell the platform's owner."
        usual = passing if isinstance(error, TransientError) else "Tell the platform's owner, with these words."
        return _FAULT_REMEDIES.get(error.code or "", usual).format(
            address=f"HJV_{service.setting.upper()}",
            logical_address=f"HJV_{service.name.upper()}_LOGICAL_ADDRESS",
            consumer=settings.consumer_hsa_id,
        )
    if not isinstance(error, TransientError):
        return ""
    if getattr(settings, service.setting, None) is None:  # the sandbox stands in for it
        return "Start the sandbox: `hjv up` or `hjv sandbox serve`."
    return f"Check HJV_{service.setting.upper()} and the network, and ask whoever runs it."

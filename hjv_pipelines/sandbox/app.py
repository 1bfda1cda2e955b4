"""The sandbox's app: every service of the sources, each at its address.

Here: the addresses, and what stands behind each. Not here: the contracts (`hsa_file.py`, `hsa_unit.py`,
`get_hsa_unit.py`, `eservices.py`), the look of a fault (`wire.py`) and the listening itself (`server.py`).
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.care_service_offerings import GET_CARE_SERVICE_OFFERINGS, GET_HEALTHCARE_OFFERINGS
from hjv_pipelines.sandbox.clock import generation_served_at
from hjv_pipelines.sandbox.contract import Contract
from hjv_pipelines.sandbox.directory import Directory, Portion
from hjv_pipelines.sandbox.eservices import GET_AVAILABLE_ESERVICES
from hjv_pipelines.sandbox.faults import SERVICES, Fault, Faults, Service
from hjv_pipelines.sandbox.get_hsa_unit import GET_HSA_UNIT
from hjv_pipelines.sandbox.hsa_file import FileShelf
from hjv_pipelines.sandbox.hsa_unit import GET_UNIT
from hjv_pipelines.sandbox.kka import kka_answer
from hjv_pipelines.sandbox.listing import GET_AVAILABLE_FACILITIES
from hjv_pipelines.sandbox.pace import Pace
from hjv_pipelines.sandbox.patient_survey import survey_answer
from hjv_pipelines.sandbox.ping import ping_for
from hjv_pipelines.sandbox.quality_indicators import quality_indicators
from hjv_pipelines.sandbox.soap import MEDIA_TYPE, SoapError, platform_fault, read_request
from hjv_pipelines.sandbox.unit import Json
from hjv_pipelines.sandbox.vaccinations import vaccinera_answer
from hjv_pipelines.sandbox.wire import fault_response, replacement, service_unavailable, soap_fault, spoilt
from hjv_pipelines.settings import SANDBOX_PATHS

_ZIP = "application/zip"
_JSON = "application/json"
_PORTIONS = {"half": Portion.HALF, "nothing": Portion.NOTHING}
_LATE = timedelta(days=1)
_WAITING_TIMES: tuple[Service, ...] = ("waiting_times", "waiting_times_skane")

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(archive: Archive, folder: Path, *, now: Callable[[], datetime]) -> Starlette:
    """Return the ASGI app that answers in the sources' place.

    The units come from `archive`; `folder` holds the files made of them, and the faults. `now` gives the
    current time (aware): it decides which file is served, and which version of a unit.
    """
    sandbox = Sandbox(archive, folder, now)
    unit, eservices = (GET_UNIT, GET_HSA_UNIT), (GET_AVAILABLE_ESERVICES,)
    care_services = (GET_CARE_SERVICE_OFFERINGS, GET_HEALTHCARE_OFFERINGS)
    return Starlette(
        routes=[
            Route(SANDBOX_PATHS["hsa_file_url"], sandbox.file, methods=["GET"]),
            Route(SANDBOX_PATHS["hsa_unit_url"], sandbox.soap("hsa_unit", unit), methods=["POST"]),
            Route(SANDBOX_PATHS["eservices_url"], sandbox.soap("eservices", eservices), methods=["POST"]),
            Route(SANDBOX_PATHS["listing_url"], sandbox.soap("listing", (GET_AVAILABLE_FACILITIES,)), methods=["POST"]),
            Route(SANDBOX_PATHS["patient_survey_url"], sandbox.json("patient_survey", survey_answer), methods=["GET"]),
            *(
                Route(SANDBOX_PATHS[f"{name}_url"], sandbox.soap(name, (quality_indicators(name),)), methods=["POST"])
                for name in _WAITING_TIMES
            ),
            Route(SANDBOX_PATHS["offerings_url"], sandbox.soap("offerings", care_services), methods=["POST"]),
            Route(SANDBOX_PATHS["vaccinera_url"], sandbox.json("vaccinera", vaccinera_answer), methods=["GET"]),
            Route(SANDBOX_PATHS["kka_url"], sandbox.json("kka", kka_answer), methods=["GET"]),
            Route("/healthz", sandbox.healthz, methods=["GET"]),
            Route("/stats", sandbox.stats, methods=["GET"]),
        ]
    )


class Sandbox:
    """The services over one archive, with the faults that are set and the pace at which they were asked."""

    def __init__(self, archive: Archive, folder: Path, now: Callable[[], datetime]) -> None:
        self._archive = archive
        self._shelf = FileShelf(archive, folder)
        self._faults = Faults(folder)
        self._now = now
        self._pace: dict[Service, Pace] = {service: Pace() for service in SERVICES}

    async def file(self, request: Request) -> Response:
        """Answer with HSA's complete file."""
        with self._pace["hsa_file"].call():
            fault = await run_in_threadpool(self._faults.take, "hsa_file")
            replaced = await replacement(fault, request, service_unavailable)
            if replaced is not None:
                return replaced
            path = await run_in_threadpool(self._file, fault)
            if fault is None:
                return FileResponse(path, media_type=_ZIP, filename="hsaunits.zip")
            return spoilt(fault, await run_in_threadpool(path.read_bytes), _ZIP)

    def soap(self, service: Service, contracts: tuple[Contract, ...]) -> Endpoint:
        """Return what answers `contracts`, and PingForConfiguration, at one address; the Body's first child chooses."""
        by_namespace = {contract.namespace: contract for contract in (*contracts, ping_for(contracts))}

        async def endpoint(request: Request) -> Response:
            with self._pace[service].call():
                fault = await run_in_threadpool(self._faults.take, service)
                replaced = await replacement(fault, request, soap_fault)
                if replaced is not None:
                    return replaced
                content = await request.body()
                try:
                    answer = await run_in_threadpool(_reply, content, by_namespace, self._directory(fault))
                except SoapError as error:
                    return fault_response(error)
                return spoilt(fault, answer, MEDIA_TYPE)

        return endpoint

    def json(self, service: Service, answer: Callable[[Directory, Mapping[str, str]], Json]) -> Endpoint:
        """Return what answers a question in JSON with what `answer` makes of the directory and of the query."""

        async def endpoint(request: Request) -> Response:
            with self._pace[service].call():
                fault = await run_in_threadpool(self._faults.take, service)
                replaced = await replacement(fault, request, service_unavailable)
                if replaced is not None:
                    return replaced
                told = await run_in_threadpool(answer, self._directory(fault), request.query_params)
                return spoilt(fault, orjson.dumps(told), _JSON)

        return endpoint

    async def healthz(self, _request: Request) -> Response:
        """Say that the sandbox answers, and for how many units."""
        counts = await run_in_threadpool(self._archive.counts)
        return JSONResponse({"status": "ok", "units": counts["units"]})

    async def stats(self, _request: Request) -> Response:
        """Tell how each service was asked."""
        return JSONResponse({service: pace.stats() for service, pace in self._pace.items()})

    def _file(self, fault: Fault | None) -> Path:
        directory = self._directory(fault)
        generation = generation_served_at(directory.at, units=self._archive.counts()["units"])
        return self._shelf.file(generation, directory.portion)

    def _directory(self, fault: Fault | None) -> Directory:
        """Return the directory as the answer shows it, which some faults change."""
        kind = fault.kind if fault else None
        at = self._now() - _LATE if kind == "late" else self._now()
        return Directory(self._archive, at, _PORTIONS.get(kind or "", Portion.WHOLE))


def _reply(content: bytes, contracts: dict[str, Contract], directory: Directory) -> bytes:
    request = read_request(content)
    contract = contracts.get(request.contract)
    if contract is None:
        raise platform_fault("VP004", f"No service at this address answers {request.contract!r}.")
    return contract.reply(request.body, directory)

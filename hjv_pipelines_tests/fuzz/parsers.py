"""Every parser of foreign bytes, by name, and what it promises of any input.

A parser of a source is the whole source: what `fetch` makes of an answer with these bytes, from the wire to the last
record. Here: that table, and the promise. Not here: inputs (`mutations.py`, `corpus/`), and who tries them.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import httpx
import stamina

from hjv_pipelines.canonical import canonical_json
from hjv_pipelines.failures import HjvError, PermanentError, TransientError
from hjv_pipelines.hsa_id import spelled_in
from hjv_pipelines.notifications.message import read_message
from hjv_pipelines.notifications.signature import SignatureError, verify
from hjv_pipelines.regions import REGION_KEYS
from hjv_pipelines.settings import Settings
from hjv_pipelines.sources.hsa import addresses, contacts, coordinates, dates, hours, values
from hjv_pipelines.sources.hsa.fields import clean
from hjv_pipelines.sources.hsa.source import HsaSource
from hjv_pipelines.sources.hsa.zip_entry import ENTRY
from hjv_pipelines.sources.kka.markup import cleaned
from hjv_pipelines.sources.reading import Reading
from hjv_pipelines.sources.registry import REGISTRATIONS
from hjv_pipelines.sources.source import Refusal, Scope, Source, UnitDocument
from hjv_pipelines.sources.texts import one_line, text
from hjv_pipelines.transport.ping import ping
from hjv_pipelines.transport.rivta import RivtaClient
from hjv_pipelines.transport.wire import answered_by
from hjv_pipelines.transport.wire_failures import status_failure

UNIT = "SE2321000016-FUZZ1"
"""The unit that is asked about, and that HSA has."""

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONGEST_HSA_ID = 100
"""Characters: PostgreSQL indexes no more than 2,700 bytes."""

Parser = Callable[[bytes], object]

_ADDRESSES = {setting: f"https://wire.example/{setting}" for one in REGISTRATIONS.values() for setting in one.addresses}
_NO_PACE = {name: 1e9 for name in Settings.model_fields if name.endswith("_calls_per_second")}


class Directory:
    """HSA has the unit `UNIT`, and its source holds a document of it: where, `region` says."""

    def __init__(self, region: str) -> None:
        self._region = region

    def marked_units(self, _scope: Scope) -> Mapping[str, str]:
        """Return the unit."""
        return {UNIT: self._region}

    def held_units(self, _source: str, _scope: Scope) -> Mapping[str, str]:
        """Return the unit."""
        return {UNIT: self._region}


def source(name: str, **chosen: str) -> Source:
    """Return the source `name`, that asks somewhere and waits for nothing."""
    settings = Settings.model_validate(
        {"sources": "live", "hsa_unit_pause_seconds": 0.0, **_NO_PACE, **_ADDRESSES, **chosen}
    )
    return REGISTRATIONS[name].build(settings)


def answer(asked: Source, scope: Scope) -> Parser:
    """Return the parser of what `asked` is answered about `scope`."""
    directory = Directory(scope.regions[0] if scope.regions else asked.regions[0])

    def read(content: bytes) -> None:
        def send(_http: httpx.Client, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, content=content, request=request)

        with answered_by(send), stamina.set_testing(True):
            for record in asked.fetch(scope, directory).records:
                keepable(record)

    return read


def keepable(record: UnitDocument | Refusal) -> None:
    """Raise `AssertionError` for a record that the store could not keep."""
    assert record.hsa_id is None or spelled_in(record.hsa_id) == record.hsa_id, record
    assert len(record.hsa_id or "") <= LONGEST_HSA_ID, "the HSA-id is too long for an index"
    findings = [finding.model_dump() for finding in record.findings]
    kept = {"findings": findings}
    if isinstance(record, UnitDocument):
        assert record.region in REGION_KEYS
        kept["record"] = record.record.model_dump(mode="json", exclude_defaults=True)
        assert type(record.record).model_validate(kept["record"]) == record.record
    else:
        assert findings, "a refusal says why"
    # PostgreSQL's text holds every character but this one.
    assert b"\\u0000" not in canonical_json(kept).replace(b"\\\\", b"")


def zipped(xml: bytes) -> bytes:
    """Return HSA's zip around `xml`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(ENTRY, xml)
    return packed.getvalue()


def both(asked: Source) -> Parser:
    """Return the parser of what a source is answered about a region, and about a unit."""
    parsers = (answer(asked, Scope(regions=(asked.regions[0],))), answer(asked, Scope(hsa_ids=(UNIT,))))
    return lambda content: each(parsers, content)


def each(parsers: tuple[Parser, ...], content: bytes) -> None:
    """Try every parser: that one refuses is no reason for another not to read."""
    refused: HjvError | None = None
    for parser in parsers:
        try:
            parser(content)
        except (TransientError, PermanentError) as error:
            refused = error
    if refused is not None:
        raise refused


def reader(*readers: Callable[[str], Reading[object]]) -> Parser:
    """Return the parser of a single value by all of `readers`."""

    def read(content: bytes) -> None:
        raw = content.decode(errors="replace")
        for one in readers:
            value, broken = one(raw)
            assert value is None or value == value, "equal to itself"  # noqa: PLR0124 - NaN is not
            assert all(isinstance(rule, str) for rule in broken)

    return read


def spans(content: bytes) -> None:
    """Read hours, packed and single."""
    for span in hours.packed_spans(content.decode(errors="replace")):
        clean(hours.time_span)(span)


def markup(content: bytes) -> None:
    """Read a text of KKA's editors: what was cleaned is clean."""
    html, _ = cleaned(content.decode(errors="replace"))
    again, broken = cleaned(html or "")
    assert (again, "markup_removed" in broken) == (html, False)


def plain_text(content: bytes) -> None:
    """Read a text, whole and in one line: what was read is read again as it is."""
    raw = content.decode(errors="replace")
    for one in (text, one_line):
        value, _ = one(raw)
        assert value is None or one(value).value == value


def signature(header: bytes) -> None:
    """Judge a signature's header: none but the right one is believed, and nobody here knows the secret."""
    try:
        verify("secret", header.decode("latin-1"), b"{}", NOW, timedelta(minutes=5))
    except SignatureError:
        return
    raise AssertionError("a signature that nobody made was believed")


def refusal_of_http(header: bytes) -> None:
    """Read when another try is welcome, after a status that says so."""
    shown = header.replace(b"\r", b" ").replace(b"\n", b" ")
    response = httpx.Response(503, headers=[(b"Retry-After", shown)])
    wait = getattr(status_failure(response, "The service", NOW), "retry_after", None)
    assert wait is None or timedelta() <= wait <= timedelta(days=1)


def pong(content: bytes) -> None:
    """Read the answer to a ping."""
    contract = REGISTRATIONS["eservices"].contracts["eservices_url"](Settings())

    def send(_http: httpx.Client, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=content, request=request)

    with answered_by(send), stamina.set_testing(True):
        ping(_PINGER, contract, "https://wire.example/", "SE165565594230-1000")


_PINGER = RivtaClient(httpx.Client(), "SE165565594230-1000")
_A_REGION = Scope(regions=("12-skane",))
_HSA = source("hsa")
_FILE = answer(_HSA, _A_REGION)
_SOURCES_BY_REGION = tuple(name for name in REGISTRATIONS if name != "hsa")

PARSERS: Mapping[str, Parser] = {
    "hsa_zip": _FILE,
    "hsa_file": lambda xml: _FILE(zipped(xml)),
    "hsa_get_unit": answer(_HSA, Scope(hsa_ids=(UNIT,))),
    "hsa_get_hsa_unit": answer(source("hsa", hsa_unit_contract="GetHsaUnit"), Scope(hsa_ids=(UNIT,))),
    **{name: both(source(name)) for name in _SOURCES_BY_REGION},
    "ping": pong,
    "retry_after": refusal_of_http,
    "hours": spans,
    "dates": reader(clean(dates.moment), clean(dates.calendar_date)),
    "notices": reader(clean(values.notice, first=text)),
    "ages": reader(clean(values.age_rule)),
    "coordinates": reader(clean(coordinates.rt90), clean(coordinates.latitude), clean(coordinates.longitude)),
    "addresses": reader(*map(clean, (addresses.address_lines, addresses.visiting_address, addresses.post_code))),
    "contacts": reader(
        *map(clean, (contacts.telephone_number, contacts.text_telephone, contacts.mail_address, contacts.web_address))
    ),
    "values": reader(values.hsa_id, values.flag, values.jpeg),
    "texts": plain_text,
    "markup": markup,
    "notification": read_message,
    "signature": signature,
}
"""By name. A parser returns, or raises `TransientError` or `PermanentError`; anything else is a crash."""

assert HsaSource.name not in _SOURCES_BY_REGION


def survives(name: str, content: bytes) -> str:
    """Try a parser with any bytes: return "read", or the sentence with which they were refused."""
    try:
        PARSERS[name](content)
    except (TransientError, PermanentError) as error:
        return str(error)
    return "read"

"""HSA's XML as tests write it: units by their elements, the file around them, the zip around the file."""

from collections.abc import Iterable
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

PROFILE = "urn:hjv-pipelines:profile:hsa-unit:1"
OFFICIAL = "urn:riv:hsa:HsaWsResponder:3"
STARTED = "2025-11-24T10:00:00.000+01:00"

Value = str | dict[str, list[str]]


def elements(values: Iterable[tuple[str, Value]]) -> str:
    """Return elements in order; a value of several parts is an element with children."""
    return "".join(f"<{name}>{_inside(value)}</{name}>" for name, value in values)


def _inside(value: Value) -> str:
    if isinstance(value, str):
        return escape(value)
    return elements((name, text) for name, texts in value.items() for text in texts)


def unit(*values: tuple[str, Value]) -> str:
    """Return the profile's `unit`."""
    return f'<unit xmlns="{PROFILE}">{elements(values)}</unit>'


def container(*official: tuple[str, str], inside: str = "") -> str:
    """Return the file's `hsaUnit`."""
    return f"<hsaUnit>{elements(official)}{inside}</hsaUnit>"


def record(hsa_id: str, *values: tuple[str, Value]) -> str:
    """Return an `hsaUnit` with a `unit` of that id, and a name."""
    own = unit(("unitHsaId", hsa_id), ("unitName", "Björkens vårdcentral"), *values)
    return container(("hsaIdentity", hsa_id), ("DN", "ou=Björken,c=SE"), inside=own)


def document(*records: str, started: str = STARTED) -> bytes:
    """Return the file's XML."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><FileGetHsaUnitsResponse xmlns="{OFFICIAL}">'
        f"<startDate>{started}</startDate><endDate>{started}</endDate>"
        f"<hsaUnits>{''.join(records)}</hsaUnits></FileGetHsaUnitsResponse>"
    ).encode()


def zipped(content: bytes, *names: str) -> bytes:
    """Return a zip with `content` under each of `names`, `hsaunits.xml` unless told otherwise."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name in names or ("hsaunits.xml",):
            archive.writestr(name, content)
    return packed.getvalue()

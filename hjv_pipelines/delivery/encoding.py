"""Bodies made smaller for those who can read them so: zstd and gzip, by `Accept-Encoding`.

Here: the choice of an encoding, and pieces of a body encoded as they come. Not here: what the body says.
"""

import zlib
from collections.abc import Iterable, Iterator
from typing import Literal, Protocol

import zstandard
from fastapi import Request

Encoding = Literal["zstd", "gzip", "identity"]

_ZSTD_LEVEL = 3
_GZIP_LEVEL = 4
_GZIP_FORMAT = 31
"""zlib's word for the gzip format, with its widest window."""


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


def encoding_for(request: Request) -> Encoding:
    """Return the encoding that the asker likes best of those we have, zstd first among equals."""
    weights = _weights(request.headers.get("Accept-Encoding", ""))
    fallback = weights.get("*", 0.0)
    ours: tuple[Encoding, ...] = ("zstd", "gzip")
    liked = [name for name in ours if weights.get(name, fallback) > 0]
    return max(liked, key=lambda name: weights.get(name, fallback), default="identity")


def encoding_headers(encoding: Encoding) -> dict[str, str]:
    """Return the headers of an answer whose body is encoded so."""
    varying = {"Vary": "Accept, Accept-Encoding"}
    return varying if encoding == "identity" else {**varying, "Content-Encoding": encoding}


def encoded(pieces: Iterable[bytes], encoding: Encoding) -> Iterator[bytes]:
    """Give `pieces` encoded, as they come."""
    if encoding == "identity":
        yield from pieces
        return
    compressor = _compressor(encoding)
    for piece in pieces:
        smaller = compressor.compress(piece)
        if smaller:
            yield smaller
    yield compressor.flush()


def _compressor(encoding: Encoding) -> _Compressor:
    if encoding == "zstd":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
    return zlib.compressobj(_GZIP_LEVEL, wbits=_GZIP_FORMAT)


def _weights(accept_encoding: str) -> dict[str, float]:
    """Return the weight of each encoding in an `Accept-Encoding` (RFC 9110); one that cannot be read is 0."""
    weights: dict[str, float] = {}
    for told in accept_encoding.lower().split(","):
        name, _, parameters = told.partition(";")
        weights[name.strip()] = _weight(parameters)
    return weights


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0

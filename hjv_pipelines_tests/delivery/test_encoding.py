"""Which encoding an answer comes in is the asker's choice (RFC 9110)."""

import pytest
from fastapi import Request

from hjv_pipelines.delivery.encoding import encoding_for


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", "identity"),
        ("identity", "identity"),
        ("br", "identity"),
        ("gzip, deflate, br", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("GZIP", "gzip"),
        ("zstd;q=0.1, gzip;q=0.9", "gzip"),
        ("zstd;q=0, gzip;q=0", "identity"),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "gzip"),
        ("gzip;q=much", "identity"),
    ],
)
def test_the_encoding_that_is_liked_best_is_chosen(accepted: str, encoding: str) -> None:
    request = Request({"type": "http", "headers": [(b"accept-encoding", accepted.encode())]})
    assert encoding_for(request) == encoding

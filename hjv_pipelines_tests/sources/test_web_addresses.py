"""The promise: a link that is let through leads a browser to a web site, and nowhere else."""

import pytest

from hjv_pipelines.sources.web_addresses import is_web_address


@pytest.mark.parametrize("url", ["https://www.1177.se/", "http://vard.example", "HTTPS://vard.example/å?a=b#c"])
def test_web_sites_are_let_through(url: str) -> None:
    assert is_web_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "www.1177.se",
        "//vard.example",
        "/boka",
        "https://",
        "https:///boka",
        "https://vard.example/a b",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@vard.example",
        "ftp://vard.example",
        "https://[x",
    ],
)
def test_nothing_else_is(url: str) -> None:
    assert not is_web_address(url)

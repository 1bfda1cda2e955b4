"""Promises of HTTPS in the sandbox: who shows no certificate of the test authority gets no answer."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.certificates import Certificates, certificates
from hjv_pipelines.sandbox.server import create_app, running
from hjv_pipelines_tests.sandbox.tiny import NOON, at


@pytest.fixture
def ours(tmp_path: Path) -> Certificates:
    """Give the certificates of the sandbox."""
    return certificates(tmp_path / "certificates", "127.0.0.1", "localhost")


@pytest.fixture
def address(archive: Archive, tmp_path: Path, ours: Certificates) -> Iterator[str]:
    """Give the address of a sandbox that demands client certificates."""
    with running(create_app(archive, tmp_path, now=at(NOON)), protected=ours) as opened:
        yield opened


def trusting(ours: Certificates, shown: Certificates | None = None) -> ssl.SSLContext:
    """Return what trusts the sandbox's authority, and shows the client certificate of `shown`."""
    context = ssl.create_default_context(cafile=str(ours.authority))
    if shown:
        context.load_cert_chain(shown.client, shown.client_key)
    return context


def test_a_client_with_the_right_certificate_is_answered(address: str, ours: Certificates) -> None:
    answer = httpx.get(f"{address}/healthz", verify=trusting(ours, ours))
    assert answer.status_code == 200
    assert address.startswith("https://")


def test_a_client_without_a_certificate_is_refused(address: str, ours: Certificates) -> None:
    """Trap 44."""
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{address}/healthz", verify=trusting(ours))


def test_a_client_of_another_authority_is_refused(address: str, ours: Certificates, tmp_path: Path) -> None:
    """Trap 44."""
    others = certificates(tmp_path / "others", "127.0.0.1")
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{address}/healthz", verify=trusting(ours, others))


def test_a_client_that_does_not_know_the_authority_refuses_the_sandbox(address: str) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{address}/healthz")


def test_certificates_are_made_once_and_keys_are_for_the_owner_alone(ours: Certificates, tmp_path: Path) -> None:
    before = ours.authority.read_bytes()
    assert certificates(tmp_path / "certificates", "127.0.0.1").authority.read_bytes() == before
    assert {path.stat().st_mode & 0o777 for path in (ours.client_key, ours.server_key)} == {0o600}

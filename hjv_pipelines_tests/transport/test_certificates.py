"""The promise: a certificate that fails is told once, in a sentence that names the file (trap 44)."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.settings import Settings
from hjv_pipelines.transport.http import client, download
from hjv_pipelines.transport.tls import expiry
from hjv_pipelines_tests.wire import Reply, serving

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Party:
    """An authority with the files of what it trusts and issues."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.authority = trustme.CA()
        self.trusted = folder / "authority.pem"
        self.authority.cert_pem.write_to_path(str(self.trusted))
        self.folder = folder

    def server_context(self, *, until: datetime | None = None) -> ssl.SSLContext:
        """Return the context of a server that demands a certificate of this authority."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.authority.issue_cert("127.0.0.1", not_after=until).configure_cert(context)
        self.authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client_settings(self, *, until: datetime | None = None) -> Settings:
        """Return the settings of a client with a certificate of this authority."""
        leaf = self.authority.issue_cert("SE2321000016-HJV3", not_before=LONG_AGO, not_after=until)
        certificate, key = self.folder / "client.pem", self.folder / "client.key"
        leaf.cert_chain_pems[0].write_to_path(str(certificate))
        leaf.private_key_pem.write_to_path(str(key))
        return Settings(client_certificate=certificate, client_key=key, ca_certificates=self.trusted)


@pytest.fixture
def siths(tmp_path: Path) -> Party:
    """Give the authority that both sides trust."""
    return Party(tmp_path / "ours")


@pytest.fixture
def stranger(tmp_path: Path) -> Party:
    """Give an authority that the other side does not know."""
    return Party(tmp_path / "theirs")


def fetch(settings: Settings, context: ssl.SSLContext, target: Path) -> bytes:
    with serving(Reply(b"PK"), context=context) as server, client(settings) as http:
        download(http, server.url, target, 1000, "HSA's complete file")
    return target.read_bytes()


def test_both_sides_know_each_other(siths: Party, tmp_path: Path) -> None:
    assert fetch(siths.client_settings(), siths.server_context(), tmp_path / "file") == b"PK"


def test_a_missing_certificate_is_refused_once(siths: Party, tmp_path: Path, waits: list[float]) -> None:
    settings = Settings(ca_certificates=siths.trusted)
    with pytest.raises(PermanentError, match=r"refused our certificate .* HJV_CLIENT_CERTIFICATE"):
        fetch(settings, siths.server_context(), tmp_path / "file")
    assert waits == []


def test_an_expired_certificate_is_refused_once(siths: Party, tmp_path: Path, waits: list[float]) -> None:
    expired = siths.client_settings(until=datetime(2021, 1, 1, tzinfo=UTC))
    with pytest.raises(PermanentError, match="refused our certificate"):
        fetch(expired, siths.server_context(), tmp_path / "file")
    assert waits == []


def test_a_strangers_certificate_is_refused_once(
    siths: Party, stranger: Party, tmp_path: Path, waits: list[float]
) -> None:
    theirs = stranger.client_settings().model_copy(update={"ca_certificates": siths.trusted})
    with pytest.raises(PermanentError, match="refused our certificate"):
        fetch(theirs, siths.server_context(), tmp_path / "file")
    assert waits == []


def test_an_unknown_server_is_not_asked(siths: Party, stranger: Party, tmp_path: Path, waits: list[float]) -> None:
    with pytest.raises(PermanentError, match=r"not trusted .* HJV_CA_CERTIFICATES"):
        fetch(siths.client_settings(), stranger.server_context(), tmp_path / "file")
    assert waits == []


def test_a_server_with_an_expired_certificate_is_not_asked(siths: Party, tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match=r"not trusted .certificate has expired"):
        fetch(
            siths.client_settings(),
            siths.server_context(until=datetime(2021, 1, 1, tzinfo=UTC)),
            tmp_path / "f",
        )


def test_a_server_without_tls_is_told_as_that(siths: Party, tmp_path: Path) -> None:
    with serving(Reply(b"PK")) as server, client(siths.client_settings()) as http:
        url = server.url.replace("http:", "https:")
        with pytest.raises(PermanentError, match="does not speak TLS"):
            download(http, url, tmp_path / "file", 1000, "a file")


@pytest.mark.parametrize("name", ["client_certificate", "client_key", "ca_certificates"])
@pytest.mark.parametrize("content", [None, "not PEM"])
def test_an_unusable_file_names_its_setting(name: str, content: str | None, siths: Party, tmp_path: Path) -> None:
    file = tmp_path / "file.pem"
    if content is not None:
        file.write_text(content)
    settings = siths.client_settings().model_copy(update={name: file})
    with pytest.raises(PermanentError, match=f"HJV_{name.upper()}"):
        client(settings)


def test_a_key_without_a_certificate_is_refused(siths: Party) -> None:
    settings = siths.client_settings().model_copy(update={"client_certificate": None})
    with pytest.raises(PermanentError, match="HJV_CLIENT_CERTIFICATE"):
        client(settings)


def test_its_end_is_read_from_the_file(siths: Party) -> None:
    """Also where the key stands before it."""
    until = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    ours = siths.client_settings(until=until)
    assert ours.client_certificate is not None
    assert ours.client_key is not None
    ours.client_certificate.write_text(ours.client_key.read_text() + ours.client_certificate.read_text())
    assert expiry(ours.client_certificate) == until


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_that_holds_no_certificate_is_told_by_its_name(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ours.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(PermanentError, match=r"ours\.pem"):
        expiry(file)

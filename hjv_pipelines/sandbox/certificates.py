"""Test certificates: an authority, a server and a client, for HTTPS with mutual authentication.

Here: making them once and keeping them in the sandbox's folder. Not here: real certificates (settings
`HJV_CLIENT_CERTIFICATE`, `HJV_CLIENT_KEY`, `HJV_CA_CERTIFICATES`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hjv_pipelines.failures import HjvError

if TYPE_CHECKING:
    import trustme

_CONSUMER = "HJV3 sandbox consumer"


@dataclass(frozen=True, slots=True)
class Certificates:
    """The PEM files of a test authority, and of the server and the client that it vouches for."""

    authority: Path
    server: Path
    server_key: Path
    client: Path
    client_key: Path

    @classmethod
    def within(cls, folder: Path) -> "Certificates":
        """Return where the certificates stand in `folder`."""
        return cls(
            authority=folder / "authority.pem",
            server=folder / "server.pem",
            server_key=folder / "server-key.pem",
            client=folder / "client.pem",
            client_key=folder / "client-key.pem",
        )

    def exist(self) -> bool:
        """Tell whether all of them are there."""
        return all(
            path.is_file() for path in (self.authority, self.server, self.server_key, self.client, self.client_key)
        )


def certificates(folder: Path, *hosts: str) -> Certificates:
    """Return the certificates in `folder`, made when they are missing; the server's is for `hosts`.

    Raises `HjvError` when they have to be made and trustme, a development package, is not installed.
    """
    files = Certificates.within(folder)
    if not files.exist():
        folder.mkdir(parents=True, exist_ok=True)
        _make(files, hosts)
    return files


def _make(files: Certificates, hosts: tuple[str, ...]) -> None:
    try:
        import trustme
    except ImportError as error:
        raise HjvError(
            "HTTPS in the sandbox needs the package trustme, which only the development environment has: "
            "run `make install`, or serve without a TLS port."
        ) from error
    authority = trustme.CA()
    authority.cert_pem.write_to_path(files.authority)
    _write(authority.issue_cert(*hosts), files.server, files.server_key)
    _write(authority.issue_cert("hjv3.invalid", common_name=_CONSUMER), files.client, files.client_key)


def _write(pair: "trustme.LeafCert", certificate: Path, key: Path) -> None:
    for path in (certificate, key):
        path.touch(mode=0o600)
    pair.private_key_pem.write_to_path(key)
    certificate.write_bytes(b"".join(blob.bytes() for blob in pair.cert_chain_pems))

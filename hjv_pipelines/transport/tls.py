"""Certificates: ours, by which the platform knows us, and the authorities by which we know the platform.

Here: the TLS context that the settings describe, when ours expires, and what to tell when a handshake fails. Not here:
the connection itself (`http.py`).
"""

import ssl
from datetime import datetime
from pathlib import Path

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.settings import Settings

OUR_CERTIFICATE = (
    "Check HJV_CLIENT_CERTIFICATE and HJV_CLIENT_KEY: both are named, not expired, and issued by an "
    "authority that the service trusts."
)
THEIR_CERTIFICATE = "If it is the right service, name its issuer's PEM file in HJV_CA_CERTIFICATES."


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Return the context of our certificate and trusted authorities; by default, the system's authorities.

    Raises `PermanentError` that names the setting when a file cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=settings.ca_certificates)
    except OSError as error:
        raise PermanentError(f"HJV_CA_CERTIFICATES ({settings.ca_certificates}): {_reason(error)}.") from error
    if settings.client_certificate is None:
        if settings.client_key is not None:
            raise PermanentError("HJV_CLIENT_KEY is of no use without HJV_CLIENT_CERTIFICATE. Name both.")
        return context
    try:
        # An empty password: a protected key is refused, where OpenSSL would wait for somebody to type one.
        context.load_cert_chain(settings.client_certificate, settings.client_key, password="")
    except OSError as error:
        pair = f"{settings.client_certificate}, {settings.client_key or 'its key in the same file'}"
        raise PermanentError(f"Our certificate ({pair}): {_reason(error)}. {OUR_CERTIFICATE}") from error
    return context


def expiry(certificate: Path) -> datetime:
    """Return when the first certificate in a PEM file ceases to be valid (UTC).

    Raises `PermanentError` when the file cannot be read as one.
    """
    from cryptography.x509 import load_pem_x509_certificate

    try:
        return load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        raise PermanentError(f"{certificate} cannot be read as a PEM certificate. {OUR_CERTIFICATE}") from error


def certificate_failure(error: BaseException) -> str | None:
    """Return what is wrong with a certificate, and what to do, if that caused `error`; else `None`."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({cause.verify_message}). {THEIR_CERTIFICATE}"
        if isinstance(cause, ssl.SSLError):
            return _refusal(cause.reason or "")
        cause = cause.__cause__ or cause.__context__
    return None


def _refusal(reason: str) -> str | None:
    if reason == "WRONG_VERSION_NUMBER":
        return "it does not speak TLS there. Check the address: https, and the port."
    if "ALERT" in reason and "INTERNAL_ERROR" not in reason:
        return f"it refused our certificate ({reason.replace('_', ' ').lower()}). {OUR_CERTIFICATE}"
    return None


def _reason(error: OSError) -> str:
    """Say what the operating system or OpenSSL says, in a word or two."""
    if isinstance(error, ssl.SSLError):
        return f"not usable PEM ({error.reason or 'unreadable'})".replace("_", " ")
    return (error.strerror or "unreadable").lower()

"""`hjv doctor`: what an installation depends on, checked, with what to do where something is wrong.

Here: the checks of the installation itself, each one small function. Not here: whether the sources answer
(`reachability.py`), the broker of several machines (`broker.py`), the workers (`workers.py`), and mending.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from hjv_pipelines.alerts.cause import CERTIFICATE_DAYS
from hjv_pipelines.examination.broker import examine_broker
from hjv_pipelines.examination.examined import Examined
from hjv_pipelines.examination.reachability import examine_sources
from hjv_pipelines.examination.workers import examine_workers
from hjv_pipelines.failures import HjvError
from hjv_pipelines.notifications import SOURCES
from hjv_pipelines.notifications.secret import secret_file, secret_of
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect, database
from hjv_pipelines.store.integrity import dangling
from hjv_pipelines.transport.tls import expiry

ENOUGH_BYTES = 5 * 1024**3
CLOCKS_APART = timedelta(seconds=5)


def examine(settings: Settings) -> list[Examined]:
    """Look at everything; a check that fails never keeps the others from being made."""
    return [
        _data_folder(settings),
        _disk(settings),
        _database(settings),
        _clock(settings),
        _store(settings),
        examine_broker(settings),
        examine_workers(settings),
        _certificates(settings),
        *examine_sources(settings),
        *(_notifications(settings, source) for source in SOURCES),
    ]


def _data_folder(settings: Settings) -> Examined:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Examined(
            "data folder", well=False, seen=f"{settings.home}: {error.strerror}", remedy="Set HJV_DATA_DIR."
        )
    return Examined("data folder", well=True, seen=str(settings.home))


def _disk(settings: Settings) -> Examined:
    free = shutil.disk_usage(settings.home if settings.home.exists() else settings.home.parent).free
    return Examined(
        "disk",
        well=free >= ENOUGH_BYTES,
        seen=f"{free / 1024**3:.0f} GiB free",
        remedy="" if free >= ENOUGH_BYTES else "Free some room, or set HJV_DATA_DIR to a larger disk.",
    )


def _database(settings: Settings) -> Examined:
    try:
        with database(settings) as url, connect(url) as connection:
            version = connection.info.server_version // 10_000
            migrated = connection.execute("SELECT to_regclass('hjv.alembic_version') IS NOT NULL").fetchone()
    except (HjvError, psycopg.Error, OSError) as error:
        return Examined("database", well=False, seen=str(error), remedy="Start it, or correct HJV_DATABASE_URL.")
    if migrated == (True,):
        return Examined("database", well=True, seen=f"PostgreSQL {version}, migrated")
    return Examined("database", well=False, seen=f"PostgreSQL {version}, empty", remedy="Run `hjv up` or `hjv once`.")


def _clock(settings: Settings) -> Examined:
    """Compare our clock with the database's: hints, locks and the feed's times are compared across them."""
    try:
        with database(settings) as url, connect(url) as connection:
            row = connection.execute("SELECT clock_timestamp()").fetchone()
    except (HjvError, psycopg.Error, OSError):
        return Examined("clock", well=False, seen="not compared: the database does not answer")
    apart = abs(datetime.now(UTC) - row[0]) if row else timedelta(0)
    seen = f"{apart.total_seconds():.1f} s from the database's"
    remedy = "" if apart <= CLOCKS_APART else "Let both machines follow the same time server (NTP)."
    return Examined("clock", well=apart <= CLOCKS_APART, seen=seen, remedy=remedy)


def _store(settings: Settings) -> Examined:
    """Look whether everything that the store names is there."""
    try:
        with database(settings) as url, connect(url) as connection:
            missing = dangling(connection)
    except (HjvError, psycopg.Error, OSError) as error:
        return Examined("store", well=False, seen=str(error), remedy="See the database.")
    if missing:
        seen = ", ".join(f"{number} of {reference} lead nowhere" for reference, number in missing.items())
        return Examined("store", well=False, seen=seen, remedy="Restore a backup (docs/operations.md), and tell us.")
    return Examined("store", well=True, seen="whole")


def _certificates(settings: Settings) -> Examined:
    named = (settings.client_certificate, settings.client_key, settings.ca_certificates)
    missing = [str(path) for path in named if path is not None and not path.exists()]
    if missing:
        return Examined(
            "certificates", well=False, seen=f"missing: {', '.join(missing)}", remedy="Correct HJV_CLIENT_… ."
        )
    if settings.sources == "live" and settings.client_certificate is None:
        return Examined(
            "certificates", well=False, seen="none", remedy="Set HJV_CLIENT_CERTIFICATE and HJV_CLIENT_KEY."
        )
    if settings.client_certificate is not None:
        return _expiry(settings.client_certificate, datetime.now(UTC))
    return Examined("certificates", well=True, seen="none needed" if not any(named) else "there")


def _expiry(ours: Path, now: datetime) -> Examined:
    """Look how long our certificate is valid yet."""
    try:
        expires = expiry(ours)
    except HjvError as error:
        return Examined("certificates", well=False, seen=str(error))
    seen = f"ours {'is valid until' if expires > now else 'expired'} {expires:%Y-%m-%d}"
    if expires - now <= timedelta(days=CERTIFICATE_DAYS[0]):
        return Examined("certificates", well=False, seen=seen, remedy="Order a new one for HJV_CLIENT_CERTIFICATE.")
    return Examined("certificates", well=True, seen=seen)


def _notifications(settings: Settings, source: str) -> Examined:
    subject = f"notifications of {source}"
    try:
        secret = secret_of(settings, source)
    except OSError as error:
        return Examined(subject, well=False, seen=str(error), remedy="Let us read that file.")
    if secret is None:
        remedy = f"Set HJV_NOTIFICATION_SECRET_{source.upper()}, or write it into {secret_file(settings, source)}."
        return Examined(subject, well=False, seen="no secret: all are refused", remedy=remedy)
    return Examined(subject, well=True, seen="secret is there")

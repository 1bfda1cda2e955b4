"""Databases to measure in: each a copy of a template, gone afterwards.

Here: making and dropping them. Not here: what is in them (`workshop.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql


@contextmanager
def temporary(server: str, template: str | None = None) -> Iterator[str]:
    """Give the address of a new database on `server`, a copy of the one at `template`, for the context's time."""
    name = f"hjv_bench_{uuid4().hex[:12]}"
    of = sql.Identifier(_name(template) if template else "template1")
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(name), of)
        )
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            administrator.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")

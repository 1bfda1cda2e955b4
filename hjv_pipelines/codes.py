"""The code lists of HSA, as data: what a code is called.

Here: looking a code up in a list. Not here: counties and municipalities (`regions.py`), and what becomes of a
code that no list knows (a finding of its source). The lists stand in `data/codes/`, with their OIDs in
`index.csv`.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list: HSA's Swedish `name` and `attribute` for it, its `oid`, and how old and whose our copy is.

    `names` holds code → name, codes as strings with their leading zeros; `texts` every clear text that means
    one.
    """

    key: str
    name: str
    attribute: str
    oid: str
    version: str
    source: str
    names: Mapping[str, str]
    texts: frozenset[str]


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Return the lists by their keys: `destination_indicator`, `business_type`, `care_type`, `management`, ….

    Clear texts are compared without regard to case.
    """
    return MappingProxyType({row["list"]: _code_list(row) for row in _rows("index")})


def name(code_list: str, code: str) -> str | None:
    """Return what `code` is called in the list of that key; `None` for a code that the list does not know."""
    return code_lists()[code_list].names.get(code)


def is_known(code_list: str, code_or_text: str) -> bool:
    """Tell whether the list knows a code, or a clear text in the place of one (as `management` has)."""
    known = code_lists()[code_list]
    return code_or_text in known.names or code_or_text.casefold() in known.texts


def _code_list(row: Mapping[str, str]) -> CodeList:
    rows = list(_rows(row["list"]))
    names: dict[str, str] = {}
    for entry in rows:
        names.setdefault(entry["code"], entry["name"])
    return CodeList(
        key=row["list"],
        name=row["name"],
        attribute=row["attribute"],
        oid=row["oid"],
        version=row["version"],
        source=row["source"],
        names=MappingProxyType(names),
        texts=frozenset(entry["name"].casefold() for entry in rows),
    )


def _rows(table: str) -> Iterator[dict[str, str]]:
    with files("hjv_pipelines").joinpath(f"data/codes/{table}.csv").open(encoding="utf-8") as rows:
        yield from csv.DictReader(rows)

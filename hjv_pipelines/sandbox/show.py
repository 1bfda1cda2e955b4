"""How the sandbox shows itself to people: units, kinds of dirt, the manifest.

Here: tables and JSON on standard output. Not here: where they come from (`command.py`).
"""

from collections.abc import Iterable, Sequence

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hjv_pipelines.sandbox.manifest import Expectation, Manifest
from hjv_pipelines.sandbox.unit import Composite, SandboxUnit


def as_json(shown: SandboxUnit | Manifest | Sequence[Expectation]) -> None:
    """Print what is shown as JSON, whole."""
    Console(soft_wrap=True).out(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode(), highlight=False)


def unit(shown: SandboxUnit) -> None:
    """Print a unit: the official elements, the profile's, the e-services."""
    table = _table("Element")
    table.add_column("Raw value", overflow="fold")
    for name, value in shown.container.items():
        table.add_row(name, escape(value))
    table.add_section()
    for name, values in shown.profile.items():
        for each in values:
            table.add_row(name, escape(_text(each)))
    table.add_section()
    for eservice in shown.eservices:
        table.add_row("e-service", escape(f"{eservice['resourceId']}  {eservice['commonName']}"))
    Console().print(table)


def dirty(shown: Iterable[Expectation]) -> None:
    """Print units that are dirty, and what a correct import makes of them."""
    table = _table("Kind", "Trap", "HSA-id", "Card")
    table.add_column("Rules that fail, and findings", overflow="fold")
    for each in shown:
        rules = dict.fromkeys([*each.failed_rules, *(rule for _, rule, _ in each.findings)])
        trap = "" if each.trap is None else str(each.trap)
        table.add_row(each.dirt, trap, each.hsa_id, each.verdict, ", ".join(rules))
    Console().print(table)


def one_of_each_kind(soiled: Iterable[Expectation]) -> list[Expectation]:
    """Return the first unit of every kind of dirt, by kind."""
    first: dict[str, Expectation] = {}
    for each in soiled:
        first.setdefault(each.dirt or "", each)
    return [first[kind] for kind in sorted(first)]


def manifest(shown: Manifest) -> None:
    """Print what a correct import gives: in all, by region, by finding."""
    regions = _table("Region", "Visible", "Hidden", "Refused")
    for region, verdicts in shown.regions.items():
        regions.add_row(region, *(str(verdicts[verdict]) for verdict in ("visible", "hidden", "refused")))
    regions.add_section()
    regions.add_row("the nation", str(shown.visible), str(shown.hidden), str(shown.refused))
    findings = _table("Finding", "Number")
    for rule, number in shown.findings.items():
        findings.add_row(rule, str(number))
    console = Console()
    console.print(f"{shown.size}, seed {shown.seed}, made {shown.made_at}: {shown.units} units", highlight=False)
    console.print(regions, findings)
    offered = shown.eservices
    console.print(f"{offered['services']} e-services at {offered['units']} units", highlight=False)


def _text(value: str | Composite) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _table(*columns: str) -> Table:
    """Return a table with `columns` that keep their words whole."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=True)
    return table

"""What a command did, as JSON for programs and as tables for people.

Here: the fixed JSON of `once`, `import` and `refresh` (design 6), and the tables that say the same. Not here: the
commands (`cli.py`).
"""

import resource
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hjv_pipelines.cards.explain import Explanation
from hjv_pipelines.cards.history import CardHistory
from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.imported import SourceImport
from hjv_pipelines.reports.narrow import narrow_table
from hjv_pipelines.store.ledger import ImportResult
from hjv_pipelines.timetable import STOCKHOLM

_COUNTED = ("added", "changed", "removed", "unchanged", "refused")


def outcome(
    imports: Sequence[SourceImport],
    publications: Sequence[Publication],
    seconds: dict[str, float],
    register: ImportResult | None = None,
) -> dict[str, Any]:
    """Return the JSON of imports, KKA's unit `register` where it was made, and the publication that followed them.

    `documents`, `unit_register` and `cards` count units; `seconds` is per stage; `peak_mb` is this process's peak
    memory.
    """
    return {
        "imports": [_import(done) for done in imports],
        "unit_register": _registered(register) if register else None,
        "cards": _cards(publications),
        "regions": {
            publication.region: {"visible": publication.visible, "hidden": publication.hidden}
            for publication in publications
        },
        "seconds": {stage: round(spent, 3) for stage, spent in seconds.items()},
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def print_outcome(console: Console, told: dict[str, Any]) -> None:
    """Print the JSON of `outcome` for a person, in 80 columns."""
    scopes = list(dict.fromkeys(done["scope"] for done in told["imports"]))
    imports = narrow_table(("source", "as of"), (*_COUNTED, "s"), f"Imports: {'; '.join(scopes)}")
    for done in told["imports"]:
        figures = (f"{done['documents'][name]:,}" for name in _COUNTED)
        imports.add_row(done["source"], _as_of(done["as_of"]), *figures, f"{done['seconds']:.1f}")
    console.print(imports)
    for done in told["imports"]:
        for failure in done["failures"]:
            console.print(f"[red]{done['source']}, {failure['scope']}: {failure['error']}[/red]")
        for warning in done["warnings"]:
            console.print(f"[yellow]{done['source']}, {escape(warning)}[/yellow]")
    found = _findings(told["imports"])
    if found:
        findings = narrow_table(("rule",), ("number",), "Findings")
        for rule, number in found.items():
            findings.add_row(rule, f"{number:,}")
        console.print(findings)
    regions = narrow_table(("region",), ("visible", "hidden"), "Cards")
    for region, figures in sorted(told["regions"].items()):
        regions.add_row(region, f"{figures['visible']:,}", f"{figures['hidden']:,}")
    console.print(regions)
    if told["unit_register"]:
        registered = ", ".join(f"{number:,} {name}" for name, number in told["unit_register"].items())
        console.print(f"KKA's unit register: {registered}.")
    cards = ", ".join(f"{number:,} {name}" for name, number in told["cards"].items())
    stages = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in told["seconds"].items())
    console.print(f"Cards: {cards}.\nTime: {stages}. Peak memory: {told['peak_mb']} MB.")


def print_explanation(console: Console, explanation: Explanation) -> None:
    """Print why a unit has a card or none."""
    since = explanation.since.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M") if explanation.since else "never"
    state = "[green]has a card[/green]" if explanation.visible else "[red]has no card[/red]"
    console.print(f"{explanation.hsa_id} {state} (since {since}, region {explanation.region or 'unknown'})")
    rules = Table("", "rule", "value", "mend", title="Rules", title_justify="left")
    for rule in explanation.rules:
        rules.add_row("✓" if rule.passed else "[red]✗[/red]", rule.rule, rule.value, rule.mend)
    console.print(rules)
    if explanation.findings:
        findings = Table("source", "field", "rule", "value", "mend", title="Findings", title_justify="left")
        for finding in explanation.findings:
            findings.add_row(finding.source, finding.field, finding.rule, finding.value, finding.mend)
        console.print(findings)
    for sentence in explanation.not_shown:
        console.print(sentence)
    sources = Table("source", "as of", "fetched", "run", title="Sources", title_justify="left")
    for state_of in explanation.sources:
        sources.add_row(
            state_of.source,
            state_of.as_of.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S"),
            state_of.fetched_at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S"),
            state_of.run_id,
        )
    console.print(sources)


def print_history(console: Console, history: CardHistory) -> None:
    """Print the versions of a unit's card, the newest first, with what differs."""
    if not history.versions:
        console.print(f"{history.hsa_id} never had a card. Why: hjv explain {history.hsa_id}")
    for version in history.versions:
        at = version.at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S")
        why = f" for {', '.join(version.reasons)}" if version.reasons else ""
        console.print(f"[bold]{at}[/bold] {version.kind}{why} ({version.trigger}, run {version.run_id})")
        for told in version.notifications:
            console.print(f"  after {told.source}'s notification {escape(told.id)}", highlight=False)
        if version.kind == "changed":
            fields = Table("field", "said by", "before", "after")
            for difference in version.differences:
                said_by = ", ".join(difference.sources)
                fields.add_row(
                    difference.path, said_by, *(_value(side) for side in (difference.before, difference.after))
                )
            console.print(fields)


def _value(value: object) -> str:
    """Return a card's value for a table's cell."""
    return "" if value is None else escape(value if isinstance(value, str) else orjson.dumps(value).decode())


def _import(done: SourceImport) -> dict[str, Any]:
    total = {"added": 0, "changed": 0, "removed": 0, "unchanged": 0, "older": 0, "refused": 0}
    for counts in done.counts.values():
        for name, number in counts.as_dict().items():
            total[name] += number
    return {
        "source": done.source,
        "scope": str(done.scope),
        "as_of": done.as_of.isoformat() if done.as_of else None,
        "documents": total,
        "regions": {region: counts.as_dict() for region, counts in done.counts.items()},
        "findings": done.findings,
        "warnings": list(done.warnings),
        "failures": [{"scope": str(failed.scope), "error": str(failed.error)} for failed in done.failures],
        "seconds": round(done.seconds, 3),
    }


def _cards(publications: Iterable[Publication]) -> dict[str, int]:
    """Return the figures of the nation; a region published twice counts its cards once."""
    told = list(publications)
    last = {publication.region: publication for publication in told}
    return {
        "published": sum(publication.appeared + publication.changed for publication in told),
        "withdrawn": sum(publication.withdrawn for publication in told),
        "unchanged": sum(publication.unchanged for publication in last.values()),
        "hidden": sum(publication.hidden for publication in last.values()),
        "visible": sum(publication.visible for publication in last.values()),
    }


def _registered(register: ImportResult) -> dict[str, int]:
    total = register.total
    return {name: getattr(total, name) for name in ("added", "changed", "removed", "unchanged")}


def _findings(imports: Iterable[dict[str, Any]]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for done in imports:
        for rule, number in done["findings"].items():
            counted[rule] = counted.get(rule, 0) + number
    return dict(sorted(counted.items()))


def _as_of(told: str | None) -> str:
    return f"{datetime.fromisoformat(told).astimezone(STOCKHOLM):%m-%d %H:%M}" if told else "never"

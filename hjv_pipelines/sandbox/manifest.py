"""The answer that a correct import of the nation gives: written by the generator, never computed by parsing.

Here: what is expected of each unit and of the nation, and the two files that say it. Not here: the units
themselves (`unit.py`), and the dirt that decides what is expected (`dirt/`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

import orjson

from hjv_pipelines.regions import REGION_KEYS

Size = Literal["small", "national"]
"""How large a nation is: just large enough for every kind of unit and of dirt, or as large as Sweden."""

Verdict = Literal["visible", "hidden", "refused"]
"""Whether a unit gets a card, stays without one, or is no usable record at all."""

Finding = tuple[str, str, str]
"""Field, rule and value (its first 200 characters) of a finding."""

Fact = str | float | list[str] | list[list[str]] | None
"""A fact of the card, as `Expectation.expect` names it. Lists stand in no particular order, unless told.

name, description, street (visiting, with its number: `Storgatan 5`): the text on the card.
alternate_names, care_types: all that stand there.
latitude, longitude: degrees, as the generator chose them; RT90 keeps them within a metre.
county_code, municipality_code: with their leading zeros; null when they were dropped.
notice: the text of the yellow box now; null for none.
surgery_hours: every usable span as `1-5#08:00#17:00`, without comment and dates.
age_rules: as `0-17`; `18-` has no upper limit.
related_units: those that have a card.
absent: texts that stand nowhere in the card.
eservices: the names of all of them, 1177's, the editors' own and borrowed ones, in the card's order.
kka_texts: section and heading of each text of the editors, in the card's order.
"""

_FACTS = {"kka": "kka_texts"}
"""The fact that tells what a card shows of a source, where it has not the source's name."""

MANIFEST = "manifest.json"
EXPECTATIONS = "manifest-units.jsonl"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of one HSA-id (normalised).

    `failed_rules` are all visibility rules that fail, in the rules' order. `dirt` names what was done to the
    unit, `trap` the trap that this sets. `expect` holds facts of the card worth checking. `told` names the sources
    beside HSA that say something of the unit; what stands on its card of that is a fact by the source's name.
    `breaks` has by source the rules that this breaks, one for each finding.
    """

    hsa_id: str
    region: str
    verdict: Verdict
    failed_rules: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    dirt: str | None = None
    trap: int | None = None
    expect: Mapping[str, Fact] = field(default_factory=dict)
    told: Sequence[str] = ()
    breaks: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The nation in figures: units by verdict, in all and by region. `records` counts duplicates too.

    `made_at` is the moment that the nation's dates were made for. `told` counts, by source, the units of which it
    says something ("documents"), and those of them whose cards show it ("cards"). `findings` are HSA's by rule,
    `breaks` those of each other source.
    """

    seed: int
    size: Size
    made_at: str
    records: int
    units: int
    visible: int
    hidden: int
    refused: int
    regions: dict[str, dict[str, int]]
    findings: dict[str, int]
    eservices: dict[str, int]
    told: dict[str, dict[str, int]]
    breaks: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        expectations: Sequence[Expectation],
        *,
        seed: int,
        size: Size,
        made_at: datetime,
        records: int,
        eservices: dict[str, int],
    ) -> Self:
        """Return the sums of `expectations`."""
        verdicts = Counter(expectation.verdict for expectation in expectations)
        by_region = Counter((expectation.region, expectation.verdict) for expectation in expectations)
        rules = Counter(rule for expectation in expectations for _, rule, _ in expectation.findings)
        broken: dict[str, Counter[str]] = {}
        for expectation in expectations:
            for source, of_source in expectation.breaks.items():
                broken.setdefault(source, Counter()).update(of_source)
        return cls(
            seed=seed,
            size=size,
            made_at=made_at.isoformat(),
            records=records,
            units=len(expectations),
            visible=verdicts["visible"],
            hidden=verdicts["hidden"],
            refused=verdicts["refused"],
            regions={
                key: {verdict: by_region[key, verdict] for verdict in ("visible", "hidden", "refused")}
                for key in REGION_KEYS
            },
            findings=dict(sorted(rules.items())),
            eservices=eservices,
            told={
                source: {
                    "documents": sum(source in expectation.told for expectation in expectations),
                    "cards": sum(
                        source in expectation.told and _FACTS.get(source, source) in expectation.expect
                        for expectation in expectations
                    ),
                }
                for source in sorted({source for expectation in expectations for source in expectation.told})
            },
            breaks={source: dict(sorted(of_source.items())) for source, of_source in sorted(broken.items())},
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the manifest of the nation in `folder`. Raises `FileNotFoundError` when there is none."""
        return cls(**orjson.loads((folder / MANIFEST).read_bytes()))

    def write(self, path: Path) -> None:
        """Write the manifest as JSON that people read too."""
        path.write_bytes(orjson.dumps(self, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def write_expectations(path: Path, expectations: Iterable[Expectation]) -> None:
    """Write one line of JSON a unit."""
    with path.open("wb") as lines:
        lines.writelines(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in expectations)


def expectations(folder: Path) -> Iterator[Expectation]:
    """Yield what is expected of each unit of the nation in `folder`."""
    with (folder / EXPECTATIONS).open("rb") as lines:
        for line in lines:
            yield Expectation(**orjson.loads(line))

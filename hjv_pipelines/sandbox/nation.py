"""The synthetic Sweden as a whole: how many units of each sort there are, and the files that hold them.

Here: the plan of a nation, and writing and opening one. Not here: single units (`care_units.py`,
`internal_units.py`, `dirt/`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hjv_pipelines.failures import HjvError
from hjv_pipelines.sandbox.archive import Archive
from hjv_pipelines.sandbox.care_units import care_unit
from hjv_pipelines.sandbox.dirt import DIRT
from hjv_pipelines.sandbox.dirt.dirt import Dirt
from hjv_pipelines.sandbox.draft import Draft, Surroundings
from hjv_pipelines.sandbox.editors import edit
from hjv_pipelines.sandbox.internal_units import FORMS, Form, internal_unit
from hjv_pipelines.sandbox.kinds import KINDS, Kind
from hjv_pipelines.sandbox.kka import keep
from hjv_pipelines.sandbox.manifest import (
    EXPECTATIONS,
    MANIFEST,
    Expectation,
    Manifest,
    Size,
    write_expectations,
)
from hjv_pipelines.sandbox.places import Place, positions, spread_by_population
from hjv_pipelines.sandbox.tellers import Tellers
from hjv_pipelines.sandbox.unit import SandboxUnit
from hjv_pipelines.timetable import STOCKHOLM

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Since when the directory holds what a new nation begins with."""

_ARCHIVE = "nation.sqlite"
_UNITS: dict[Size, int] = {"small": 600, "national": 100_000}
_WITH_CARD: dict[Size, int] = {"small": 380, "national": 17_700}
_SMALL_OFTEN = 3
"""How many units of a small nation have each kind of dirt."""

_REPORT_EVERY = 500


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one unit is to be: of a form nobody sees, or of a kind of care, with or without dirt."""

    sort: Kind | Form
    dirt: Dirt | None = None
    turn: int = 0

    @property
    def has_card(self) -> bool:
        return isinstance(self.sort, Kind) and (self.dirt is None or self.dirt.verdict == "visible")


def create_nation(
    folder: Path,
    size: Size,
    *,
    seed: int = 1177,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> Manifest:
    """Write a nation into `folder` in place of any that stands there, and return its manifest.

    The same seed, size and day (of `now`, in Sweden) give the same units. `progress` is told now and then how
    many units are written. A nation counts as there once its manifest is, which comes last.
    """
    folder.mkdir(parents=True, exist_ok=True)
    expectations: list[Expectation] = []
    offered: dict[str, list[tuple[str, str]]] = {}

    def records() -> Iterator[SandboxUnit]:
        repeats: list[SandboxUnit] = []
        tellers = Tellers(seed)
        for draft, judged in _drafts(size, seed, now):
            expectation = tellers.tell(draft, judged)
            expectations.append(expectation)
            if draft.unit.eservices:
                offered[draft.unit.key] = [(each["resourceId"], each["commonName"]) for each in draft.unit.eservices]
            repeats += draft.repeats
            yield draft.unit
            if progress and len(expectations) % _REPORT_EVERY == 0:
                progress(len(expectations))
        yield from repeats

    with TemporaryDirectory(dir=folder, prefix=".nation-") as made:
        workshop = Path(made)
        archive = Archive.create(workshop / _ARCHIVE, records(), BEGINNING)
        edited = edit(seed, expectations, offered)
        keep(archive, edited, BEGINNING)
        manifest = Manifest.of(
            edited.expectations,
            seed=seed,
            size=size,
            made_at=now,
            records=archive.counts()["records"],
            eservices={"units": len(offered), "services": sum(map(len, offered.values()))},
        )
        write_expectations(workshop / EXPECTATIONS, edited.expectations)
        manifest.write(workshop / MANIFEST)
        _move_in(workshop, folder)
    return manifest


def open_nation(folder: Path) -> Archive:
    """Return the archive of the nation in `folder`. Raises `HjvError` when no whole nation is there."""
    if not (folder / MANIFEST).exists():
        raise HjvError(f"There is no synthetic nation in {folder}. Create one with: hjv sandbox create")
    return Archive(folder / _ARCHIVE)


def _move_in(workshop: Path, folder: Path) -> None:
    (folder / MANIFEST).unlink(missing_ok=True)
    for leftover in (f"{_ARCHIVE}-wal", f"{_ARCHIVE}-shm"):
        # SQLite would take the old nation's journal for the new one's.
        (folder / leftover).unlink(missing_ok=True)
    for name in (_ARCHIVE, EXPECTATIONS, MANIFEST):
        (workshop / name).replace(folder / name)


def _drafts(size: Size, seed: int, now: datetime) -> Iterator[tuple[Draft, Expectation]]:
    """Yield every unit with what is expected of it, in file order."""
    random = Random(seed)
    plans = _plans(random, size)
    places = _places(random, plans)
    ids = [_hsa_id(place, number) for number, place in enumerate(places)]
    surroundings = Surroundings(
        random=random,
        today=now.astimezone(STOCKHOLM).date(),
        with_card=[hsa_id for hsa_id, plan in zip(ids, plans, strict=True) if plan.has_card],
        without_card=[hsa_id for hsa_id, plan in zip(ids, plans, strict=True) if not plan.has_card],
    )
    for plan, hsa_id, place, position in zip(plans, ids, places, positions(random, places), strict=True):
        if isinstance(plan.sort, Form):
            draft = internal_unit(surroundings, hsa_id, plan.sort, place, position)
            yield draft, draft.expectation("hidden", plan.sort.failed_rules)
        else:
            draft = care_unit(surroundings, hsa_id, plan.sort, place, position)
            yield draft, _soiled(draft, plan.dirt, plan.turn)


def _soiled(draft: Draft, dirt: Dirt | None, turn: int) -> Expectation:
    """Do what the plan says to a clean unit, and return what is expected of it then."""
    if dirt is None:
        return draft.expectation("visible", ())
    draft.turn = turn
    if dirt.verdict == "refused" or "destination" in dirt.failed_rules:
        # Nobody asks for the e-services of a unit that is not marked, so none are counted.
        draft.unit = replace(draft.unit, eservices=[])
    dirt.soil(draft)
    return replace(draft.expectation(dirt.verdict, dirt.failed_rules), dirt=dirt.name, trap=dirt.trap)


def _plans(random: Random, size: Size) -> list[_Plan]:
    """Return the plans of all units, in the order in which they stand in the file."""
    dirty = [(dirt, turn) for dirt in DIRT for turn in range(_often(dirt, size))]
    clean = _WITH_CARD[size] - sum(dirt.verdict == "visible" for dirt, _ in dirty)
    internal = _UNITS[size] - clean - len(dirty)
    plans = [
        *(_Plan(kind, dirt, turn) for kind, (dirt, turn) in zip(_kinds(random, len(dirty)), dirty, strict=True)),
        *map(_Plan, _kinds(random, clean)),
        *map(_Plan, _forms(random, internal)),
    ]
    random.shuffle(plans)
    return plans


def _often(dirt: Dirt, size: Size) -> int:
    return dirt.often if size == "national" else min(dirt.often, _SMALL_OFTEN)


def _kinds(random: Random, number: int) -> Sequence[Kind]:
    """Return so many kinds of care unit: each at least once, then as common as they are."""
    return [*KINDS, *random.choices(KINDS, [kind.share for kind in KINDS], k=max(0, number - len(KINDS)))][:number]


def _forms(random: Random, number: int) -> Sequence[Form]:
    """Return so many forms of internal unit: each at least once, then as common as they are."""
    return [*FORMS, *random.choices(FORMS, [form.share for form in FORMS], k=max(0, number - len(FORMS)))][:number]


def _places(random: Random, plans: Sequence[_Plan]) -> list[Place]:
    """Return a place for each unit; those with a card are spread for themselves, over every region."""
    with_card = sum(plan.has_card for plan in plans)
    shown = iter(spread_by_population(random, with_card))
    others = iter(spread_by_population(random, len(plans) - with_card))
    return [next(shown if plan.has_card else others) for plan in plans]


def _hsa_id(place: Place, number: int) -> str:
    """Return the HSA-id of the unit with that number: scattered, and unlike any other's."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    # The factor has no divisor in common with 36, so that no two numbers meet.
    scattered = number * 1_175_077 % 36**4
    suffix = "".join(digits[scattered // 36**power % 36] for power in (3, 2, 1, 0))
    return f"SE{place.organisation_number}-{suffix}"

"""The job `refresh_units`: what `hjv refresh` does, from the launchpad.

Here: its configuration, and what its run shows. Not here: the refresh (`notifications/refresh.py`).
See https://docs.dagster.io/guides/operate/run-executor/run-configuration
"""

from datetime import UTC, datetime
from random import Random

import dagster as dg
from pydantic import Field

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.hsa_id import hsa_id_of
from hjv_pipelines.notifications.refresh import Answered, refresh
from hjv_pipelines.orchestration.failures import told_to_dagster
from hjv_pipelines.orchestration.notifications import tell
from hjv_pipelines.orchestration.presentation import OWNERS
from hjv_pipelines.orchestration.resources import MOST_UNITS, PipelineResource
from hjv_pipelines.orchestration.runs import MANUAL, PROMPT, TRIGGER, UNITS, run_of


class RefreshedUnits(dg.Config):
    """Which units are read again."""

    hsa_ids: list[str] = Field(
        description=(
            f"HSA-ids of the units to read again, at most {MOST_UNITS}, such as `SE2321000016-A1B2`, in any spelling. "
            "A region, or the nation, is imported by the source's own job instead."
        ),
    )


@dg.op(description="Read the units again from every source, HSA first, and publish their cards.")
def read_units_again(context: dg.OpExecutionContext, config: RefreshedUnits, pipeline: PipelineResource) -> None:
    """Refresh, and show what became of it source by source; fails when a source could not be read."""
    with told_to_dagster(context.retry_number):
        units = _units(config)
    context.instance.add_run_tags(context.run_id, {UNITS: str(len(units))})
    answers = []
    answering = refresh(
        pipeline.pipeline(),
        pipeline.database_url,
        units,
        run_of(context),
        clock=lambda: datetime.now(UTC),
        rng=Random(),  # noqa: S311  jitter needs no secrecy
    )
    for answered in answering:
        answers.append(answered)
        for batch in answered.batches:
            tell(context, pipeline, batch)
    pages = ", ".join(f"[{unit}]({pipeline.card_page(unit)})" for unit in units)
    context.add_output_metadata({"sources": dg.MetadataValue.md(_table(answers)), "cards": dg.MetadataValue.md(pages)})
    failures = [
        f"{answered.imported.source}: {failure.error}" for answered in answers for failure in answered.imported.failures
    ]
    if failures:
        raise dg.Failure("\n".join(failures), allow_retries=False)


@dg.job(
    name="refresh_units",
    description=(
        "Read some units again from every source, HSA first, and publish their cards: what `hjv refresh` does. Fill in "
        "the HSA-ids. It goes through the inbox: what fails is tried again by itself, and the asset `notifications` "
        "tells of it. The step's output shows what each source said, with a link to each card."
    ),
    owners=OWNERS,
    tags={TRIGGER: MANUAL, **PROMPT},
    config=dg.RunConfig(ops={"read_units_again": RefreshedUnits(hsa_ids=[])}),
)
def refresh_units() -> None:
    """Read some units again."""
    read_units_again()


def _units(config: RefreshedUnits) -> tuple[str, ...]:
    """Return the units in one spelling. Raises `HjvError` that says what to write instead."""
    units = tuple(dict.fromkeys(map(hsa_id_of, config.hsa_ids)))
    if not units:
        raise PermanentError("No unit is given: write the HSA-ids to read again in the launchpad, in `hsa_ids`.")
    if len(units) > MOST_UNITS:
        raise PermanentError(
            f"{len(units)} units are too many for one run: give at most {MOST_UNITS}, or import their regions."
        )
    return units


def _table(answers: list[Answered]) -> str:
    from tabulate import tabulate

    rows = []
    for answered in answers:
        counts = dict.fromkeys(("added", "changed", "removed", "unchanged"), 0)
        for figures in answered.imported.counts.values():
            for name in counts:
                counts[name] += getattr(figures, name)
        cards = sum(one.appeared + one.changed + one.withdrawn for one in answered.publications)
        wrong = "; ".join(str(failure.error) for failure in answered.imported.failures)
        rows.append((answered.imported.source, *counts.values(), cards, wrong))
    headings = ("Source", "Added", "Changed", "Removed", "Unchanged", "Cards changed", "What went wrong")
    return tabulate(rows, headers=headings, tablefmt="pipe")

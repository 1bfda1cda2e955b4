"""The job `replay_hints`: what `hjv inbox replay` does, from the launchpad.

Here: its configuration, and what its run shows. Not here: the replaying (`store/inbox/selection.py`), and the reading
that follows by itself (`inbox_sensors.py`).
See https://docs.dagster.io/guides/operate/run-executor/run-configuration
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Literal

import dagster as dg
from pydantic import Field

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.hsa_id import hsa_id_of
from hjv_pipelines.orchestration.failures import told_to_dagster
from hjv_pipelines.orchestration.markdown import as_it_is, table
from hjv_pipelines.orchestration.presentation import NOTIFICATIONS, OWNERS
from hjv_pipelines.orchestration.resources import PipelineResource
from hjv_pipelines.orchestration.runs import MANUAL, PROMPT, TRIGGER, UNITS
from hjv_pipelines.store.inbox.hint import CARDS, Hint
from hjv_pipelines.store.inbox.selection import Selection, chosen_hints, count_replayable, replay
from hjv_pipelines.timetable import STOCKHOLM

SHOWN_HINTS = 50


class ReplayedHints(dg.Config):
    """Which hints are read again: those that have all of the properties given, at least one."""

    hint_ids: list[int] = Field(
        default=[], description="Numbers of hints, as `hjv inbox list` or a dry run shows them."
    )
    sources: list[str] = Field(default=[], description="What is read, such as `hsa`, `kka` or `vaccinera`.")
    hsa_ids: list[str] = Field(
        default=[], description="HSA-ids of the units, such as `SE2321000016-A1B2`, in any spelling."
    )
    since: str = Field(default="", description="Received at or after, Swedish time, such as `2026-11-23T10:00`.")
    until: str = Field(default="", description="Received before, in the same form.")
    state: Literal["set_aside", "done"] = Field(
        default="set_aside", description="`set_aside`: those that failed for good. `done`: those that did not."
    )
    dry_run: bool = Field(default=False, description="Only show which hints these are, and why they failed.")


@dg.op(description="Let hints wait once more, with all their tries before them. Their sources are read within seconds.")
def replay_chosen(context: dg.OpExecutionContext, config: ReplayedHints, pipeline: PipelineResource) -> None:
    """Let the chosen hints be read again, and show them as they were; fails when there are none."""
    with told_to_dagster(context.retry_number):
        chosen = _selection(config, {*pipeline.pipeline().source_names, CARDS})
        with pipeline.connection() as connection:
            number, shown = count_replayable(connection, chosen), chosen_hints(connection, chosen, SHOWN_HINTS)
            if not number:
                raise PermanentError(
                    f"None of these hints is {config.state.replace('_', ' ')}: see the inbox in `morning_look`, or "
                    "with `hjv inbox list`."
                )
            if not config.dry_run:
                number = replay(connection, chosen, datetime.now(UTC))
    context.instance.add_run_tags(context.run_id, {UNITS: str(len({hint.hsa_id for hint in shown}))})
    told = "would be" if config.dry_run else f"are, within seconds, as `{NOTIFICATIONS}` will show"
    context.log.info("Hints to be read again: %s %s.", number, told)
    context.add_output_metadata(
        {"hints": number, "as_they_were": dg.MetadataValue.md(_table(shown, pipeline.card_page))}
    )


@dg.job(
    name="replay_hints",
    description=(
        "Let hints that were set aside be read again: what `hjv inbox replay` does. Mend first what made them fail: "
        f"the failed batch in *Catalog, {NOTIFICATIONS}, Events* says what it was. Say which hints by number, source, "
        "unit or time; with `dry_run` they are only shown. The run's output lists them with what went wrong; they are "
        f"read within seconds, and `{NOTIFICATIONS}` tells of it."
    ),
    owners=OWNERS,
    tags={TRIGGER: MANUAL, **PROMPT},
    config=dg.RunConfig(ops={"replay_chosen": ReplayedHints(sources=["hsa"])}),
)
def replay_hints() -> None:
    """Let hints be read again."""
    replay_chosen()


def _selection(config: ReplayedHints, sources: Collection[str]) -> Selection:
    """Return the hints that are meant. Raises `PermanentError` that says what to write instead."""
    if not (config.hint_ids or config.sources or config.hsa_ids or config.since or config.until):
        raise PermanentError(
            "No hint is named: write in the launchpad `hint_ids`, `sources`, `hsa_ids`, `since` or `until`."
        )
    unknown = sorted(set(config.sources).difference(sources))
    if unknown:
        raise PermanentError(f"There is no source {unknown[0]!r}: choose among {', '.join(sorted(sources))}.")
    return Selection(
        hint_ids=tuple(config.hint_ids),
        hsa_ids=tuple(map(hsa_id_of, config.hsa_ids)),
        sources=tuple(config.sources),
        states=(config.state,),
        since=_moment(config.since),
        until=_moment(config.until),
    )


def _moment(text: str) -> datetime | None:
    """Return a moment of Swedish time; one that names its offset keeps it."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise PermanentError(f"{text!r} is no moment: write it like 2026-11-23T10:00, Swedish time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)


def _table(hints: Sequence[Hint], card_page: Callable[[str], str]) -> str:
    rows = [
        (
            hint.hint_id,
            hint.source,
            f"[{hint.hsa_id}]({card_page(hint.hsa_id)})",
            hint.origin.replace("_", " "),
            f"{hint.received_at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M:%S}",
            hint.attempts,
            as_it_is(hint.last_error or ""),
        )
        for hint in hints
    ]
    return table(("Hint", "Source", "Unit", "Origin", "Received", "Tries", "What went wrong"), rows)

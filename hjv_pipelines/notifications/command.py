"""`hjv notify`, and `hjv inbox …`: send a notification as a source would, look into the inbox, let hints be read again.

Here: the words of the command line. Not here: what they do (`sending.py`, `store/inbox/`).
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import uuid4

import orjson
import typer
from rich.console import Console

from hjv_pipelines.failures import HjvError
from hjv_pipelines.hsa_id import hsa_id_of
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.inbox.hint import State
from hjv_pipelines.store.inbox.selection import Selection
from hjv_pipelines.timetable import STOCKHOLM

inbox = typer.Typer(
    name="inbox",
    help="Hints that units must be read again: what waits, what was set aside, and why. Alone: `hjv inbox show`.",
    invoke_without_command=True,
)

Source = Annotated[Literal["hsa", "kka", "vaccinera"], typer.Argument(help="The source that would tell it.")]
Replayable = Annotated[Literal["set_aside", "done"], typer.Option(help="Those that failed, or those that did not.")]
Units = Annotated[list[str] | None, typer.Option("--unit", metavar="HSA-ID", help="A unit. Repeatable.")]
Sources = Annotated[list[str] | None, typer.Option("--source", help="What is read, such as hsa. Repeatable.")]
Moment = typer.Option(formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"], help="Swedish time.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def notify(
    source: Source,
    hsa_ids: Annotated[list[str], typer.Argument(metavar="HSA-ID...", help="The units that changed.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Tell the receiver that units changed at a source, signed as that source signs.

    Example: `hjv notify hsa SE2321000016-1`
    """
    from hjv_pipelines.notifications.secret import secret_file, secret_of
    from hjv_pipelines.notifications.sending import body_of, send

    settings, now = Settings(), datetime.now(UTC)
    secret = secret_of(settings, source)
    if secret is None:
        raise HjvError(
            f"{source} has no secret: set HJV_NOTIFICATION_SECRET_{source.upper()}, or write it into "
            f"{secret_file(settings, source)}."
        )
    address = f"http://{settings.host}:{settings.receiver_port}/v1/notifications/{source}"
    body = body_of(f"hjv-{uuid4()}", [hsa_id_of(hsa_id) for hsa_id in hsa_ids], now)
    answer = send(address, secret, body, now)
    if as_json:
        _print_json(answer.told)
    if not answer.accepted:
        raise HjvError(f"The receiver refuses it ({answer.status}): {answer.told.get('detail', answer.told)}")
    if not as_json:
        unknown = answer.told["unknownHsaIds"]
        typer.echo(
            f"{answer.told['id']} is in the inbox since {answer.told['committedAt']}: "
            f"{answer.told['hints']} hints." + (f" Not known yet: {', '.join(unknown)}." if unknown else "")
        )


@inbox.callback()
def _show_unless_told(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        show_inbox()


@inbox.command("show")
def show_inbox(
    *,
    hours: Annotated[float, typer.Option(min=0, help="Latency of what was published in so many last hours.")] = 24.0,
    as_json: AsJson = False,
) -> None:
    """Show how much is in the inbox, and how fast what came out of it was published.

    Example: `hjv inbox show --hours 1`
    """
    from hjv_pipelines.notifications.inbox_tables import print_inbox
    from hjv_pipelines.store.database import connect, database
    from hjv_pipelines.store.inbox.figures import depth, latency

    now = datetime.now(UTC)
    since = now - timedelta(hours=hours)
    with database(Settings()) as url, connect(url) as connection:
        left, fast = depth(connection), latency(connection, since, now)
    if as_json:
        _print_json({"depth": left, "latency": fast, "since": since, "until": now})
    else:
        print_inbox(Console(), left, fast, since)


@inbox.command("list")
def list_hints(
    *,
    source: Sources = None,
    unit: Units = None,
    state: Annotated[State | None, typer.Option(help="Default: all.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many, the newest.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show hints, the newest first.

    Example: `hjv inbox list --state set_aside --source hsa`
    """
    from hjv_pipelines.notifications.inbox_tables import print_hints
    from hjv_pipelines.store.database import connect, database
    from hjv_pipelines.store.inbox.selection import chosen_hints

    chosen = Selection(hsa_ids=_ids(unit), sources=tuple(source or ()), states=(state,) if state else ())
    with database(Settings()) as url, connect(url) as connection:
        hints = chosen_hints(connection, chosen, limit)
    if as_json:
        _print_json(hints)
    else:
        print_hints(Console(), hints)


@inbox.command("replay")
def replay_hints(
    hint: Annotated[list[int] | None, typer.Argument(metavar="ID", help="The hints, as `hjv inbox list`.")] = None,
    *,
    unit: Units = None,
    source: Sources = None,
    since: Annotated[datetime | None, Moment] = None,
    until: Annotated[datetime | None, Moment] = None,
    state: Annotated[
        Literal["set_aside", "done"], typer.Option(help="Those that failed, or those that did not.")
    ] = "set_aside",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell how many.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let hints that were set aside be read again, with all their tries before them.

    Examples: `hjv inbox replay 17 18` · `hjv inbox replay --source hsa --since 2026-11-23T10:00`
    """
    from hjv_pipelines.store.database import connect, database
    from hjv_pipelines.store.inbox.selection import count_replayable, replay

    if not (hint or unit or source or since or until):
        raise typer.BadParameter("say which: ids, --unit, --source, --since or --until")
    chosen = Selection(
        hint_ids=tuple(hint or ()),
        hsa_ids=_ids(unit),
        sources=tuple(source or ()),
        states=(state,),
        since=_swedish(since),
        until=_swedish(until),
    )
    with database(Settings()) as url, connect(url) as connection:
        number = count_replayable(connection, chosen) if dry_run else replay(connection, chosen, datetime.now(UTC))
    if as_json:
        _print_json({"hints": number, "dry_run": dry_run})
    else:
        typer.echo(f"{number} hints {'would wait' if dry_run else 'wait'} to be read again.")


def _ids(units: list[str] | None) -> tuple[str, ...]:
    return tuple(hsa_id_of(unit) for unit in units or ())


def _swedish(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=STOCKHOLM)


def _print_json(told: Any) -> None:  # noqa: ANN401  whatever is told
    typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())

"""Causes: what is wrong, one object for each thing that somebody has to mend. Pure.

Here: the facts that are looked at, and the cause that follows from each. Not here: looking (`standing.py`,
`orchestration/instance_state.py`), and comparing with what was told before (`telling.py`).

A cause has an `essence`: as long as that stays, nobody is told again. So figures that creep (an age, a count) are
not in it as they stand, but by their order of magnitude.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from hjv_pipelines.alerts.places import Places
from hjv_pipelines.freshness import MissingImport
from hjv_pipelines.store.guard.holds import Hold
from hjv_pipelines.store.inbox.figures import Depth
from hjv_pipelines.store.quality import FailedRegion
from hjv_pipelines.timetable import STOCKHOLM

Kind = Literal[
    "run_failed",
    "check_failed",
    "silent",
    "late_import",
    "held_back",
    "inbox_age",
    "region_failed",
    "certificate",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

INBOX_AGE = timedelta(minutes=15)
"""A hint that waits longer is a cause: design.md promises seconds to a few minutes."""

CERTIFICATE_DAYS = (30, 14, 7, 3, 1, 0)
"""So many days before a certificate's end, and at it, one is told."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong with one `subject`: what to say, what to do (`remedy`), and where to look (`link`).

    `kind` and `subject` together are its identity.
    """

    kind: Kind
    subject: str
    essence: str
    says: str
    remedy: str
    link: str


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run of Dagster that failed and was not made good since: its failed `steps`, and the `error`'s first line."""

    run_id: str
    job: str
    steps: tuple[str, ...]
    error: str


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check whose last verdict was a failure: what it `found`, and how many `offenders` it counted."""

    asset: str
    check: str
    severity: Literal["warning", "error"]
    found: str
    offenders: int


@dataclass(frozen=True, slots=True)
class Clockwork:
    """A sensor or schedule that should run: it should have ticked after `expected`, and last did at `ticked` (UTC).

    `error` is the first line of why its last tick failed.
    """

    name: str
    form: Literal["sensor", "schedule"]
    expected: datetime
    ticked: datetime | None
    error: str | None = None


def run_failed(run: FailedRun, places: Places) -> Cause:
    """Return the cause that a run failed."""
    where = f" in {', '.join(run.steps)}" if run.steps else ""
    return Cause(
        "run_failed",
        run.job,
        f"{sorted(run.steps)} {run.error}",
        f"The run {run.run_id[:8]} of {run.job} failed{where}: {run.error}",
        "Mend what the run's first line says, then re-execute it from there. It ends when a run of this job succeeds.",
        places.run(run.run_id),
    )


def check_failed(check: FailedCheck, places: Places) -> Cause:
    """Return the cause that a check failed."""
    return Cause(
        "check_failed",
        f"{check.asset}: {check.check}",
        f"{check.severity} {_magnitude(check.offenders)}",
        f"{check.severity.capitalize()} of {check.asset}, {check.check}: {check.found}",
        "The check's page says what it means and names the first of those at fault.",
        places.check(check.asset, check.check),
    )


def silent(work: Clockwork, places: Places) -> Cause | None:
    """Return the cause that a sensor or schedule does not tick, or fails to; None for one that is well."""
    link = places.clockwork(work.form, work.name)
    if work.ticked is None or work.ticked < work.expected:
        last = f"its last tick was {_swedish(work.ticked)}" if work.ticked else "it has never ticked"
        return Cause(
            "silent",
            f"{work.form} {work.name}",
            "silent",
            f"The {work.form} {work.name} should have ticked by {_swedish(work.expected)}; {last}.",
            "Look whether Dagster's daemon and the code server run; `hjv up` starts them anew.",
            link,
        )
    if work.error is not None:
        return Cause(
            "silent",
            f"{work.form} {work.name}",
            f"failing {work.error}",
            f"The last tick of the {work.form} {work.name} failed: {work.error}",
            "The tick's page has the whole error.",
            link,
        )
    return None


def late_import(source: str, missing: Sequence[MissingImport], places: Places) -> Cause | None:
    """Return the cause that the import of some regions did not come; None when `missing` is empty."""
    if not missing:
        return None
    regions = ", ".join(one.region for one in missing)
    return Cause(
        "late_import",
        source,
        f"{missing[0].due.isoformat()} {regions}",
        f"The import of {source} that was due {_swedish(missing[0].due)} has not come for {regions}.",
        "See why the last run failed or did not start; then materialise these regions of the asset.",
        places.asset(source),
    )


def held_back(hold: Hold, places: Places) -> Cause:
    """Return the cause that a region's publication is held back until somebody decides."""
    return Cause(
        "held_back",
        f"{hold.source} {hold.region}",
        ", ".join(sorted(f"{breach.rule} {breach.subject}" for breach in hold.breaches)),
        f"Hold {hold.hold_id} keeps back {hold.source} for {hold.region}: {', '.join(map(str, hold.breaches))}.",
        f"Look with `hjv guard show {hold.hold_id}`, then `hjv guard allow {hold.hold_id}` or "
        f"`hjv guard reject {hold.hold_id}`.",
        places.asset(hold.source),
    )


def inbox_age(waiting: Depth, now: datetime, places: Places) -> Cause | None:
    """Return the cause that hints of a source wait too long, or were set aside; None while they do not."""
    if waiting.state == "set_aside":
        return Cause(
            "inbox_age",
            f"{waiting.source} set aside",
            _magnitude(waiting.hints),
            f"{waiting.hints} hints of {waiting.source} were set aside after too many tries, the first of "
            f"{_swedish(waiting.oldest)}.",
            f"`hjv inbox list --source {waiting.source} --state set_aside` says why; when that is mended, "
            f"`hjv inbox replay --source {waiting.source}`.",
            places.asset(waiting.source),
        )
    age = now - waiting.oldest
    if age < INBOX_AGE:
        return None
    return Cause(
        "inbox_age",
        waiting.source,
        _magnitude(int(age / INBOX_AGE)),
        f"{waiting.units} notified units of {waiting.source} wait to be read, the first since "
        f"{_swedish(waiting.oldest)}.",
        f"`hjv inbox list --source {waiting.source}` says why; look whether the source answers: `hjv doctor`.",
        places.asset(waiting.source),
    )


def region_failed(source: str, failed: Collection[FailedRegion], places: Places) -> Cause | None:
    """Return the cause that some regions were left failed by a source's last imports; None when `failed` is empty."""
    if not failed:
        return None
    ordered = sorted(failed, key=lambda one: one.region)
    regions = ", ".join(one.region for one in ordered)
    return Cause(
        "region_failed",
        source,
        f"{regions} {sorted({one.why for one in ordered})}",
        f"The last import of {source} failed for {regions}: {ordered[0].why}",
        "Mend what the error says, then materialise these regions of the asset. Their cards keep what they had.",
        places.asset(source),
    )


def certificate(setting: str, expires: datetime, now: datetime, places: Places) -> Cause | None:
    """Return the cause that the certificate of `setting` ends soon or has ended; None while there is time."""
    left = expires - now
    passed = [days for days in CERTIFICATE_DAYS if left <= timedelta(days=days)]
    if not passed:
        return None
    ends = "has expired" if left <= timedelta(0) else "expires"
    return Cause(
        "certificate",
        setting,
        f"{expires.isoformat()} {min(passed)}",
        f"The certificate in {setting} {ends} {_swedish(expires)}: without it no source on the platform answers.",
        f"Order a new one, put it where {setting} and HJV_CLIENT_KEY point, and start `hjv up` anew.",
        places.home,
    )


def _magnitude(number: int) -> str:
    """Return the order of magnitude of `number`, by powers of two."""
    return f"2^{number.bit_length()}"


def _swedish(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"

"""Everything that Dagster is told, as one text that a person can read and compare with yesterday's.

Here: the definitions in words, without what differs between two installations. Not here: the definitions, and the file
that the text stands in (`reports/definitions.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from hjv_pipelines.orchestration.presentation import GROUPS

_KIND = "dagster/kind/"


def inventory(definitions: dg.Definitions) -> str:
    """Return all assets, checks, jobs, schedules and sensors, in Markdown."""
    repository = definitions.get_repository_def()
    jobs = sorted((job for job in repository.get_all_jobs() if not job.name.startswith("__")), key=lambda job: job.name)
    schedules = sorted(repository.schedule_defs, key=lambda schedule: schedule.name)
    sensors = sorted(repository.sensor_defs, key=lambda sensor: sensor.name)
    parts: list[str] = []
    for group in GROUPS:
        parts.append(f"## Assets: {group}")
        parts += _assets_of(group, repository.asset_graph)
    parts += ["## Jobs", *map(_job, jobs)]
    parts += ["## Schedules", *map(_schedule, schedules)]
    parts += ["## Sensors", *map(_sensor, sensors)]
    return "\n\n".join(parts) + "\n"


def _assets_of(group: str, graph: AssetGraph) -> Iterator[str]:
    """Give each asset of `group` with its checks, in the alphabet's order."""
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        if node.group_name != group:
            continue
        yield _section(
            key.to_user_string(),
            node.description,
            {
                "reads": _names(node.parent_keys),
                "partitions": _partitions(node.partitions_def),
                "several partitions": "one run" if node.backfill_policy == dg.BackfillPolicy.single_run() else None,
                "computed": None if node.is_materializable else "elsewhere",
                "owners": ", ".join(node.owners),
                "kinds": ", ".join(sorted(node.kinds)),
                "tags": _tags(node.tags),
            },
        )
        checks = sorted(node.check_keys, key=lambda check: check.name)
        if checks:
            yield "\n".join(_check(graph.get_check_spec(check)) for check in checks)


def _check(check: dg.AssetCheckSpec) -> str:
    return f"- check `{check.name}`{', blocking' if check.blocking else ''}: {check.description}"


def _job(job: dg.JobDefinition) -> str:
    selected = job.asset_layer.selected_asset_keys
    checks = job.asset_layer.asset_graph.asset_check_keys if not selected else ()
    return _section(
        job.name,
        job.description,
        {
            "assets": _names(selected),
            "checks": ", ".join(f"`{check.name}`" for check in sorted(checks, key=lambda check: check.name)),
            "operations": ", ".join(sorted(f"`{node.name}`" for node in job.nodes))
            if not selected and not checks
            else None,
            "partitions": _partitions(job.partitions_def),
            "owners": ", ".join(job.owners or ()),
            "tags": _tags(job.tags),
        },
    )


def _schedule(schedule: dg.ScheduleDefinition) -> str:
    crons = [schedule.cron_schedule] if isinstance(schedule.cron_schedule, str) else schedule.cron_schedule
    return _section(
        schedule.name,
        schedule.description,
        {
            "cron": f"{'; '.join(f'`{cron}`' for cron in crons)}, {schedule.execution_timezone}",
            "job": f"`{schedule.job_name}`",
            "at first": schedule.default_status.value.lower(),
            "owners": ", ".join(schedule.owners or ()),
            "tags": _tags(schedule.tags),
        },
    )


def _sensor(sensor: dg.SensorDefinition) -> str:
    interval = timedelta(seconds=sensor.minimum_interval_seconds or 0)
    return _section(
        sensor.name,
        sensor.description,
        {
            "looks": f"every {interval.total_seconds():.0f} s at most",
            "jobs": ", ".join(f"`{target.job_name}`" for target in sensor.targets if target.job_name),
            "at first": sensor.default_status.value.lower(),
            "owners": ", ".join(sensor.owners or ()),
            "tags": _tags(sensor.tags),
        },
    )


def _section(name: str, description: str | None, facts: Mapping[str, str | None]) -> str:
    told = "\n".join(f"- {name}: {fact}" for name, fact in facts.items() if fact)
    return f"### `{name}`\n\n{description}\n\n{told}"


def _names(keys: Iterable[dg.AssetKey]) -> str:
    return ", ".join(f"`{key.to_user_string()}`" for key in sorted(keys))


def _partitions(partitions: dg.PartitionsDefinition | None) -> str | None:
    if partitions is None:
        return None
    keys = partitions.get_partition_keys()
    return f"{len(keys)}, `{keys[0]}` to `{keys[-1]}`"


def _tags(tags: Mapping[str, str]) -> str:
    shown = {name: value for name, value in tags.items() if not name.startswith(_KIND)}
    return ", ".join(f"`{name}` = `{value}`" for name, value in sorted(shown.items()))

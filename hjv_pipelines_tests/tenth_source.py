"""What becomes of the guide's source: run as a program in a copy of the project that has it (`test_add_a_source.py`).

Here: the schedule's run, and what stands everywhere afterwards, printed as JSON. Not here: promises.
"""

import sys
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory

import dagster as dg
import orjson
from fastapi.testclient import TestClient

import hjv_pipelines
from hjv_pipelines.cards.explain import explain
from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.visibility import policy_of
from hjv_pipelines.definitions import build_defs
from hjv_pipelines.delivery.app import create_app
from hjv_pipelines.orchestration.columns import column_lineage
from hjv_pipelines.orchestration.partitions import EVERY_REGION
from hjv_pipelines.reports.timetable import scheduled_imports
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.ledger import last_complete
from hjv_pipelines.timetable import next_import, timetable_row

SOURCE = "opinions"


def import_by_schedule(defs: dg.Definitions, instance: dg.DagsterInstance, now: datetime) -> list[str]:
    """Run what the source's schedule asks for, and return the assets that were asked for."""
    due = next_import(timetable_row(SOURCE), now - timedelta(days=1))
    with dg.build_schedule_context(instance, scheduled_execution_time=due) as context:
        request = defs.resolve_schedule_def(f"{SOURCE}_timetable")(context)
    assert isinstance(request, dg.RunRequest), request
    job = defs.resolve_job_def(defs.resolve_schedule_def(f"{SOURCE}_timetable").job_name)
    done = job.execute_in_process(instance=instance, tags=request.tags, asset_selection=request.asset_selection)
    assert done.success
    return sorted(key.to_user_string() for key in request.asset_selection or ())


def main(hsa_id: str) -> None:
    """Import HSA's units and the tenth source, and say what is seen of the source and of the unit `hsa_id`."""
    settings, now = Settings(), datetime.now(UTC)
    assert settings.database_url is not None
    defs = build_defs(settings)
    with TemporaryDirectory() as folder, dg.DagsterInstance.local_temp(folder) as instance:
        assert defs.resolve_job_def("hsa_import").execute_in_process(instance=instance, tags=EVERY_REGION).success
        asked_for = import_by_schedule(defs, instance, now)
    with connect(settings.database_url.get_secret_value()) as connection:
        explanation = explain(connection, hsa_id, datetime.now(UTC), policy_of(settings))
        timetable = scheduled_imports(settings, last_complete(connection), datetime.now(UTC))
    with TestClient(create_app(settings)) as delivery:
        card, sources = (delivery.get(f"/v1/cards/{hsa_id}{path}").json() for path in ("", "/sources"))
        page = delivery.get(f"/cards/{hsa_id}").text
    seen = {
        "package": hjv_pipelines.__file__,
        "asked_for": asked_for,
        "explained": next(told.model_dump() for told in explanation.sources if told.source == SOURCE),
        "timetable": next(one.as_dict(now) for one in timetable if one.row.source == SOURCE),
        "lineage": [
            (column.asset_key.to_user_string(), column.column_name)
            for column in column_lineage(ContactCard).deps_by_column["opinions.stars"]
        ],
        "card": card,
        "sources": sources,
        "page": page,
    }
    sys.stdout.buffer.write(orjson.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1])

"""Promised: every step of the image's recipe can be carried out, and each role runs in what comes of it.

As nobody, over a real database, told as the manifests tell it, asked by the probes of the manifests and of the recipe,
within the memory that it may take. Minutes long, so that `make soak` runs it; see `image.py` for what it needs.
HJV_TEST_IMAGE names a folder where the image stands already, or shall.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import yaml

from hjv_pipelines_tests.cluster.machines import machines
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.deploy.image import MISSING, Image, built
from hjv_pipelines_tests.deploy.recipes import MANIFESTS, deployment
from hjv_pipelines_tests.deploy.test_values import CODE_SERVER, instance
from hjv_pipelines_tests.waiting import until

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(bool(MISSING) or os.geteuid() != 0, reason=f"needs root, and {MISSING or 'nothing else'}"),
]

OPEN = "import sys, urllib.request as u; u.urlopen(f'http://127.0.0.1:{sys.argv[1]}{sys.argv[2]}', timeout=5)"
SOCKET = "/tmp/.s.PGSQL.5432"  # noqa: S108 - in the container
MEBIBYTE = 1024**2


@pytest.fixture(scope="module")
def image(database_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    """Give the image over a database that it reaches by a socket, and has migrated."""
    folder = Path(os.environ.get("HJV_TEST_IMAGE") or tmp_path_factory.mktemp("image"))
    (folder / "dagster.yaml").write_text(yaml.safe_dump(instance() | STORAGE))
    with (
        psycopg.connect(database_server) as connection,
        temporary_database(database_server) as url,
        machines("image") as (_, machine),
    ):
        socket = Path(connection.info.host, SOCKET.rpartition("/")[2])
        address = f"postgresql://{connection.info.user}@/{url.partition('?')[0].rpartition('/')[2]}?host=/tmp"
        told = {"HJV_DATABASE_URL": address, "HJV_DAGSTER_DATABASE_URL": address, "HJV_METRICS_TOKEN": "rehearsal"}
        mounts = {socket: SOCKET, folder / "dagster.yaml": "/opt/dagster/dagster.yaml"}
        image = Image(folder, built(folder), machine, mounts, told)
        (job,) = (one for one in MANIFESTS if one["kind"] == "Job")
        migrated = image.ran(*command(job))
        assert migrated.returncode == 0, migrated.stderr
        yield image


STORAGE = {"storage": {"postgres": {"postgres_url": {"env": "HJV_DAGSTER_DATABASE_URL"}}}}


def container(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the one container of a deployment or a job."""
    (only,) = document["spec"]["template"]["spec"]["containers"]
    return only


def command(document: Mapping[str, Any]) -> tuple[str, ...]:
    return (*container(document)["command"], *container(document).get("args", ()))


def is_well(image: Image, *probe: str) -> bool:
    return image.ran(*probe).returncode == 0


def takes(process: psutil.Process, name: str) -> int:
    """Return the memory of a program and its children, and print it."""
    ours = [one for one in process.children(recursive=True) if "buildah" not in one.name()]
    taken = sum(one.memory_full_info().uss for one in ours)
    sys.stdout.write(f"\n{name}: {taken / MEBIBYTE:.0f} MiB\n")
    return taken


def allowed(resources: Mapping[str, Any]) -> int:
    number, unit = resources["limits"]["memory"][:-2], resources["limits"]["memory"][-2:]
    return int(number) * {"Mi": MEBIBYTE, "Gi": 1024 * MEBIBYTE}[unit]


def test_it_migrates(image: Image) -> None:
    assert "PostgreSQL 18, migrated" in image.ran("hjv", "doctor").stdout


def test_it_is_nobody_and_writes_nowhere_else(image: Image) -> None:
    assert image.ran("id", "-u").stdout.strip() == "10001"
    assert image.configuration()["User"] == "10001:10001"
    for place in ("/etc", "/opt/hjv", "/opt/dagster", "/usr/local/bin"):
        assert image.ran("touch", f"{place}/mine").returncode != 0
    assert image.ran("touch", "/var/lib/hjv/mine", "/tmp/mine").returncode == 0  # noqa: S108


@pytest.mark.parametrize("service", ["hjv-delivery", "hjv-receiver"])
def test_a_server_answers_its_probes_within_its_memory_and_logs_json(image: Image, service: str) -> None:
    told = container(deployment(service))
    port = str(told["ports"][0]["containerPort"])
    with image.running(*command(deployment(service))) as process:
        until(lambda: is_well(image, "python", "-c", OPEN, port, told["startupProbe"]["httpGet"]["path"]))
        assert is_well(image, "python", "-c", OPEN, port, told["readinessProbe"]["httpGet"]["path"])
        assert is_well(image, "python", "-c", OPEN, port, told["livenessProbe"]["httpGet"]["path"])
        assert not is_well(image, "python", "-c", OPEN, port, "/no/such/path")
        assert takes(process, service) < allowed(told["resources"])
    assert all(json.loads(line)["time"] for line in image.told("uvicorn")[:4])


def test_what_it_does_unless_told_otherwise_is_well_by_its_own_health_check(image: Image) -> None:
    told = image.configuration()
    kind, *probe = told["Healthcheck"]["Test"]
    assert kind == "CMD"
    assert not is_well(image, *probe)
    with image.running(*told["Cmd"]):
        until(lambda: is_well(image, *probe))


def test_the_code_server_is_well_by_the_probe_of_the_chart(image: Image) -> None:
    port = str(CODE_SERVER["port"])
    probe = ("dagster", "api", "grpc-health-check", "-p", port)
    assert not is_well(image, *probe)
    address = ("-h", "0.0.0.0", "-p", port)  # noqa: S104
    with image.running("dagster", "api", "grpc", *address, *CODE_SERVER["dagsterApiGrpcArgs"]) as process:
        until(lambda: is_well(image, *probe))
        assert takes(process, "code server") < allowed(CODE_SERVER["resources"])


def test_the_commands_of_the_runbook_are_there(image: Image) -> None:
    """Among them those that need PostgreSQL's own programs."""
    assert is_well(image, "hjv", "timetable")
    assert is_well(image, "hjv", "backup", "/var/lib/hjv/hjv.dump")
    assert is_well(image, "hjv", "restore", "/var/lib/hjv/hjv.dump", "--dry-run")

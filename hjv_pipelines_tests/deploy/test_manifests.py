"""Promised: what is handed to Kubernetes is what Kubernetes takes, runs as nobody, and goes one replica at a time."""

from importlib import import_module
from typing import Any

import kubernetes_validate
import pytest
from starlette.testclient import TestClient

from hjv_pipelines_tests.deploy.recipes import MANIFESTS, deployment, is_nobody, is_sealed, named, of_chart, pods

VERSIONS = ("1.33.0", "1.37.0")
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
SERVICES = ("hjv-delivery", "hjv-receiver")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("document", MANIFESTS, ids=named)
def test_kubernetes_takes_it(document: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(document, version, strict=True)


def test_nothing_runs_as_root_or_writes_where_it_should_not() -> None:
    for pod in pods():
        assert is_nobody(pod["securityContext"])
        assert all(is_sealed(container["securityContext"]) for container in pod["containers"])
    for values in of_chart():
        assert is_nobody(values["podSecurityContext"])
        assert is_sealed(values["securityContext"])


def test_everything_says_what_it_needs_and_may_take() -> None:
    needs = [container["resources"] for pod in pods() for container in pod["containers"]]
    for resources in (*needs, *(values["resources"] for values in of_chart())):
        assert resources["requests"].keys() == {"cpu", "memory"}
        assert resources["limits"].keys() == {"memory"}


def test_one_image_of_one_version_runs_everywhere() -> None:
    images = {container["image"] for pod in pods() for container in pod["containers"]}
    images |= {f"{one['image']['repository']}:{one['image']['tag']}" for one in of_chart()}
    assert len(images) == 1
    assert not images.pop().endswith(":latest")


@pytest.mark.parametrize("service", SERVICES)
def test_an_upgrade_or_an_emptied_machine_takes_one_replica_at_a_time(service: str) -> None:
    spec = deployment(service)["spec"]
    assert spec["replicas"] >= 2
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    (budget,) = (one for one in MANIFESTS if named(one) == f"PodDisruptionBudget {service}")
    assert budget["spec"] == {"maxUnavailable": 1, "selector": spec["selector"]}


@pytest.mark.parametrize("service", SERVICES)
def test_a_replica_that_goes_answers_until_nobody_asks_it(service: str) -> None:
    pod = deployment(service)["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    waits = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    stops = int(container["args"][container["args"].index("--timeout-graceful-shutdown") + 1])
    assert waits + stops < pod["terminationGracePeriodSeconds"]


@pytest.mark.parametrize("service", SERVICES)
def test_its_probes_are_answered(service: str, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJV_DATABASE_URL", database_url)
    (container,) = deployment(service)["spec"]["template"]["spec"]["containers"]
    module, _, factory = container["command"][-1].partition(":")
    with TestClient(getattr(import_module(module), factory)()) as client:
        for probe in PROBES:
            assert client.get(container[probe]["httpGet"]["path"]).status_code == 200
    assert container["ports"][0]["containerPort"] == int(container["args"][container["args"].index("--port") + 1])


@pytest.mark.parametrize("service", SERVICES)
def test_a_database_that_is_gone_makes_nobody_start_anew(service: str) -> None:
    """Alive is another question than ready; only who is not alive is replaced."""
    (container,) = deployment(service)["spec"]["template"]["spec"]["containers"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_no_secret_stands_in_a_manifest() -> None:
    assert {document["kind"] for document in MANIFESTS}.isdisjoint({"Secret"})
    for pod in pods():
        for container in pod["containers"]:
            assert {"secretRef": {"name": "hjv"}} in container["envFrom"]
            assert "env" not in container

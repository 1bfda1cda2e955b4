"""Promised: the values for Dagster's chart make a dagster.yaml that Dagster takes, and runs that Kubernetes takes.

The chart's own templates are not at hand: `instance` repeats what its configmap-instance.yaml makes of the values. What
its schema says of all of them is asked in `test_chart.py`, where there is one.
"""

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from dagster._config import process_config, resolve_to_config_type
from dagster._core.instance.config import dagster_instance_config
from dagster._core.instance.ref import InstanceRef
from dagster._core.scheduler.instigation import TickStatus
from dagster._daemon.cli import cli as daemon
from dagster_k8s import K8sRunLauncher
from dagster_k8s.container_context import K8sContainerContext
from dagster_k8s.job import DagsterK8sJobConfig, construct_dagster_k8s_job
from kubernetes.client import ApiClient

from hjv_pipelines.orchestration.coordination import HintsFirstRunCoordinator
from hjv_pipelines.processes.programs import project_file
from hjv_pipelines_tests.deploy.recipes import DEPLOY, MANIFESTS, VALUES, is_nobody, is_sealed, named

ONE_MACHINE = yaml.safe_load(project_file("dagster.yaml").read_text())
LAUNCHER = VALUES["runLauncher"]["config"]["k8sRunLauncher"]
IMAGE = "registry.example/hjv-pipelines:0.1.0"
(CODE_SERVER,) = VALUES["dagster-user-deployments"]["deployments"]


def instance() -> dict[str, Any]:
    """Return the dagster.yaml that the chart makes, but for its storage."""
    daemon, retention = VALUES["dagsterDaemon"], VALUES["retention"]
    return {
        "run_launcher": {"module": "dagster_k8s", "class": "K8sRunLauncher", "config": launcher()},
        "run_coordinator": daemon["runCoordinator"]["config"]["customRunCoordinator"],
        "python_logs": {
            "python_log_level": VALUES["pythonLogs"]["pythonLogLevel"],
            "managed_python_loggers": VALUES["pythonLogs"]["managedPythonLoggers"],
        },
        "sensors": threads(daemon["sensors"]),
        "schedules": threads(daemon["schedules"]),
        "retention": {kind: {"purge_after_days": retention[kind]["purgeAfterDays"]} for kind in ("sensor", "schedule")},
        "telemetry": VALUES["telemetry"],
        **VALUES["additionalInstanceConfig"],
    }


def threads(values: dict[str, Any]) -> dict[str, Any]:
    names = {"useThreads": "use_threads", "numWorkers": "num_workers", "numSubmitWorkers": "num_submit_workers"}
    return {names[name]: value for name, value in values.items()}


def launcher() -> dict[str, Any]:
    """Return the launcher's configuration that the chart makes."""
    run = LAUNCHER["runK8sConfig"]
    return {
        "dagster_home": VALUES["global"]["dagsterHome"],
        "instance_config_map": "dagster-instance",
        "postgres_password_secret": VALUES["global"]["postgresqlSecretName"],
        "service_account_name": "dagster",
        "load_incluster_config": LAUNCHER["loadInclusterConfig"],
        "image_pull_policy": LAUNCHER["imagePullPolicy"],
        "env_config_maps": [one["name"] for one in LAUNCHER["envConfigMaps"]],
        "env_secrets": [one["name"] for one in LAUNCHER["envSecrets"]],
        "labels": LAUNCHER["labels"],
        "security_context": LAUNCHER["securityContext"],
        "volumes": LAUNCHER["volumes"],
        "volume_mounts": LAUNCHER["volumeMounts"],
        "resources": LAUNCHER["resources"],
        "run_k8s_config": {
            "job_spec_config": run["jobSpecConfig"],
            "pod_spec_config": run["podSpecConfig"],
        },
    }


def test_dagster_takes_it(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(instance()))
    told, _ = dagster_instance_config(str(tmp_path))
    assert told["concurrency"]["pools"]["default_limit"] == 2
    assert isinstance(InstanceRef.from_dir(str(tmp_path)).run_coordinator, HintsFirstRunCoordinator)


def test_dagster_s_launcher_takes_its_part() -> None:
    checked = process_config(resolve_to_config_type(K8sRunLauncher.config_type()), launcher())
    assert checked.success, checked.errors


def run() -> dict[str, Any]:
    """Return the job that Dagster's launcher makes of a run: of its own configuration, and the code server's word."""
    told, of_the_launcher = launcher(), {"load_incluster_config", "run_k8s_config", *OF_THE_CONTEXT}
    configuration = DagsterK8sJobConfig.from_dict(
        {name: value for name, value in told.items() if name not in of_the_launcher} | {"job_image": IMAGE}
    )
    own = K8sContainerContext.create_from_config({"k8s": {name: told[name] for name in OF_THE_CONTEXT}})
    both = own.merge(K8sContainerContext.create_from_config({"k8s": {"run_k8s_config": told["run_k8s_config"]}}))
    context = both.merge(K8sContainerContext.create_from_config({"k8s": told_by_the_code_server()}))
    job = construct_dagster_k8s_job(
        configuration, ["dagster", "api", "execute_run"], "dagster-run-1", context.run_k8s_config
    )
    return ApiClient().sanitize_for_serialization(job)


OF_THE_CONTEXT = ("resources", "labels", "security_context", "volumes", "volume_mounts")


def told_by_the_code_server() -> dict[str, Any]:
    """Return what the chart lets the code server add to its runs, where it does: it wins over the launcher's."""
    if not CODE_SERVER["includeConfigInLaunchedRuns"]["enabled"]:
        return {}
    names = {"volumeMounts": "volume_mounts", "volumes": "volumes", "labels": "labels", "resources": "resources"}
    return {name: CODE_SERVER[value] for value, name in names.items()}


def test_kubernetes_takes_a_run() -> None:
    kubernetes_validate.validate(run(), "1.37.0", strict=True)


def test_a_run_has_the_room_that_it_is_given() -> None:
    (container,) = run()["spec"]["template"]["spec"]["containers"]
    assert container["resources"] == LAUNCHER["resources"]


def test_a_run_runs_as_nobody_and_writes_where_the_others_do() -> None:
    pod = run()["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert is_nobody(pod["securityContext"])
    assert is_sealed(container["securityContext"])
    assert {mount["mountPath"] for mount in container["volumeMounts"]} >= written()
    assert {one["configMapRef"]["name"] for one in container["envFrom"] if "configMapRef" in one} == {"hjv"}
    assert {one["secretRef"]["name"] for one in container["envFrom"] if "secretRef" in one} == {"hjv"}


def written() -> set[str]:
    return {mount["mountPath"] for mount in CODE_SERVER["volumeMounts"]}


def test_a_run_is_not_taken_for_a_code_server() -> None:
    labels = run()["spec"]["template"]["metadata"]["labels"]
    assert labels["hjv-role"] != CODE_SERVER["labels"]["hjv-role"]


@pytest.mark.parametrize("section", ["run_monitoring", "run_retries", "backfills", "nux"])
def test_it_is_as_on_one_machine(section: str) -> None:
    assert instance()[section] == ONE_MACHINE[section]


@pytest.mark.parametrize("section", ["sensors", "schedules", "retention", "python_logs", "telemetry"])
def test_what_the_chart_has_names_for_is_as_on_one_machine_too(section: str) -> None:
    assert instance()[section] == ONE_MACHINE[section]


def test_dagster_s_home_is_where_the_image_has_it() -> None:
    assert f"DAGSTER_HOME={VALUES['global']['dagsterHome']} " in (DEPLOY / "Dockerfile").read_text()


def test_nothing_is_written_where_nothing_can_be() -> None:
    base = VALUES["additionalInstanceConfig"]["local_artifact_storage"]["config"]["base_dir"]
    assert any(base.startswith(mount["mountPath"]) for mount in CODE_SERVER["volumeMounts"])


@pytest.mark.parametrize("kind", ["sensor", "schedule"])
def test_every_status_of_a_tick_is_named(kind: str) -> None:
    """The chart's schema takes nothing less."""
    assert {status.lower() for status in TickStatus.__members__} == {*VALUES["retention"][kind]["purgeAfterDays"]}


def test_the_ui_listens_where_nobody_may() -> None:
    """A port below 1024 is for root, in many clusters."""
    assert VALUES["dagsterWebserver"]["service"]["port"] >= 1024


@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe"])
def test_the_daemon_is_asked_for_its_heartbeat(probe: str) -> None:
    program, command = VALUES["dagsterDaemon"][probe]["exec"]["command"]
    assert program == "dagster-daemon"
    assert command in daemon.commands


def test_nothing_is_said_twice() -> None:
    """The chart writes one section for each of its switches; a second one of the same name would be no YAML."""
    assert not VALUES["dagsterDaemon"]["runMonitoring"]["enabled"]
    assert not VALUES["dagsterDaemon"]["runRetries"]["enabled"]


def test_only_dagster_reaches_the_code_server() -> None:
    (policy,) = (one for one in MANIFESTS if named(one) == "NetworkPolicy hjv-code-server")
    assert policy["spec"]["podSelector"]["matchLabels"] == CODE_SERVER["labels"]
    (source,) = policy["spec"]["ingress"][0]["from"]
    callers = {VALUES["dagsterWebserver"]["labels"]["hjv-role"], VALUES["dagsterDaemon"]["labels"]["hjv-role"]}
    assert set(source["podSelector"]["matchExpressions"][0]["values"]) == callers
    assert policy["spec"]["ingress"][0]["ports"] == [{"protocol": "TCP", "port": CODE_SERVER["port"]}]


def test_the_code_server_serves_our_code() -> None:
    assert CODE_SERVER["dagsterApiGrpcArgs"] == ["--module-name", "hjv_pipelines.definitions"]

"""The recipes in `deploy/`, read."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
VALUES: Mapping[str, Any] = yaml.safe_load((DEPLOY / "kubernetes" / "dagster-values.yaml").read_text())
MANIFESTS: tuple[dict[str, Any], ...] = tuple(
    document
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    if file.name != "dagster-values.yaml"
    for document in yaml.safe_load_all(file.read_text())
)


def named(document: Mapping[str, Any]) -> str:
    """Return what a manifest is, for a test's name."""
    return f"{document['kind']} {document['metadata']['name']}"


def pods() -> Iterator[Mapping[str, Any]]:
    """Give the specification of each pod that the manifests make."""
    for document in MANIFESTS:
        if document["kind"] in {"Deployment", "Job"}:
            yield document["spec"]["template"]["spec"]


def of_chart() -> Iterator[Mapping[str, Any]]:
    """Give the values of each of the chart's own pods."""
    yield VALUES["dagsterWebserver"]
    yield VALUES["dagsterDaemon"]
    yield from VALUES["dagster-user-deployments"]["deployments"]


def deployment(name: str) -> Mapping[str, Any]:
    """Return the manifest of a deployment."""
    return next(one for one in MANIFESTS if named(one) == f"Deployment {name}")


def is_nobody(context: Mapping[str, Any]) -> bool:
    """Tell whether a pod runs as nobody in particular."""
    return context["runAsNonRoot"] and context["runAsUser"] == 10001 and bool(context["seccompProfile"])


def is_sealed(context: Mapping[str, Any]) -> bool:
    """Tell whether a container can neither write where it should not, nor become more than it is."""
    return (
        context["readOnlyRootFilesystem"]
        and not context["allowPrivilegeEscalation"]
        and context["capabilities"] == {"drop": ["ALL"]}
    )

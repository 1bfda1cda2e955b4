"""Promised: Dagster's chart takes our values, as its own schema says.

The chart is nobody's to keep here: HJV_TEST_CHART names the folder of one, as `helm pull --untar` leaves it. What its
schemas take from Kubernetes' they find in `kubernetes-validate`.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from hjv_pipelines_tests.deploy.recipes import VALUES

CHART = os.environ.get("HJV_TEST_CHART")
KUBERNETES = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema" / "v1.33.0-local"
CODE_SERVERS = "dagster-user-deployments"

pytestmark = pytest.mark.skipif(CHART is None, reason="HJV_TEST_CHART names no chart")


def values_of(chart: Path) -> dict[str, Any]:
    return yaml.safe_load((chart / "values.yaml").read_text())


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as Helm puts them together: what stands above wins, mapping by mapping."""
    both = {
        name: laid_over(below[name], above[name]) for name in below.keys() & above.keys() if is_map(below, above, name)
    }
    return {**below, **above, **both}


def is_map(below: Mapping[str, Any], above: Mapping[str, Any], name: str) -> bool:
    return isinstance(below[name], dict) and isinstance(above[name], dict)


def refused(chart: Path, values: Mapping[str, Any]) -> list[str]:
    """Return what the chart's schema says against `values`."""
    kubernetes = json.loads((KUBERNETES / "_definitions.json").read_text())
    registry: Registry[Any] = Registry().with_resource(
        "urn:kubernetes", Resource.from_contents({**kubernetes, "$id": "urn:kubernetes"})
    )
    schema = (chart / "values.schema.json").read_text()
    ours = re.sub(r'https://[^"#]*_definitions\.json#/definitions', "urn:kubernetes#/$defs", schema)
    told = Draft202012Validator(json.loads(ours), registry=registry).iter_errors(values)
    return [f"{one.json_path}: {one.message}" for one in told]


def test_the_chart_takes_the_values() -> None:
    chart = Path(CHART or "")
    assert refused(chart, laid_over(values_of(chart), VALUES)) == []


def test_the_chart_of_code_servers_takes_its_part() -> None:
    chart = Path(CHART or "") / "charts" / CODE_SERVERS
    assert refused(chart, laid_over(values_of(chart), VALUES[CODE_SERVERS])) == []


def test_the_chart_knows_every_section() -> None:
    """It takes others in silence, and does nothing with them."""
    schema = json.loads((Path(CHART or "") / "values.schema.json").read_text())
    assert VALUES.keys() <= schema["properties"].keys()

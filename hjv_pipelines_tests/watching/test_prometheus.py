"""Promised: Prometheus itself takes the rules and what our servers tell; each rule fires when it should, and only then.

By `promtool`, which comes with Prometheus; without it these tests are skipped. Not here: which names are exported
(`test_metrics.py`).
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from hjv_pipelines_tests.watching.test_metrics import PANELS, RULES, WATCH, delivery

__all__ = ["delivery"]

PROMTOOL = os.environ.get("HJV_TEST_PROMTOOL") or shutil.which("promtool")

WRONG: dict[str, tuple[str, dict[str, str]]] = {
    "HjvServerDown": ("6h", {'up{job="hjv-delivery", instance="one:8080"}': "0+0x400"}),
    "HjvDatabaseDown": (
        "10m",
        {'hjv_database_up{instance="one"}': "0+0x60", 'hjv_database_up{instance="two"}': "0+0x60"},
    ),
    "HjvErrors": (
        "30m",
        {
            'hjv_http_requests_total{job="hjv-delivery", status="200"}': "0+60x60",
            'hjv_http_requests_total{job="hjv-delivery", status="500"}': "0+2x60",
        },
    ),
    "HjvSlow": (
        "30m",
        {
            'hjv_http_request_seconds_bucket{route="/v1/cards/{hsa_id}", le="0.5"}': "0+6x60",
            'hjv_http_request_seconds_bucket{route="/v1/cards/{hsa_id}", le="1.0"}': "0+10x60",
            'hjv_http_request_seconds_bucket{route="/v1/cards/{hsa_id}", le="+Inf"}': "0+10x60",
        },
    ),
    "HjvImportLate": ("30m", {'hjv_source_regions_missing{source="kka", instance="one"}': "0 22+0x60"}),
    "HjvContentOld": ("37h", {'hjv_source_content_timestamp_seconds{source="kka", region="12-skane"}': "0+0x3000"}),
    "HjvInboxOld": ("40m", {'hjv_inbox_oldest_timestamp_seconds{source="hsa", state="waiting"}': "0+0x60"}),
    "HjvInboxSlow": (
        "30m",
        {
            'hjv_inbox_latency_seconds_bucket{source="hsa", le="120"}': "5+0x60",
            'hjv_inbox_latency_seconds_bucket{source="hsa", le="600"}': "10+0x60",
            'hjv_inbox_latency_seconds_bucket{source="hsa", le="+Inf"}': "10+0x60",
        },
    ),
    "HjvHeldBack": ("5h", {'hjv_held_timestamp_seconds{source="hsa", region="12-skane"}': "0+0x400"}),
    "HjvDaemonSilent": ("30m", {'hjv_dagster_heartbeat_timestamp_seconds{daemon="sensor"}': "0+0x60"}),
    "HjvRunsWait": ("30m", {'hjv_dagster_runs{status="queued"}': "21+0x60"}),
    "HjvNobodyLooks": ("30m", {"hjv_alerts_looked_timestamp_seconds": "0+0x60"}),
    "HjvMessagesWait": ("1h", {"hjv_alert_messages_waiting": "1+0x90"}),
    "HjvDiskFull": ("30m", {'hjv_disk_free_bytes{instance="one"}': "4e9+0x60"}),
    "HjvCertificateEnds": ("1h", {"hjv_certificate_end_timestamp_seconds": "1200000+0x90"}),
    "HjvNothingForgotten": ("49h", {"hjv_forgotten_timestamp_seconds": "0+0x3000"}),
}
"""Of each rule what is wrong, minute by minute from the epoch on, and when it must have fired."""

RIGHT: dict[str, str] = {
    'up{job="hjv-delivery", instance="one:8080"}': "1+0x3000",
    'up{job="another", instance="one:1"}': "0+0x3000",
    'hjv_database_up{instance="one"}': "0+0x3000",
    'hjv_database_up{instance="two"}': "1+0x3000",
    'hjv_http_requests_total{job="hjv-delivery", status="200"}': "0+60x3000",
    'hjv_http_requests_total{job="hjv-delivery", status="404"}': "0+60x3000",
    'hjv_http_request_seconds_bucket{route="/v1/cards/{hsa_id}", le="0.5"}': "0+100x3000",
    'hjv_http_request_seconds_bucket{route="/v1/cards/{hsa_id}", le="+Inf"}': "0+100x3000",
    'hjv_source_regions_missing{source="kka"}': "0+0x3000",
    'hjv_source_content_timestamp_seconds{source="kka", region="12-skane"}': "0+60x3000",
    'hjv_inbox_oldest_timestamp_seconds{source="hsa", state="waiting"}': "0+60x3000",
    'hjv_inbox_latency_seconds_bucket{source="hsa", le="120"}': "10+0x3000",
    'hjv_inbox_latency_seconds_bucket{source="hsa", le="+Inf"}': "10+0x3000",
    'hjv_held_timestamp_seconds{source="hsa", region="12-skane"}': "0+60x3000",
    'hjv_dagster_heartbeat_timestamp_seconds{daemon="sensor"}': "0+60x3000",
    'hjv_dagster_runs{status="queued"}': "20+0x3000",
    "hjv_alerts_looked_timestamp_seconds": "0+60x3000",
    "hjv_alert_messages_waiting": "0+0x3000",
    'hjv_disk_free_bytes{instance="one"}': "6e9+0x3000",
    "hjv_certificate_end_timestamp_seconds": "1500000+0x3000",
    "hjv_forgotten_timestamp_seconds": "0+60x3000",
}
"""How all of it looks when nothing is wrong."""

pytestmark = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian's package prometheus)")


def promtool(*words: str | Path, stdin: str = "") -> str:
    """Return what promtool says; it must be content."""
    told = subprocess.run((PROMTOOL or "", *words), input=stdin, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout + told.stderr


def rehearsed(folder: Path, rehearsals: Iterable[dict[str, Any]]) -> None:
    """Let promtool run the rules over what rehearsals say, and hold them against what those expect."""
    rules = str(WATCH / "alerts.yaml")
    script = folder / "rehearsal.yaml"
    script.write_text(yaml.safe_dump({"rule_files": [rules], "evaluation_interval": "10m", "tests": list(rehearsals)}))
    promtool("test", "rules", script)


def rehearsal(series: Mapping[str, str], at: str, named: str, number: int) -> dict[str, Any]:
    """Return promtool's rehearsal: over `series`, a value a minute, so many alerts named so fire `at` a time."""
    fire = f'count(ALERTS{{alertstate="firing", alertname=~"{named}"}}) or vector(0)'
    return {
        "interval": "1m",
        "input_series": [{"series": one, "values": values} for one, values in series.items()],
        "promql_expr_test": [{"expr": fire, "eval_time": at, "exp_samples": [{"labels": "{}", "value": number}]}],
    }


def test_prometheus_takes_the_rules() -> None:
    assert f"{len(RULES)} rules found" in promtool("check", "rules", WATCH / "alerts.yaml")


def test_prometheus_takes_what_is_told(delivery: httpx.Client) -> None:
    assert promtool("check", "metrics", stdin=delivery.get("/metrics").text) == ""


def test_every_rule_is_rehearsed() -> None:
    assert WRONG.keys() == {rule["alert"] for rule in RULES}


def test_each_rule_fires_when_something_is_wrong(tmp_path: Path) -> None:
    rehearsed(tmp_path, (rehearsal(series, at, rule, 1) for rule, (at, series) in WRONG.items()))


def test_no_rule_fires_when_nothing_is_wrong(tmp_path: Path) -> None:
    rehearsed(tmp_path, [rehearsal(RIGHT, "49h", ".*", 0)])


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_prometheus_understands_what_a_panel_asks(tmp_path: Path, panel: dict[str, Any]) -> None:
    asks = [{"record": f"hjv:{number}", "expr": one["expr"]} for number, one in enumerate(panel["targets"])]
    script = tmp_path / "panel.yaml"
    script.write_text(yaml.safe_dump({"groups": [{"name": "panel", "rules": asks}]}))
    promtool("check", "rules", script)

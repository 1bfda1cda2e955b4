"""What goes wrong beside an import without costing it is told: in the run's log and on the asset."""

from pathlib import Path

import pytest

from hjv_pipelines_tests.orchestration.installation import Installation, value


def test_raw_inputs_that_cannot_be_kept_are_a_warning_that_is_seen(
    installation: Installation, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "raw").write_text("a file where the folder should be")
    assert installation.launch("hsa_import", region="12-skane").success
    told = str(value(installation.materialised("hsa_units")["12-skane"], "warnings"))
    assert "12-skane: its raw inputs are not kept" in told.replace("\\", "")
    logged = capfd.readouterr().err.splitlines()
    assert any("WARNING" in line and "hsa, 12-skane: its raw inputs are not kept" in line for line in logged)

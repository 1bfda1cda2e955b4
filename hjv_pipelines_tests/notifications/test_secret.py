"""A source's secret is a setting or a file; the sandbox's is made once and is nobody else's to read."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from hjv_pipelines.notifications.secret import secret_file, secret_of
from hjv_pipelines.settings import Settings


def test_the_sandbox_s_secret_is_made_once_for_us_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as at_once:
        secrets = set(at_once.map(lambda _: secret_of(settings, "hsa"), range(8)))
    assert len(secrets) == 1
    assert len(secrets.pop() or "") >= 32
    assert secret_file(settings, "hsa").stat().st_mode & 0o777 == 0o600
    assert secret_of(settings, "kka") != secret_of(settings, "hsa")
    assert {path.name for path in (tmp_path / "notifications").iterdir()} == {"hsa.secret", "kka.secret"}


def test_a_live_installation_makes_up_no_secret(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, sources="live")
    assert secret_of(settings, "hsa") is None
    secret_file(settings, "hsa").parent.mkdir()
    secret_file(settings, "hsa").write_text("agreed upon\n")
    assert secret_of(settings, "hsa") == "agreed upon"


@pytest.mark.parametrize("blank", ["", " \n"])
def test_an_empty_secret_is_none(tmp_path: Path, blank: str) -> None:
    settings = Settings(data_dir=tmp_path, sources="live", notification_secret_hsa=SecretStr(blank))
    secret_file(settings, "hsa").parent.mkdir()
    secret_file(settings, "hsa").write_text(blank)
    assert secret_of(settings, "hsa") is None


def test_a_setting_comes_before_the_file(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, notification_secret_hsa=SecretStr("chosen"))
    assert secret_of(settings, "hsa") == "chosen"

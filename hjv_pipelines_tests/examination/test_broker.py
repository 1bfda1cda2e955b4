"""The doctor sees whether the broker of several machines lets us in, and says what to do where it does not."""

import pytest

from hjv_pipelines.examination.broker import examine_broker
from hjv_pipelines.settings import Settings


def test_a_broker_that_nobody_serves_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJV_CELERY_BROKER", "redis://:s3cret@127.0.0.1:1/0")
    seen = examine_broker(Settings())
    assert not seen.well
    assert "HJV_CELERY_BROKER" in seen.remedy
    assert "s3cret" not in f"{seen}"


@pytest.mark.parametrize(
    "broker",
    [
        "redis://:s3cret@127.0.0.1:nope/0",
        "redis://:s3cret/s3cret@127.0.0.1:1/0",
        "redis://:s3cret@[::1x/0",
        "nonsense://u:s3cret@127.0.0.1",
    ],
)
def test_an_address_that_cannot_be_read_is_told_without_its_password(
    broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HJV_CELERY_BROKER", broker)
    seen = examine_broker(Settings())
    assert not seen.well
    assert "HJV_CELERY_BROKER" in seen.remedy
    assert "s3cret" not in f"{seen}"


def test_a_broker_that_lets_us_in_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJV_CELERY_BROKER", "memory://")
    assert examine_broker(Settings()).well


def test_on_one_machine_there_is_none_but_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HJV_CELERY_BROKER", raising=False)
    assert examine_broker(Settings()).seen == "PostgreSQL"

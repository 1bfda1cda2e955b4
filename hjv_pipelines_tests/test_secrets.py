"""A secret stands in no message and no representation, whatever is wrong around it."""

import traceback

import pytest

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.settings import Settings
from hjv_pipelines.store.database import connect, database

SECRETS = [
    name for name in Settings.model_fields if name.endswith(("_secret", "_password", "_token")) or "_secret_" in name
]


@pytest.mark.parametrize("name", [*SECRETS, "database_url"])
def test_a_secret_setting_is_not_shown_with_the_others(name: str) -> None:
    settings = Settings.model_validate({name: "postgresql://u:s3cret@h/d"})
    assert "s3cret" not in f"{settings!r} {settings} {settings.model_dump()}"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://u:s3cret@host/kka", "https://***@host/kka"),
        ("https://u:s3cret@s3cret@host:8443", "https://***@host:8443"),
        ("https://s3cret@[::1x/kka", "https://***@[::1x/kka"),
        ("https://host/kka?key=s3cret&page=1", "https://host/kka?***"),
        ("https://host/kka", "https://host/kka"),
    ],
)
@pytest.mark.parametrize("name", ["kka_url", "alert_webhook_url", "tenth_url"])
def test_an_address_is_shown_without_what_may_be_secret_in_it(name: str, address: str, shown: str) -> None:
    """Also that of a source which has no field of its own."""
    settings = Settings.model_validate({name: address})
    assert f"{name}='{shown}'" in repr(settings)
    assert f"{name}='{shown}'" in str(settings)
    assert "s3cret" not in f"{settings!r} {settings}"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret@[::1x/d",
        "postgresql://u:s3cret@h:nope/d",
        "postgresql://u:s3cret@h/d?no=such",
        "postgres:/u:s3cret@x",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(url: str) -> None:
    """Libpq's own words repeat the address: they stand in no traceback either."""
    settings = Settings.model_validate({"database_url": url})
    with pytest.raises(PermanentError, match="HJV_DATABASE_URL") as refused, database(settings):
        pass
    assert "s3cret" not in "".join(traceback.format_exception(refused.value))


def test_several_hosts_and_a_socket_are_addresses() -> None:
    for url in ("postgresql://u:p@a:5432,b:5433/d", "postgresql:///d?host=/tmp&user=u", "postgresql://u@h/d"):
        with database(Settings.model_validate({"database_url": url})) as given:
            assert given == url


def test_a_database_that_does_not_answer_is_told_without_its_password() -> None:
    url = "postgresql://u:{}@127.0.0.1:1/d".format("s3cret")  # a traceback shows the lines of this test, too
    with pytest.raises(TransientError, match="does not answer") as failed, connect(url):
        pass
    assert "s3cret" not in "".join(traceback.format_exception(failed.value))

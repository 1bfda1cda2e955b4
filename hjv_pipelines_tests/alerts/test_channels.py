"""An alert reaches the log, a webhook that can believe it, and people by mail; whatever it says does no harm there."""

import logging
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
import trustme

from hjv_pipelines.alerts.channels import channels_of, heading
from hjv_pipelines.alerts.outbox import Message
from hjv_pipelines.failures import HjvError, PermanentError, TransientError
from hjv_pipelines.notifications.signature import verify
from hjv_pipelines.settings import Settings
from hjv_pipelines_tests.alerts.causes import START, at
from hjv_pipelines_tests.alerts.post_office import post_office
from hjv_pipelines_tests.wire import Reply, serving

MESSAGE = Message(
    7, "opened", "late_import", "hsa", "HSA:s import är sen.", "Look.", "http://ui.example/assets/a", START, at(1), 0
)
HOSTILE = replace(MESSAGE, subject="hsa\r\nBcc: all@example", says="late\n2026-03-11 WARNING forged\x1b[2J")


def settings(**chosen: object) -> Settings:
    return Settings.model_validate(chosen)


def by_mail(port: int, **chosen: object) -> Settings:
    return settings(
        smtp_host="localhost",
        smtp_port=port,
        alert_mail_from="hjv@region.example",
        alert_mail_to=("a@region.example", "b@region.example"),
        **chosen,
    )


def test_without_settings_there_is_the_log(caplog: pytest.LogCaptureFixture) -> None:
    channels = channels_of(settings())
    assert list(channels) == ["log"]
    with caplog.at_level(logging.INFO, "hjv_pipelines"):
        channels["log"](MESSAGE)
    assert "ALERT] late import: hsa | HSA:s import är sen. | Look. | http://ui.example/assets/a" in caplog.text


def test_a_log_line_cannot_be_forged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "hjv_pipelines"):
        channels_of(settings())["log"](HOSTILE)
    (record,) = caplog.records
    assert record.getMessage().isprintable()


def test_the_webhook_gets_it_signed() -> None:
    with serving(Reply(status=204)) as server:
        chosen = settings(alert_webhook_url=f"{server.url}/hook", alert_webhook_secret="between us")
        channels_of(chosen)["webhook"](MESSAGE)
    (request,) = server.requests
    verify("between us", request.headers["X-HJV-Signature"], request.body, datetime.now(UTC), timedelta(minutes=5))
    assert orjson.loads(request.body) == {
        "id": 7,
        "event": "opened",
        "kind": "late_import",
        "subject": "hsa",
        "says": "HSA:s import är sen.",
        "remedy": "Look.",
        "link": "http://ui.example/assets/a",
        "since": "2026-03-11T11:00:00+00:00",
        "at": "2026-03-11T11:01:00+00:00",
    }


@pytest.mark.parametrize("status", [302, 400, 500])
def test_a_webhook_that_does_not_take_it_is_tried_again_and_no_redirect_followed(status: int) -> None:
    with serving(Reply(status=status, headers={"Location": "http://elsewhere.example"})) as server:
        chosen = settings(alert_webhook_url=f"{server.url}/hook?key=secret", alert_webhook_secret="x")
        with pytest.raises(TransientError, match=str(status)) as refused:
            channels_of(chosen)["webhook"](MESSAGE)
    assert "secret" not in str(refused.value)
    assert len(server.requests) == 1


def test_an_unsigned_alert_is_not_sent() -> None:
    with pytest.raises(PermanentError, match="HJV_ALERT_WEBHOOK_SECRET"):
        channels_of(settings(alert_webhook_url="http://hook.example"))["webhook"](MESSAGE)


def test_mail_goes_encrypted_to_everybody_named(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with post_office(context) as office:
        channels_of(by_mail(office.port, ca_certificates=tmp_path / "ca.pem"))["mail"](MESSAGE)
    (letter,) = office.taken
    assert office.encrypted == [True]
    assert letter["To"] == "a@region.example, b@region.example"
    assert letter["Subject"] == heading(MESSAGE)
    body = letter.get_content()
    assert "HSA:s import är sen." in body
    assert "What to do: Look." in body
    assert "http://ui.example/assets/a" in body


def test_a_server_that_we_do_not_trust_gets_no_mail() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with post_office(context) as office, pytest.raises(TransientError, match="certificate"):
        channels_of(by_mail(office.port))["mail"](MESSAGE)
    assert office.taken == []


def test_a_server_without_starttls_gets_no_mail() -> None:
    with post_office() as office, pytest.raises(TransientError, match="STARTTLS"):
        channels_of(by_mail(office.port))["mail"](MESSAGE)
    assert office.taken == []


def test_a_header_cannot_be_smuggled_into_a_mail() -> None:
    with post_office() as office:
        channels_of(by_mail(office.port, smtp_starttls=False))["mail"](HOSTILE)
    (letter,) = office.taken
    assert letter["Bcc"] is None
    assert "Bcc: all@example" in letter["Subject"]


def test_a_server_that_refuses_is_told_of() -> None:
    with post_office() as office:
        office.refuses = "451 come back later"
        with pytest.raises(TransientError, match="come back later"):
            channels_of(by_mail(office.port, smtp_starttls=False))["mail"](MESSAGE)


def test_a_server_that_is_down_is_told_of() -> None:
    with pytest.raises(TransientError, match="does not take it"):
        channels_of(by_mail(1))["mail"](MESSAGE)


def test_recipients_without_a_server_are_told_of() -> None:
    with pytest.raises(HjvError, match="HJV_SMTP_HOST"):
        channels_of(settings(alert_mail_to=("a@region.example",)))["mail"](MESSAGE)

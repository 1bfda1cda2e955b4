"""The channels: the log always, a webhook and mail where the settings name them.

Here: how a message looks on each, and handing it over once. Not here: trying again (`outbox.py`).
"""

import logging
import smtplib
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import partial
from http import HTTPStatus

import orjson

from hjv_pipelines.alerts.outbox import Channel, Message
from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.notifications.signature import HEADER, signed
from hjv_pipelines.settings import Settings
from hjv_pipelines.timetable import STOCKHOLM
from hjv_pipelines.transport.addresses import address

SECONDS = 10
"""What one step of handing over may take: a sensor's tick has a minute for all of them."""

_logger = logging.getLogger(__name__)

_WORDS = {"opened": "ALERT", "changed": "CHANGED", "resolved": "RESOLVED"}


def channels_of(settings: Settings) -> dict[str, Channel]:
    """Return the channels of this installation, by name."""
    channels: dict[str, Channel] = {"log": log}
    if settings.alert_webhook_url is not None:
        channels["webhook"] = partial(post, settings)
    if settings.alert_mail_to:
        channels["mail"] = partial(mail, settings)
    return channels


def log(message: Message) -> None:
    """Say it in the log, on one line whatever is in it: a line of its own would be somebody else's word."""
    level = logging.INFO if message.event == "resolved" else logging.WARNING
    _logger.log(level, "%s", one_line(f"{heading(message)} | {message.says} | {message.remedy} | {message.link}"))


def post(settings: Settings, message: Message) -> None:
    """Post it to the webhook as JSON, signed like notifications are. Raises `HjvError` unless it is taken (2xx)."""
    import httpx  # what has no alert to post does without

    if settings.alert_webhook_url is None or settings.alert_webhook_secret is None:
        raise PermanentError(
            "Set HJV_ALERT_WEBHOOK_SECRET: alerts are signed, so that their receiver can believe them."
        )
    body = orjson.dumps(as_json(message))
    secret = settings.alert_webhook_secret.get_secret_value()
    headers = {"Content-Type": "application/json", HEADER: signed(secret, body, datetime.now(UTC))}
    what = f"The webhook at {address(settings.alert_webhook_url)}"
    try:
        with httpx.stream(
            "POST",
            settings.alert_webhook_url,
            content=body,
            headers=headers,
            timeout=SECONDS,
            follow_redirects=False,
            verify=_trust(settings),
        ) as answer:
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TransientError(f"{what} does not answer: {one_line(str(error))}") from error
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise TransientError(f"{what} answers {status}.")


def mail(settings: Settings, message: Message) -> None:
    """Mail it. Raises `HjvError` when the server does not take it, for any recipient."""
    if settings.smtp_host is None or settings.alert_mail_from is None:
        raise PermanentError("Set HJV_SMTP_HOST and HJV_ALERT_MAIL_FROM: HJV_ALERT_MAIL_TO alone sends no mail.")
    server = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS) as connection:
            if settings.smtp_starttls:
                connection.starttls(context=_trust(settings))
            if settings.smtp_user is not None and settings.smtp_password is not None:
                connection.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            refused = connection.send_message(letter(settings, message))
    except (smtplib.SMTPException, OSError) as error:
        raise TransientError(f"The mail server {server} does not take it: {one_line(str(error))}") from error
    if refused:
        raise TransientError(f"The mail server {server} refuses {', '.join(sorted(refused))}.")


def letter(settings: Settings, message: Message) -> EmailMessage:
    """Return the mail; every mail of an alert answers to the same thread."""
    if settings.alert_mail_from is None:
        raise PermanentError("Set HJV_ALERT_MAIL_FROM.")
    written = EmailMessage()
    written["Subject"] = one_line(heading(message))
    written["From"] = settings.alert_mail_from
    written["To"] = ", ".join(settings.alert_mail_to)
    written["Date"] = format_datetime(message.at)
    domain = settings.alert_mail_from.rpartition("@")[2] or "hjv"
    written["Message-ID"] = make_msgid(idstring=f"alert-{message.message_id}", domain=domain)
    written["Auto-Submitted"] = "auto-generated"
    since = f"{message.opened_at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
    over = f"\nOver since {message.at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}.\n" if message.event == "resolved" else ""
    what_to_do = "" if over else f"\nWhat to do: {message.remedy}\n"
    written.set_content(f"{message.says}\n{over}{what_to_do}\nSince: {since} (Swedish time)\nLook: {message.link}\n")
    return written


def heading(message: Message) -> str:
    """Return it in a few words: what happened to which kind of cause of what."""
    return f"[HJV {_WORDS[message.event]}] {message.kind.replace('_', ' ')}: {message.subject}"


def as_json(message: Message) -> dict[str, object]:
    """Return it as the webhook has it; `id` is the same when it is sent again."""
    return {
        "id": message.message_id,
        "event": message.event,
        "kind": message.kind,
        "subject": message.subject,
        "says": message.says,
        "remedy": message.remedy,
        "link": message.link,
        "since": message.opened_at,
        "at": message.at,
    }


def one_line(text: str) -> str:
    """Return `text` on one line, without control characters: errors hold what other systems wrote."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _trust(settings: Settings) -> ssl.SSLContext:
    """Return whom the channels trust: the system's authorities, and those of the settings where they can be read.

    Not our client certificate: that it is expired is one of the things to be told.
    """
    context = ssl.create_default_context()
    if settings.ca_certificates is not None:
        with suppress(OSError):  # ssl.SSLError is one
            context.load_verify_locations(settings.ca_certificates)
    return context

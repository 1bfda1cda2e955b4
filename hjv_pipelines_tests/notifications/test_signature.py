"""Only who knows the secret can say something, and only about now (trap 49)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.notifications.signature import SignatureError, signed, verify

NOW = datetime(2026, 11, 23, 10, 45, tzinfo=UTC)
WINDOW = timedelta(minutes=5)
BODY = b'{"id": "n1"}'


def test_the_signature_is_the_one_that_is_written_down() -> None:
    expected = "t=1795430700,v1=0c477f0b2c7b1e4943b20eac969efd8c833becac484ac4236a8703aa1705a3b9"
    assert signed("secret", BODY, NOW) == expected


@given(body=st.binary(), late=st.integers(-300, 300))
def test_what_is_signed_is_believed_within_the_window(body: bytes, late: int) -> None:
    verify("secret", signed("secret", body, NOW), body, NOW + timedelta(seconds=late), WINDOW)


def test_one_good_signature_among_several_is_enough_while_a_secret_is_changed() -> None:
    old, new = signed("old", BODY, NOW), signed("new", BODY, NOW).partition(",")[2]
    for secret in ("old", "new"):
        verify(secret, f"{old},{new}", BODY, NOW, WINDOW)


@pytest.mark.parametrize("late", [-301, 301])
def test_an_old_message_and_one_of_the_future_are_refused(late: int) -> None:
    with pytest.raises(SignatureError, match="more than 300 seconds"):
        verify("secret", signed("secret", BODY, NOW), BODY, NOW + timedelta(seconds=late), WINDOW)


def test_another_body_another_secret_and_another_time_are_refused() -> None:
    header = signed("secret", BODY, NOW)
    later = header.replace("t=1795430700", "t=1795430701")
    for secret, told, body in (("secret", header, BODY + b" "), ("other", header, BODY), ("secret", later, BODY)):
        with pytest.raises(SignatureError, match="not that of this body"):
            verify(secret, told, body, NOW, WINDOW)


DIGEST = signed("secret", BODY, NOW).partition(",")[2]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "t=1795430700",
        DIGEST,
        f"t=,{DIGEST}",
        f"t=x,{DIGEST}",
        f"t=-1795430700,{DIGEST}",
        f"t=١٧,{DIGEST}",
        f"t=1795430700,t=1795430700,{DIGEST}",
        f"t={'9' * 5000},{DIGEST}",
        "t=1795430700,v0=00",
        "t=1795430700" + ",v1=00" * 9,
        "t=1795430700,v1=é",
    ],
)
def test_whatever_else_stands_in_the_header_is_refused_in_words(header: str | None) -> None:
    with pytest.raises(SignatureError):
        verify("secret", header, BODY, NOW, WINDOW)

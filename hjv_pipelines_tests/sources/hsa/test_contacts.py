"""Every way to reach a unit has one form; what is none is told and left out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjv_pipelines.sources.hsa.contacts import mail_address, telephone_number, text_telephone, web_address


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("08123456", "+468123456"),
        ("+46 31 3450700", "+46313450700"),
        ("+46 (0)31-345 07 00", "+46313450700"),
        ("0046 31 345 07 00", "+46313450700"),
        ("031/345.07.00", "+46313450700"),
        ("+45 33 12 34 56", "+4533123456"),
        ("1177", "1177"),
        ("116 117", "116117"),
        ("3450700", "3450700"),
    ],
)
def test_a_number_is_international_where_its_country_is_told(raw: str, number: str) -> None:
    assert telephone_number(raw).value == number


@pytest.mark.parametrize(
    "raw", ["Se webbplatsen", "ej telefon", "08-123 456, 08-123 457", "12", "+", "0812345678901234"]
)
def test_what_is_no_number_is_told(raw: str) -> None:
    assert telephone_number(raw).broken == ("telephone_syntax",)


@pytest.mark.parametrize("raw", ["mottagningen@sip.nu", "sip:mottagningen@sip.nu", "SIPS:mottagningen@sip.nu"])
def test_a_text_telephone_has_a_sip_address(raw: str) -> None:
    assert text_telephone(raw).value == "mottagningen@sip.nu"


def test_a_text_telephone_may_still_have_a_number() -> None:
    assert text_telephone("020-12 34 56").value == "+4620123456"
    assert text_telephone("fråga oss").broken == ("telephone_syntax",)


@pytest.mark.parametrize("raw", ["info@vard.se", "mailto:info@vard.se"])
def test_a_mail_address_is_one_address(raw: str) -> None:
    assert mail_address(raw).value == "info@vard.se"


@pytest.mark.parametrize("raw", ["info snabel-a vard.se", "info@", "a@b", "a@vard.se, b@vard.se", f"{'a' * 250}@b.se"])
def test_what_is_no_mail_address_is_told(raw: str) -> None:
    assert mail_address(raw).broken == ("mail_syntax",)


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("https://www.vard.se/björken?a=1", "https://www.vard.se/björken?a=1"),
        ("http://vard.se", "http://vard.se"),
        ("www.vard.se/sida", "https://www.vard.se/sida"),
    ],
)
def test_a_web_address_has_a_scheme(raw: str, address: str) -> None:
    assert web_address(raw).value == address


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "Se vår webbplats",
            "htp//vard.se",
            "javascript:alert(1)",
            "ftp://vard.se",
            "https://",
            "https://localhost",
        ),
        *(
            "https://bank.se@ond.se",
            "http://[::1",
            "https://vard.se:99999",
            'https://vard.se/"><script>',
            "vard.se",
        ),
    ],
)
def test_what_no_browser_should_follow_is_told(raw: str) -> None:
    assert web_address(raw).broken == ("uri_syntax",)


@given(st.text() | st.text("+0123456789 -()@.:/wsiphtw[]", max_size=40))
def test_whatever_comes_in_a_value_has_its_form_or_there_is_none(raw: str) -> None:
    number = telephone_number(raw).value
    assert number is None or re.fullmatch(r"\+?[0-9]{3,16}", number)
    assert text_telephone(raw).value != ""
    mail = mail_address(raw).value
    assert mail is None or mail.count("@") == 1
    address = web_address(raw).value
    assert address is None or re.match(r"https?://[^\s<>\"]+\Z", address, re.IGNORECASE)

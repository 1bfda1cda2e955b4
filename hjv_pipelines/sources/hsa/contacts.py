"""Ways to reach a unit: telephone numbers, SIP addresses, mail and web addresses.

Here: one form for each. Not here: how they are shown to people (`cards/`).
"""

import re
from urllib.parse import urlsplit

from hjv_pipelines.sources.reading import Reading, broken

_SEPARATORS = re.compile(r"\(0\)|[\s()/.\-\u2010-\u2013]")
_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_LONGEST_SHORT_NUMBER = 6
"""Numbers such as 112, 1177 and 116 117 have no area code, and mean nothing from abroad."""

_MAIL = re.compile(r"[^@\s<>\"(),;:\\]+@[^@\s<>\"(),;:\\.]+(?:\.[^@\s<>\"(),;:\\.]+)+")
_MAX_MAIL_LENGTH = 254
_SIP = re.compile(r"(?:sips?:)?([^@\s<>\"]+@[^@\s<>\".]+(?:\.[^@\s<>\".]+)+)", re.IGNORECASE)
_FORBIDDEN_IN_URI = re.compile(r"[\s<>\"\\^`{|}]")


def telephone_number(raw: str) -> Reading[str]:
    """Return the number in international form (`+4631…`), or its digits where no country is told."""
    number = _SEPARATORS.sub("", raw)
    if not _NUMBER.fullmatch(number):
        return broken("telephone_syntax")
    if len(number) <= _LONGEST_SHORT_NUMBER:
        return Reading(number)
    if number.startswith("00"):
        number = "+" + number[2:]
    elif number.startswith("0"):
        number = "+46" + number[1:]
    return Reading("+46" + number[4:] if number.startswith("+460") else number)


def text_telephone(raw: str) -> Reading[str]:
    """Return a text telephone's SIP address (since 2024, such as `x@sip.nu`) or number."""
    sip = _SIP.fullmatch(raw)
    return Reading(sip[1]) if sip else telephone_number(raw)


def mail_address(raw: str) -> Reading[str]:
    """Return the one mail address that `raw` is."""
    address = raw.removeprefix("mailto:")
    return Reading(address) if _MAIL.fullmatch(address) and len(address) <= _MAX_MAIL_LENGTH else broken("mail_syntax")


def web_address(raw: str) -> Reading[str]:
    """Return an address with http or https; a bare `www.` host gets https."""
    address = f"https://{raw}" if raw.lower().startswith("www.") else raw
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return broken("uri_syntax")
    # A user's name before the host is how a false address is made to look like a true one.
    if parts.scheme not in {"http", "https"} or not host or "." not in host or parts.username is not None:
        return broken("uri_syntax")
    return broken("uri_syntax") if _FORBIDDEN_IN_URI.search(address) else Reading(address)

"""Telephone numbers as Swedes write them.

Here: from a number in international form to what is shown and what a link calls. Not here: reading what HSA's
editors wrote (`sources/hsa/contacts.py`).
"""

from hjv_pipelines.cards.parts import CallAddress, Telephone

_SWEDEN = "+46"

# The numbering plan's prefixes, without their leading 0, that are not of the usual three digits (PTS).
_ONE_DIGIT_AREAS = ("8",)
# fmt: off
_TWO_DIGIT_AREAS = (
    "10", "11", "13", "16", "18", "19", "20", "21", "23", "26", "31", "33", "35", "36",
    "40", "42", "44", "46", "54", "60", "63", "70", "72", "73", "74", "76", "79", "90",
)
# fmt: on

# How a subscriber's number is set in groups, by its number of digits (Svenska skrivregler).
_GROUPS = {4: (2, 2), 5: (3, 2), 6: (2, 2, 2), 7: (3, 2, 2), 8: (3, 3, 2)}


def telephone(number: str) -> Telephone:
    """Return a number: `+468…` in international form, or the digits of a short number such as 1177."""
    return Telephone(e164=number if number.startswith("+") else None, display=_displayed(number))


def call_address(value: str) -> CallAddress:
    """Return where a text or video telephone is reached: a number, a SIP address, or the value as it is."""
    if "@" in value:
        return CallAddress(uri=f"sip:{value.removeprefix('sip:')}", display=value)
    if value.removeprefix("+").isdecimal():
        return CallAddress(uri=f"tel:{value}", display=_displayed(value))
    return CallAddress(display=value)


def _displayed(number: str) -> str:
    """Return `08-123 45 67` for a Swedish number; any other as it is."""
    if not number.startswith(_SWEDEN):
        return number
    national = number.removeprefix(_SWEDEN)
    area = national[: _area_length(national)]
    return f"0{area}-{_grouped(national.removeprefix(area))}"


def _area_length(national: str) -> int:
    if national.startswith(_ONE_DIGIT_AREAS):
        return 1
    return 2 if national.startswith(_TWO_DIGIT_AREAS) else 3


def _grouped(digits: str) -> str:
    groups, start = [], 0
    for length in _GROUPS.get(len(digits), (len(digits),)):
        groups.append(digits[start : start + length])
        start += length
    return " ".join(groups)

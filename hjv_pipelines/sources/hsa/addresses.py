"""HSA's addresses: the old lines and the new structured forms, which live side by side.

Here: reading each form. Not here: choosing between them (`cards/`).
"""

import re
from collections.abc import Iterable

from hjv_pipelines.sources.hsa.record import StructuredAddress
from hjv_pipelines.sources.reading import Reading, broken

_SWEDISH_POST_CODE = re.compile("(?:SE?-?)?([0-9]{5})", re.IGNORECASE)
_ESCAPED_SEPARATOR = r"\24"


def address_lines(raw: str) -> Reading[tuple[str, ...]]:
    r"""Return the lines of an old postal address: `$` between, and `\24` for a `$` inside one (RFC 4517)."""
    lines = (line.strip().replace(_ESCAPED_SEPARATOR, "$") for line in raw.split("$"))
    return Reading(tuple(line for line in lines if line))


def one_value(lines: Iterable[str]) -> str:
    """Return the value that `address_lines` reads as `lines`."""
    return "$".join(line.replace("$", _ESCAPED_SEPARATOR) for line in lines)


def visiting_address(raw: str) -> Reading[StructuredAddress]:
    """Return the address of `street$premisesNumber$premisesLetter$town`; only the street is mandatory."""
    match [part.strip() or None for part in raw.split("$")]:
        case [None, None, None, None]:
            return Reading(None)
        case [str() as street, number, letter, town]:
            return Reading(StructuredAddress(street=street, premises_number=number, premises_letter=letter, town=town))
        case _:
            return broken("address_syntax")


def postal_address(parts: StructuredAddress) -> Reading[StructuredAddress]:
    """Return the structured postal address; `address_syntax` without addressee, postcode or town."""
    return Reading(parts) if parts.addressee and parts.post_code and parts.town else broken("address_syntax")


def post_code(raw: str) -> Reading[str]:
    """Return a Swedish postcode as its five digits, any other as it stands."""
    swedish = _SWEDISH_POST_CODE.fullmatch("".join(raw.split()))
    return Reading(swedish[1] if swedish else raw)

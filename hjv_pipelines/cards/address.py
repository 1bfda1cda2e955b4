"""Addresses: one to show of the two forms that HSA keeps side by side.

Here: choosing the structured form where there is one, and its lines. Not here: reading either
(`sources/hsa/`).
"""

from hjv_pipelines.cards.parts import Address
from hjv_pipelines.sources.hsa.record import HsaUnit, StructuredAddress

_SWEDISH_POST_CODE_LENGTH = 5


def visiting_address(unit: HsaUnit) -> Address | None:
    """Return the visiting address; it has no postcode, whatever the form says."""
    if (structured := unit.visiting_address) is not None:
        street = _street(structured)
        return Address(lines=_filled(street, structured.town), street=street, town=structured.town)
    return Address(lines=(unit.street,), street=unit.street) if unit.street else None


def postal_address(unit: HsaUnit) -> Address | None:
    """Return the postal address."""
    if (structured := unit.postal_address) is not None:
        street, post_code = _street(structured), _post_code(structured.post_code)
        place = " ".join(_filled(post_code, structured.town)) or None
        return Address(
            lines=_filled(*structured.addressee, street, place),
            street=street,
            post_code=post_code,
            town=structured.town,
        )
    if not unit.postal_address_lines:
        return None
    return Address(lines=unit.postal_address_lines, post_code=_post_code(unit.postal_code))


def _street(address: StructuredAddress) -> str | None:
    """Return `Storgatan 12 B`: street, number and letter."""
    return " ".join(_filled(address.street, address.premises_number, address.premises_letter)) or None


def _post_code(code: str | None) -> str | None:
    """Return `123 45` for a Swedish postcode, any other as it stands."""
    if code is not None and len(code) == _SWEDISH_POST_CODE_LENGTH and code.isdecimal():
        return f"{code[:3]} {code[3:]}"
    return code


def _filled(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)

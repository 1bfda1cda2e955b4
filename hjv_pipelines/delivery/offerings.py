"""What a page says of an offering in Swedish: whom it is for, and what it asks of them.

Here: sentences made of values. Not here: the offering (`cards/offerings.py`), the markup
(`templates/card_offerings.html`).
"""

from decimal import Decimal

from hjv_pipelines.cards.offerings import Offering, OfferingFee, OfferingGroup
from hjv_pipelines.cards.parts import CallAddress
from hjv_pipelines.cards.swedish import ages, long_date
from hjv_pipelines.cards.telephone import call_address

_GENDERS = {"man": "män", "woman": "kvinnor"}


def conditions(offering: Offering) -> tuple[str, ...]:
    """Return whom an offering is for, what it asks of them and what it costs, condition by condition."""
    told = (
        *(_group(group) for group in offering.groups),
        "Kräver remiss" if offering.referral_required else None,
        "Ingår i vårdval" if offering.free_choice else None,
        f"Patientavgift {_amount(offering.fee)}" if offering.fee else None,
        f"Erbjuds till och med {long_date(offering.valid_to)}" if offering.valid_to else None,
    )
    return tuple(text for text in told if text)


def reached(value: str) -> CallAddress:
    """Return a contact's number as a link; another address as it is, for one does not call it."""
    return call_address(value) if value.removeprefix("+").isdecimal() else CallAddress(display=value)


def _group(group: OfferingGroup) -> str | None:
    has_ages = group.age_min is not None or group.age_max is not None
    for_ages = ages(group.age_min or 0, group.age_max) if has_ages else None
    for_gender = f"För {_GENDERS[group.gender]}" if group.gender else None
    return ", ".join(text for text in (for_gender, for_ages) if text) or None


def _amount(fee: OfferingFee) -> str:
    """Return `275 kr`, or `99,50 kr`; another currency is told by its code."""
    amount = Decimal(fee.amount)
    number = f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}".replace(".", ",")
    return f"{number}\N{NO-BREAK SPACE}{'kr' if fee.currency == 'SEK' else fee.currency}"

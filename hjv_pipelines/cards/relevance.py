"""Which e-services come first: the editor's order, and without it their relevance to those who look for care.

Here: the two orders. Not here: which e-services a card has (`eservices.py`).

The relevance is the regions' editorial one: contact, book, rebook or cancel, advice, self-referral, renew, order.
No source has a field for it, so it is read from the name; a name that says none of these comes last.
"""

import re
from collections.abc import Callable, Sequence

from hjv_pipelines.cards.parts import EService
from hjv_pipelines.cards.swedish import alphabetical
from hjv_pipelines.sources.kka.record import EServiceKey

CONTACT, BOOK, REBOOK, ADVICE, SELF_REFERRAL, RENEW, ORDER, OTHER = range(8)

# The first that fits counts: "Beställ tid" orders no thing, "Avboka tid" books none.
_RELEVANCE = (
    (REBOOK, re.compile(r"^(?:av|om)(?:bok|-)")),
    (SELF_REFERRAL, re.compile(r"egen ?(?:vårdbegäran|remiss|anmälan)|självremiss")),
    (RENEW, re.compile(r"förny")),
    (BOOK, re.compile(r"\bboka|tidbok|(?:beställ|begär).*\btid\b")),
    (ORDER, re.compile(r"beställ|klamydia|journalkopi")),
    (ADVICE, re.compile(r"rådgivning|\bråd\b|\bfråg")),
    (CONTACT, re.compile(r"kontakt")),
)

_Place = tuple[int, int, tuple[str, str], str, str, str]


def relevance(name: str) -> tuple[int, tuple[str, str]]:
    """Return a key that puts e-services in the order of their relevance, then in that of the alphabet."""
    lower = name.casefold()
    return next((place for place, pattern in _RELEVANCE if pattern.search(lower)), OTHER), alphabetical(name)


def place_in(order: Sequence[EServiceKey]) -> Callable[[EService], _Place]:
    """Return a key that puts e-services in the editor's `order`, and those that it does not name after, by relevance.

    A key of `order` that names no e-service of the card has no effect: the service may come back.
    """
    places = {key: place for place, key in reversed(list(enumerate(order)))}

    def place(service: EService) -> _Place:
        lender = service.lender.hsa_id if service.lender else None
        named = EServiceKey(origin=service.origin, id=service.id, lender=lender)
        return (
            places.get(named, len(order)),
            *relevance(service.name),
            service.id,
            service.origin,
            lender or "",
        )

    return place

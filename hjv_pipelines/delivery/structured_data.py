"""The card in the words of schema.org (JSON-LD), for the machines that read pages.

Here: which of the card's fields have such a word. Not here: the card itself as JSON, which says more (`cards.py`), and
how the words come to stand in a page (`templates/card.html`).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.parts import Address, OpeningSpan
from hjv_pipelines.cards.swedish_time import END_OF_DAY

_SCHEMA = "https://schema.org"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def structured_data(card: ContactCard, address: str) -> dict[str, Any]:
    """Return the card as a MedicalClinic; `address` is the page's own. What is not known is left out."""
    contact, position, county = card.contact, card.find.position, card.find.county
    opening = card.hours.opening
    known = {
        "@context": _SCHEMA,
        "@type": "MedicalClinic",
        "@id": address,
        "url": address,
        "identifier": {"@type": "PropertyValue", "propertyID": "HSA-id", "value": card.hsa_id},
        "name": card.header.name,
        "alternateName": list(card.header.alternate_names),
        "description": card.about.description,
        "address": _postal_address(contact.visiting_address, contact.postal_address, county.name if county else None),
        "telephone": next((telephone.e164 or telephone.display for telephone in contact.telephones), None),
        "faxNumber": next((fax.e164 or fax.display for fax in contact.fax), None),
        "email": contact.mail,
        "sameAs": contact.web,
        "geo": position and {"@type": "GeoCoordinates", "latitude": position.latitude, "longitude": position.longitude},
        "openingHoursSpecification": list(_hours(opening.spans)) if opening else None,
    }
    return {name: value for name, value in known.items() if value}


def _postal_address(visiting: Address | None, postal: Address | None, county: str | None) -> dict[str, Any] | None:
    """Return where to go; the postcode, which HSA knows of the postal address alone, is left out."""
    shown = visiting or postal
    if shown is None:
        return None
    known = {
        "@type": "PostalAddress",
        "streetAddress": shown.street or ", ".join(shown.lines),
        "postalCode": shown.post_code,
        "addressLocality": shown.town,
        "addressRegion": county,
        "addressCountry": "SE",
    }
    return {name: value for name, value in known.items() if value}


def _hours(spans: Iterable[OpeningSpan]) -> Iterator[dict[str, Any]]:
    """Yield the hours of the week, and those of dates, which hold in their stead."""
    for span in spans:
        dates = {"validFrom": span.valid_from, "validThrough": span.valid_to}
        yield {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [f"{_SCHEMA}/{day}" for day in _DAYS[span.from_day - 1 : span.to_day]],
            "opens": span.opens,
            "closes": _closing(span),
            **{name: day.isoformat() for name, day in dates.items() if day},
        }


def _closing(span: OpeningSpan) -> str:
    """Return when it closes: midnight is 00:00 there, of the next day, but 23:59 for the whole of a day."""
    if span.closes != END_OF_DAY:
        return span.closes
    return "23:59" if span.opens == "00:00" else "00:00"

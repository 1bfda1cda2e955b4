"""Which element of HSA becomes which field of the record, and what reads it.

Here: the tables of the elements that hold one plain text. Not here: the syntaxes (`texts.py`, `hours.py`,
`coordinates.py`, …), and the rules that span several elements (`unit.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from hjv_pipelines.sources.hsa import addresses, contacts, coordinates, dates, values
from hjv_pipelines.sources.reading import Reading
from hjv_pipelines.sources.texts import one_line, text

Value = TypeVar("Value")
Read = Callable[[str], Reading[Value]]


def in_one_order(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return values that the directory keeps in no order in an order of their own."""
    several = tuple(values)
    return several if len(several) <= 1 else tuple(sorted(several, key=_written_out))


_written_out = lru_cache(maxsize=10_000)(str)
"""A value as the text by which it is put in order; the same hours come again and again, and write out slowly."""


def clean(read: Read[Value], *, first: Read[str] = one_line) -> Read[Value]:
    """Return `read` for a raw text that is made clean `first`."""

    def reading(raw: str) -> Reading[Value]:
        cleaned, noted = first(raw)
        if cleaned is None:
            return Reading(None, noted)
        value, broken = read(cleaned)
        return Reading(value, noted + broken)

    return reading


def often(read: Read[Value]) -> Read[Value]:
    """Return `read` for texts of which the nation has a few that come again and again: each is read once."""
    return lru_cache(maxsize=10_000)(read)


SINGLE: Mapping[str, tuple[str, Read[object]]] = MappingProxyType(
    {
        "publicName": ("public_name", one_line),
        "DN": ("dn", one_line),
        "orgNo": ("organisation_number", one_line),
        "unitStartDate": ("start_date", clean(dates.moment)),
        "unitEndDate": ("end_date", clean(dates.moment)),
        "feignedUnit": ("feigned", values.flag),
        "geographicalCoordinatesRt90": ("rt90", clean(coordinates.rt90)),
        "street": ("street", one_line),
        "structuredVisitingAddress": ("visiting_address", clean(addresses.visiting_address)),
        "postalAddress": ("postal_address_lines", clean(addresses.address_lines)),
        "postalCode": ("postal_code", clean(addresses.post_code)),
        "location": ("location", one_line),
        "route": ("route", text),
        "indoorRouteDescription": ("indoor_route", text),
        "switchboardNumber": ("switchboard_number", clean(contacts.telephone_number)),
        "videoPhone": ("video_phone", one_line),
        "mail": ("mail", clean(contacts.mail_address)),
        "labeledUri": ("web_page", clean(contacts.web_address)),
        "unitTemporaryInformation": ("notice", clean(values.notice, first=text)),
        "description": ("description", text),
        "unitExtraInformation": ("extra_information", text),
        "patientInformation": ("patient_information", text),
        "visitingRules": ("visiting_rules", text),
        "referralRules": ("referral_rules", text),
        "jpegPhoto": ("photo", values.jpeg),
        "alternateText": ("photo_text", one_line),
        "jpegLogotype": ("logotype", values.jpeg),
        "alternateTextLogotype": ("logotype_text", one_line),
    }
)
"""Element → field and reader, where one value counts."""

SEVERAL: Mapping[str, tuple[str, Read[object]]] = MappingProxyType(
    {
        "alternateName": ("alternate_names", one_line),
        "telephoneNumber": ("telephone_numbers", clean(contacts.telephone_number)),
        "textTelephoneNumber": ("text_telephone_numbers", clean(contacts.text_telephone)),
        "facsimileTelephoneNumber": ("fax_numbers", clean(contacts.telephone_number)),
    }
)
"""Element → field and reader, where every value counts."""

SETS: Mapping[str, tuple[str, Read[object]]] = MappingProxyType(
    {
        "destinationIndicator": ("destination_indicators", often(clean(values.code_of("destination_indicator")))),
        "businessType": ("business_types", often(clean(values.code_of("business_type")))),
        "careType": ("care_types", often(clean(values.code_of("care_type")))),
        "management": ("managements", often(clean(values.code_of("management")))),
        "visitingRuleAge": ("age_rules", often(clean(values.age_rule))),
        "relatedUnitHsaId": ("related_units", values.hsa_id),
    }
)
"""As `SEVERAL`, where the order means nothing (`in_one_order`)."""

HOURS: Mapping[str, str] = MappingProxyType(
    {
        "surgeryHour": "surgery_hours",
        "telephoneHour": "telephone_hours",
        "dropInHour": "drop_in_hours",
        "visitingHour": "visiting_hours",
    }
)
"""Element → field of weekly time spans."""

"""The finding rules of HSA, as data: what each means, and what to do about it in HSA.

Here: the rules, the Swedish labels of HSA's fields, and the finding that a broken rule makes. Not here:
judging values (the readers beside this module) and the rules of visibility (`cards/`).
"""

from dataclasses import dataclass
from types import MappingProxyType

from hjv_pipelines.sources.source import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that HSA's values are held to: what breaking it `means`, and the `remedy`."""

    means: str
    remedy: str


RULES: MappingProxyType[str, Rule] = MappingProxyType(
    {
        "hsa_id_spelling": Rule(
            "The HSA-id is written with lower case letters or blanks; it was read without them.",
            "Write the id in upper case and without blanks.",
        ),
        "hsa_id_format": Rule(
            "This is no HSA-id. A unit with such an id is refused, a reference to one is left out.",
            "Write SE, the ten digits of the organisation number, a hyphen, then A-Z and 0-9.",
        ),
        "hsa_id_unexpected": Rule(
            "HSA gave another unit than the one asked for, or one unit two ids; the record is refused.",
            "Report both ids to HSA's support: the directory contradicts itself.",
        ),
        "duplicate_hsa_id": Rule(
            "Two differing records of one answer have the same HSA-id; both are refused.",
            "Keep one object with this id, and give the other an id of its own.",
        ),
        "name_missing": Rule("The unit has no name; it is refused.", "Give the unit a name."),
        "time_span_syntax": Rule(
            "The hours cannot be read; they are left out.",
            "Write fromDay-toDay#HH:MM#HH:MM with days 1 to 7, then comment, from date and to date if any.",
        ),
        "time_span_order": Rule(
            "The hours end before they begin, or are empty; they are left out.",
            "Begin before you end; split a span that passes midnight or the turn of the week in two.",
        ),
        "date_impossible": Rule(
            "The date is none of the calendar's; what it limits is left out.",
            "Write a date that exists.",
        ),
        "notice_syntax": Rule(
            "The temporary information cannot be read, or ends before it begins; it is not shown.",
            "Write fromDate;toDate;text with dates YYYYMMDD or empty.",
        ),
        "age_rule_syntax": Rule(
            "The ages cannot be read; the rule is left out.",
            "Write from;to or from;to;comment, in years, with 00 for newborn and 99 for no upper limit.",
        ),
        "coordinates_syntax": Rule(
            "The coordinates cannot be read; they are left out.",
            "Write X: 6581164, Y: 1630250, in whole metres.",
        ),
        "coordinates_swapped": Rule(
            "X and Y have changed places; the coordinates are left out.",
            "Let X be the northing (six or seven million) and Y the easting (one to two million).",
        ),
        "coordinates_wgs84": Rule(
            "The field of RT90 holds degrees, as of WGS84; the coordinates are left out.",
            "Convert the position to RT90 2.5 gon V, or write it in the SWEREF 99 fields instead.",
        ),
        "coordinates_range": Rule(
            "The numbers lie far outside RT90's area; the coordinates are left out.",
            "Look the position up again, in RT90 2.5 gon V.",
        ),
        "sweref99_syntax": Rule(
            "Latitude and longitude are not two numbers in degrees; they are left out.",
            "Write both, in decimal degrees such as 56.1890 and 15.6210.",
        ),
        "address_syntax": Rule(
            "The address does not have its parts; it is left out.",
            "Fill in the address again, part by part; a postal address has addressee, postcode and town.",
        ),
        "telephone_syntax": Rule("This is no telephone number; it is left out.", "Write one number, of digits only."),
        "unknown_code": Rule(
            "No code list here knows the code; it is kept.",
            "Choose a code of the current list. If it is in there, tell the operator that ours is old.",
        ),
        "county_mismatch": Rule(
            "County code and county name do not belong together, or name no county; both are left out.",
            "Choose the county again, so that code and name agree.",
        ),
        "municipality_mismatch": Rule(
            "Municipality code, name and county do not belong together; the municipality is left out.",
            "Choose the municipality again, so that code, name and county agree.",
        ),
        "incomplete_pair": Rule(
            "Of two values that belong together, code and name, one is missing; the other is left out too.",
            "Choose the value again, so that both are set.",
        ),
        "mojibake": Rule(
            "Letters are spoilt by a wrong encoding (such as Ã¥ for å); the text is kept as it is.",
            "Write the text again.",
        ),
        "control_characters": Rule(
            "Invisible characters stood in the text; they were taken out.",
            "Write the text again rather than pasting it from another program.",
        ),
        "mail_syntax": Rule("This is no mail address; it is left out.", "Write one address, such as name@region.se."),
        "uri_syntax": Rule(
            "This is no address of a web page; it is left out.",
            "Write the whole address, beginning with https://.",
        ),
        "image_syntax": Rule(
            "The image is no JPEG, or larger than 200 kB; it is left out.", "Upload a JPEG of at most 200 kB."
        ),
    }
)

LABELS = MappingProxyType(
    {
        "unitHsaId": "HSA-id",
        "unitName": "Enhetsnamn",
        "countyCode": "Länskod",
        "countyName": "Länsnamn",
        "municipalityCode": "Kommunkod",
        "municipalityName": "Kommunnamn",
        "destinationIndicator": "Visas för",
        "businessType": "Enhetstyp",
        "careType": "Vård- och omsorgsform",
        "management": "Ägarform",
        "businessClassification": "Verksamhetskod",
        "businessClassificationCode": "Verksamhetskod",
        "unitStartDate": "Startdatum",
        "unitEndDate": "Slutdatum",
        "geographicalCoordinatesRt90": "Geografiska koordinater RT90",
        "geographicalCoordinatesSWEREF99Latitude": "Geografiska koordinater SWEREF 99, latitud",
        "geographicalCoordinatesSWEREF99Longitude": "Geografiska koordinater SWEREF 99, longitud",
        "street": "Besöksadress",
        "structuredVisitingAddress": "Besöksadress",
        "postalAddress": "Postadress",
        "structuredPostalAddress": "Postadress",
        "route": "Yttre vägbeskrivning",
        "indoorRouteDescription": "Inre vägbeskrivning",
        "telephoneNumber": "Telefon",
        "switchboardNumber": "Växel",
        "textTelephoneNumber": "Texttelefon",
        "videoPhone": "Bildtelefon",
        "facsimileTelephoneNumber": "Fax",
        "mail": "E-post",
        "labeledUri": "Webbadress",
        "surgeryHour": "Öppettider",
        "telephoneHour": "Telefontider",
        "dropInHour": "Drop-in",
        "visitingHour": "Besökstider",
        "unitTemporaryInformation": "Tillfällig information",
        "description": "Beskrivning",
        "unitExtraInformation": "Mer om oss",
        "patientInformation": "Information till patient/anhörig",
        "visitingRuleAge": "Åldersregler",
        "visitingRules": "Besöksregler",
        "referralRules": "Remisskrav",
        "relatedUnitHsaId": "Relaterade enheter",
        "jpegPhoto": "Bild",
        "jpegLogotype": "Logotyp",
    }
)
"""HSA's field names in Swedish, where they are known, by the name of the element."""


def finding(rule: str, field: str, value: str) -> Finding:
    """Return the finding that `value` of `field` broke `rule`, with who mends it, where and how."""
    label = LABELS.get(field, field)
    mend = f"The region's HSA administrator, in HSA Admin: {label}. {RULES[rule].remedy}"
    return Finding(field=field, rule=rule, value=value, mend=mend)

"""The rules of a care service's values, and what to do about what breaks one.

Here: the rules' names and meaning, and the finding. Not here: the reading that finds them (`values.py`, `answer.py`).
"""

from types import MappingProxyType
from typing import Literal

from hjv_pipelines.sources.source import Finding

RuleName = Literal[
    "offering_unit",
    "offering_unasked",
    "offering_status",
    "offering_name",
    "offering_code",
    "offering_validity",
    "offering_boolean",
    "offering_description",
    "offering_ages",
    "offering_gender",
    "offering_fee",
    "offering_position",
    "offering_url",
    "offering_duplicate",
]

MENDS: MappingProxyType[RuleName, str] = MappingProxyType(
    {
        "offering_unit": "it is refused, since its performing organisation has no usable HSA-id; give it one",
        "offering_unasked": "the answer names a unit that was not asked about; tell the service's owner",
        "offering_status": "it is left out, its status being none of ACTIVE, INACTIVE and DEPRECATED; correct it",
        "offering_name": "no card shows it, for want of a name; give its type a displayName",
        "offering_code": "its type is of a code or a code system that is not known here; correct it, or add it here",
        "offering_validity": "the date is left out; give a day of the calendar as YYYYMMDD, the first one first",
        "offering_boolean": "say true or false",
        "offering_description": "give its description in Swedish too, for residents",
        "offering_ages": "its ages are left out; give whole years from 0 to 150, the lowest first",
        "offering_gender": "its gender is neither 1 (man) nor 2 (woman); correct it",
        "offering_fee": "its fee is left out; give an amount of zero or more, and a currency",
        "offering_position": "its coordinates are left out; give SWEREF 99 TM in metres, north and east, in Sweden",
        "offering_url": "its virtual place is left out, being no http or https address; correct it",
        "offering_duplicate": "it is left out, since another has the same careServiceId; give each its own",
    }
)
"""What breaking a rule means, and what to do."""


def finding(field: str, rule: RuleName, value: str, service: str) -> Finding:
    """Return the finding that `value` of `field` breaks `rule`; `service` says which care service it is of."""
    return Finding(field=field, rule=rule, value=value, mend=f"Utbud, {service}: {MENDS[rule]}.")

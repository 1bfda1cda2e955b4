"""HSA's other values: ids, codes, notices, ages, flags, images.

Here: readers of single values that have no module of their own. Not here: hours, dates, coordinates,
addresses, contacts and texts (the modules of those names).
"""

import binascii
import re
from collections.abc import Callable

from hjv_pipelines import codes
from hjv_pipelines.hsa_id import spelled_in
from hjv_pipelines.sources.hsa.dates import calendar_date
from hjv_pipelines.sources.hsa.record import AgeRule, Notice
from hjv_pipelines.sources.reading import Reading, broken
from hjv_pipelines.sources.texts import one_line

MAX_IMAGE_BYTES = 200 * 1024
"""The largest image that is passed on; HSA's own limit."""

_AGES = re.compile("([0-9]{1,2}) *; *([0-9]{1,2}) *(?:;(.*))?", re.DOTALL)
_NO_UPPER_LIMIT = 99
_EMPTY_OR_DATE_SHAPED = re.compile("|[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_JPEG = b"\xff\xd8\xff"


def hsa_id(raw: str) -> Reading[str]:
    """Return the id in upper case without blanks, the one form in which ids are compared.

    Rules: `hsa_id_spelling` (the id is kept), `hsa_id_format`.
    """
    found = spelled_in(one_line(raw).value or "")
    if found is None:
        return broken("hsa_id_format")
    return Reading(found) if found == raw else Reading(found).noting("hsa_id_spelling")


def code_of(code_list: str) -> Callable[[str], Reading[str]]:
    """Return the reader of a code of that list: `unknown_code` where the list has it not; it is kept."""

    def code(raw: str) -> Reading[str]:
        return Reading(raw) if codes.is_known(code_list, raw) else Reading(raw).noting("unknown_code")

    return code


def notice(raw: str) -> Reading[Notice]:
    """Return the notice of `fromDate;toDate;text`: dates may be empty, `;` may stand in the text.

    A date that cannot be costs the whole notice, for nobody can tell when it holds. Rules: `notice_syntax`,
    `date_impossible`.
    """
    match [part.strip() for part in raw.split(";", 2)]:
        case [from_text, to_text, text] if _may_be_date(from_text) and _may_be_date(to_text):
            begins, ends = calendar_date(from_text), calendar_date(to_text)
        case _:
            return broken("notice_syntax")
    if begins.broken or ends.broken:
        return broken("date_impossible")
    if begins.value and ends.value and ends.value < begins.value:
        return broken("notice_syntax")
    return Reading(Notice(text=text, from_date=begins.value, to_date=ends.value) if text else None)


def age_rule(raw: str) -> Reading[AgeRule]:
    """Return the ages of `from;to[;comment]`: 00 is newborn, 99 no upper limit. Rule: `age_rule_syntax`."""
    parts = _AGES.fullmatch(raw)
    if parts is None or int(parts[2]) < int(parts[1]):
        return broken("age_rule_syntax")
    to_age = int(parts[2])
    return Reading(
        AgeRule(
            from_age=int(parts[1]),
            to_age=None if to_age == _NO_UPPER_LIMIT else to_age,
            comment=(parts[3] or "").strip() or None,
        )
    )


def flag(raw: str) -> Reading[bool]:
    """Return whether a mark such as feigned or archived is set. One that cannot be read does: it hides."""
    return Reading(raw.strip().casefold() not in {"", "false", "0"})


def jpeg(raw: str) -> Reading[str]:
    """Return a JPEG image in base64 without blanks, at most `MAX_IMAGE_BYTES` large. Rule: `image_syntax`."""
    encoded = "".join(raw.split())
    if not encoded:
        return Reading(None)
    try:
        image = binascii.a2b_base64(encoded, strict_mode=True)
    except ValueError:
        return broken("image_syntax")
    is_usable = image.startswith(_JPEG) and len(image) <= MAX_IMAGE_BYTES
    return Reading(encoded) if is_usable else broken("image_syntax")


def _may_be_date(part: str) -> bool:
    return _EMPTY_OR_DATE_SHAPED.fullmatch(part) is not None

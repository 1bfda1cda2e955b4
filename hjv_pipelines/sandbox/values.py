"""The directory's value syntaxes as the composite elements of GetHsaUnit 1.0.

Here: one raw value in, its markup out (prefix `r` the contract's namespace, `c` its domain's); an empty
string for a value that the contract cannot carry. Not here: which elements there are (`get_hsa_unit.py`),
and any judgement of a value that can be carried.
"""

import re

from hjv_pipelines.sandbox.markup import element, parent

_SPAN = re.compile(
    r"(?P<from_day>[1-7])[-#](?P<to_day>[1-7])"
    r"#(?P<opens>(?:[01]\d|2[0-3]):[0-5]\d)#(?P<closes>(?:[01]\d|2[0-3]):[0-5]\d|24:00)"
    r"(?:#(?P<comment>[^#]*))?#*"
)
_RT90 = re.compile(r"\s*X:\s*(?P<x>[\d.]+)\s*,\s*Y:\s*(?P<y>[\d.]+)\s*")
_AGES = re.compile(r"(?P<youngest>\d+);(?P<oldest>\d+)(?:;.*)?", re.DOTALL)
_PUNCTUATION = re.compile(r"\(0\)|[\s()/.-]")
_NATIONAL = re.compile(r"[0-9]+")


def time_span(name: str, value: str) -> str:
    """Return a weekly span; one that holds only between two dates is left out: it has no place here."""
    span = _SPAN.fullmatch(value.strip())
    if span is None:
        return ""
    return parent(
        name,
        element("c:fromDay", span["from_day"]),
        element("c:fromTime", f"{span['opens']}:00"),
        element("c:fromTime2", span["opens"]),
        element("c:toDay", span["to_day"]),
        element("c:toTime", f"{span['closes']}:00"),
        element("c:toTime2", span["closes"]),
        element("c:comment", span["comment"] or ""),
    )


def time_spans(name: str, value: str) -> str:
    """Return the spans of `value`, which may be several packed in one with `$` between them."""
    return "".join(time_span(name, packed) for packed in value.split("$"))


def telephone_number(name: str, value: str) -> str:
    """Return a number in its national form, digits only; one of another country is left out."""
    compact = _PUNCTUATION.sub("", value)
    national = f"0{compact[3:]}" if compact.startswith("+46") else compact
    return element(name, national) if _NATIONAL.fullmatch(national) else ""


def coordinates(name: str, value: str) -> str:
    """Return an RT90 coordinate, its numbers as they stand."""
    point = _RT90.fullmatch(value)
    if point is None:
        return ""
    return parent(name, element("r:type", "RT90"), element("r:x", point["x"]), element("r:y", point["y"]))


def date_span(name: str, value: str) -> str:
    """Return temporary information; its text may hold the separator."""
    match value.split(";", maxsplit=2):
        case [begins, ends, text]:
            return parent(name, element("c:fromDate", begins), element("c:toDate", ends), element("c:comment", text))
    return ""


def age_span(name: str, value: str) -> str:
    """Return the ages that are received; the contract has no place for the rule's comment."""
    ages = _AGES.fullmatch(value.strip())
    if ages is None:
        return ""
    return parent(name, element("c:from", ages["youngest"]), element("c:to", ages["oldest"]))


def address(name: str, value: str) -> str:
    """Return an address of the old form, line by line."""
    lines = [line for line in value.split("$") if line.strip()]
    return parent(name, *(element("c:addressLine", line) for line in lines)) if lines else ""

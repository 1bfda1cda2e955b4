"""Text made clean: one Unicode form, no invisible characters, broken encodings told.

Here: what holds for every text, whatever it says. Not here: syntaxes of single values, and markup.
"""

import re
import unicodedata
from itertools import groupby, islice

from hjv_pipelines.sources.reading import Reading

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, but for tab and line ends
    "\u200b\u200c\u200e\u200f\u2060\ufeff"  # zero width; U+200D stays, it joins emoji
    "\u202a-\u202e\u2066-\u2069"  # direction overrides: they can make a text read as another
    "\ud800-\udfff\ufffe\uffff"  # not characters at all, and not writable as UTF-8
    "]"
)

# What UTF-8's second and third bytes look like to a reader of Latin-1 or of Windows-1252.
_REMAINDER = bytes(range(0x80, 0xC0)).decode("latin-1") + bytes(range(0x80, 0xC0)).decode("cp1252", "ignore")

# A letter such as å (Ã¥), a dash or quotation mark (â€“), or a letter that is lost already (U+FFFD).
_MOJIBAKE = re.compile(f"[\xc2\xc3][{_REMAINDER}]|\xe2[\x80\u20ac][{_REMAINDER}]|\ufffd")

_MOST_MARKS = 30
"""Marks on one letter; more than these no language has (UAX #15, Stream-Safe Text)."""

_PERHAPS_MARKS = re.compile(f"[\u0300-\U0010ffff]{{{_MOST_MARKS + 1}}}")

# What every one of them begins with: most texts hold none of these, and a class alone is found much faster.
_PERHAPS_MOJIBAKE = re.compile("[\xc2\xc3\xe2\ufffd]")

# What nearly all texts of one line are made of: composed, visible, and no letter that a wrong encoding leaves.
_PLAIN = re.compile("[!-~åäöÅÄÖéÉüÜ][ -~åäöÅÄÖéÉüÜ]*")

_LINE_END = re.compile("\r\n?|[\x0b\x0c\u2028\u2029]")


def text(raw: str) -> Reading[str]:
    """Return `raw` in NFC without invisible characters, its lines kept; no value when nothing is left."""
    if raw.isascii() and raw.isprintable():
        return Reading(raw.strip() or None)
    sparing = _without_piles(raw)
    composed = unicodedata.normalize("NFC", sparing)
    reading = Reading(composed.strip() or None) if composed.isprintable() else _visible(composed)
    if sparing != raw and "control_characters" not in reading.broken:
        reading = reading.noting("control_characters")
    is_spoilt = _PERHAPS_MOJIBAKE.search(composed) and _MOJIBAKE.search(composed)
    return reading.noting("mojibake") if is_spoilt else reading


def one_line(raw: str) -> Reading[str]:
    """Return `raw` as `text` does, in one line: every run of blanks and line ends is one blank."""
    if _is_plain(raw):
        return Reading(raw.rstrip())
    reading = text(raw)
    if reading.value is None or (reading.value.isprintable() and "  " not in reading.value):
        return reading
    return Reading(" ".join(reading.value.split()), reading.broken)


def clean_line(raw: str) -> str | None:
    """Return the value of `one_line`, for those who do not ask which rules the text breaks."""
    return raw.rstrip() if _is_plain(raw) else one_line(raw).value


def _is_plain(raw: str) -> bool:
    return _PLAIN.fullmatch(raw) is not None and "  " not in raw


def _visible(composed: str) -> Reading[str]:
    lines = _LINE_END.sub("\n", composed)
    visible = _INVISIBLE.sub("", lines)
    # What stood on both sides of a removed character may now compose.
    reading = Reading(unicodedata.normalize("NFC", _without_piles(visible)).strip() or None)
    return reading if visible == lines else reading.noting("control_characters")


def _without_piles(raw: str) -> str:
    """Return `raw` with no more than `_MOST_MARKS` marks in a row.

    Marks are put in order one by one: the time for a long row of them grows with its square.
    """
    if not _PERHAPS_MARKS.search(raw):
        return raw
    rows = groupby(raw, lambda character: unicodedata.combining(character) > 0)
    return "".join("".join(islice(row, _MOST_MARKS) if are_marks else row) for are_marks, row in rows)

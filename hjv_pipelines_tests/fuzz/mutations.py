"""What becomes of a valid input when something goes wrong with it: one place at a time, whatever the format.

XML and JSON are broken where it counts, in their values and in their structure, so that most mutations still parse and
get to the code behind. Here: mutations of bytes, the same for the same random numbers. Not here: who reads them.
"""

import re
from random import Random

_VALUE = re.compile(rb'>[^<]+<|"[^"]*"|[0-9]+(?:\.[0-9]+)?|\b(?:true|false|null)\b')
_ELEMENT = re.compile(rb"<([\w:.]+)[^<>]*>[^<]*</\1>|\{[^{}]*\}|\[[^\[\]]*\]")

NASTY = (
    b"",
    b" ",
    b"\x00",
    b"\xff",
    "\ud800".encode(errors="surrogatepass"),
    "\u0301\u0316".encode() * 20,
    "\u202eabc\u2066".encode(),
    "²٣੪".encode(),
    "Ã¥â€“\ufffd".encode(),
    b"-1",
    b"0",
    b"1e999",
    b"99999999999999999999999999999999",
    b"1" * 5000,
    b"NaN",
    b"24:00",
    b"1-5#08:00#17:00#a#20251222#20260106",
    b"20101131",
    b"99991231T235959+1359",
    b"00010101000000+2359",
    b"X: 6581164, Y: 1630250",
    b"https://[::1",
    b"javascript:alert(1)",
    b"SE2321000016-" + b"A" * 3000,
    b"SE2321000016-FUZZ1",
    b"<![x[",
    b"&lt;script&gt;&lt;/script&gt;",
    b"&#0;&#xD800;&#128512;",
    b"\\u0000\\ud800",
    b"[" * 900 + b"]" * 900,
    b'{"a":' * 200 + b"1" + b"}" * 200,
    b"{}",
    b"[]",
    b"null",
    b"true",
    b"<a xmlns='urn:x'/>",
    b"<!--",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"]]>",
    b"$$$$",
    b"####",
    b";;;;",
)
"""Values at the edges of what the formats can say."""


def mutated(content: bytes, rng: Random, longest: int = 1 << 16) -> bytes:
    """Return `content` with one to four things wrong in it, at most `longest` bytes."""
    for _ in range(rng.randint(1, 4)):
        content = rng.choice(_MUTATIONS)(content, rng)[:longest]
    return content


def _replace_value(content: bytes, rng: Random) -> bytes:
    """Put something nasty in the place of a value, within its quotes or tags."""
    found = _somewhere(_VALUE, content, rng)
    if found is None:
        return _insert(content, rng)
    inset = 1 if content[found.start() : found.start() + 1] in {b">", b'"'} else 0
    start, end = found.start() + inset, found.end() - inset
    return content[:start] + rng.choice(NASTY) + content[end:]


def _change_type(content: bytes, rng: Random) -> bytes:
    """Put something nasty in the place of a value and of what encloses it."""
    found = _somewhere(_VALUE, content, rng)
    return content if found is None else content[: found.start()] + rng.choice(NASTY) + content[found.end() :]


def _swap_values(content: bytes, rng: Random) -> bytes:
    one, other = _somewhere(_VALUE, content, rng), _somewhere(_VALUE, content, rng)
    if one is None or other is None or one.end() > other.start():
        return content
    between = content[one.end() : other.start()]
    return content[: one.start()] + other[0] + between + one[0] + content[other.end() :]


def _double_element(content: bytes, rng: Random) -> bytes:
    found = _somewhere(_ELEMENT, content, rng)
    if found is None:
        return content
    comma = b"" if found[0].startswith(b"<") else b","
    return content[: found.end()] + (comma + found[0]) * rng.randint(1, 3) + content[found.end() :]


def _drop_element(content: bytes, rng: Random) -> bytes:
    found = _somewhere(_ELEMENT, content, rng)
    return content if found is None else content[: found.start()] + content[found.end() :]


def _insert(content: bytes, rng: Random) -> bytes:
    place = rng.randint(0, len(content))
    return content[:place] + rng.choice(NASTY) + content[place:]


def _flip(content: bytes, rng: Random) -> bytes:
    changed = bytearray(content)
    if changed:
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(content: bytes, rng: Random) -> bytes:
    start = rng.randint(0, len(content))
    return content[:start] + content[start + rng.randint(0, 64) :]


def _break_off(content: bytes, rng: Random) -> bytes:
    return content[: rng.randint(0, len(content))]


_MUTATIONS = (
    *(_replace_value,) * 4,
    _change_type,
    _swap_values,
    _double_element,
    _drop_element,
    _insert,
    _flip,
    _cut,
    _break_off,
)


def _somewhere(pattern: re.Pattern[bytes], content: bytes, rng: Random) -> re.Match[bytes] | None:
    """Return the first match from a random place on."""
    return pattern.search(content, rng.randint(0, len(content)) if content else 0) or pattern.search(content)

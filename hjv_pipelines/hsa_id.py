"""The HSA-id: the only key of a care unit.

Here: the form that a person or a message may give it in, and its normal form. Not here: findings about ids in
HSA's own file (`sources/hsa/`).
"""

import re

from hjv_pipelines.failures import HjvError

HSA_ID = re.compile(r"SE[0-9]{10}-[A-Z0-9]{1,87}")
"""`SE`, the directory owner's ten-digit organisation number, `-`, letters and digits (Inera).

HSA's schema allows 31 characters, and has changed that before (4.20, 2023): a longer one is one as well, up to 100.
What is longer still is no id but a broken file, and more than the store can index.
"""


def normalised(text: str) -> str:
    """Return `text` as HSA-ids are compared: upper case, without blanks. It may still be none."""
    return "".join(text.split()).upper()


def spelled_in(text: str) -> str | None:
    """Return the HSA-id that `text` spells, in its normal form; None where it spells none."""
    # In other alphabets there are letters that become A-Z in upper case, and digits besides ours.
    return normal if text.isascii() and HSA_ID.fullmatch(normal := normalised(text)) else None


def hsa_id_of(text: str) -> str:
    """Return the HSA-id that `text` spells, in its normal form. Raises `HjvError` when it spells none."""
    found = spelled_in(text)
    if found is None:
        raise HjvError(f"{text!r} is not an HSA-id: those look like SE2321000016-1A2B.")
    return found

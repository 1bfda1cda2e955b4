"""The HSA-id: the only key of a care unit.

Here: the form that a person or a message may give it in, and its normal form. Not here: findings about ids in
HSA's own file (`sources/hsa/`).
"""

import re

from hjv_pipelines.failures import HjvError

HSA_ID = re.compile(r"SE\d{10}-[A-Z0-9]+")
"""`SE`, the directory owner's ten-digit organisation number, `-`, letters and digits (Inera)."""


def normalised(text: str) -> str:
    """Return `text` as HSA-ids are compared: upper case, without blanks. It may still be none."""
    return "".join(text.split()).upper()


def hsa_id_of(text: str) -> str:
    """Return the HSA-id that `text` spells, in upper case without blanks. Raises `HjvError` when it spells none."""
    normal = normalised(text)
    if not HSA_ID.fullmatch(normal):
        raise HjvError(f"{text!r} is not an HSA-id: those look like SE2321000016-1A2B.")
    return normal

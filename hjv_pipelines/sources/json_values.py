"""Values out of JSON: what is not of the wanted shape is none, and no surprise.

Here: what every profile in JSON shares. Not here: getting the JSON (`transport/json.py`), and what a value means.
"""

from collections.abc import Mapping

from hjv_pipelines.sources.texts import clean_line


def mapping(said: object) -> Mapping[str, object]:
    """Return `said` where it is an object of JSON, else an empty one."""
    return said if isinstance(said, dict) else {}


def items(said: object) -> list[object]:
    """Return `said` where it is a list of JSON, else an empty one."""
    return said if isinstance(said, list) else []


def line(said: object) -> str | None:
    """Return a text, clean and in one line; `None` where it is missing, empty or no text."""
    return clean_line(said) if isinstance(said, str) else None

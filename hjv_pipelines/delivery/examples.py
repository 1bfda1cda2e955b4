"""Examples of what the API is asked and answers, real ones of a small nation, for its description.

They stand in `examples/`, a file an answer. Here: reading them. Not here: where they go in the description
(`openapi.py`). A test asks the questions again and compares; `make docs` writes the files anew.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import orjson


class Example(NamedTuple):
    """A question to an operation, its parameters by name, and the answer: JSON, or the text of another media type."""

    status: str
    media_type: str
    parameters: Mapping[str, str | int]
    answer: Any


def examples() -> Mapping[str, Sequence[Example]]:
    """Return the examples by their operation's id."""
    found: dict[str, list[Example]] = defaultdict(list)
    for file in sorted(files("hjv_pipelines.delivery").joinpath("examples").iterdir(), key=lambda file: file.name):
        operation, *_ = file.name.split(".")
        found[operation].append(Example(**orjson.loads(file.read_bytes())))
    return found

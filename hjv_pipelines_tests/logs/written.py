"""What a process would have written with HJV_LOG_FORMAT=json, of all that is logged in a test."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from hjv_pipelines.logs.lines import JsonLines


class Written:
    """The lines so far."""

    def __init__(self) -> None:
        self.text = StringIO()

    def lines(self) -> list[dict[str, str]]:
        """Return every line, read as JSON."""
        return [json.loads(line) for line in self.text.getvalue().splitlines()]


@contextmanager
def written_by(*names: str) -> Iterator[Written]:
    """Give what these loggers write meanwhile, at level INFO."""
    written = Written()
    handler = logging.StreamHandler(written.text)
    handler.setFormatter(JsonLines())
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield written
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)

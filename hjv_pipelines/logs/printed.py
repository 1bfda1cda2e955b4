"""What a library prints past the log, as lines of the log.

For processes whose standard output is a log and nothing else: a worker, never a command, whose output is its answer.
"""

import io
import logging
import os

from hjv_pipelines.logs.lines import JsonLines

_logger = logging.getLogger(__name__)


class PrintedLines(io.TextIOBase):
    """Standard output, logged line by line. It keeps its descriptor, by which Dagster captures what a run says."""

    def write(self, text: str) -> int:
        """Log every line that says something."""
        for line in filter(str.strip, text.splitlines()):
            _logger.info("%s", line)
        return len(text)

    def fileno(self) -> int:
        """Return the descriptor of the standard output."""
        return 1


def say(words: str, *_: object) -> None:
    """Write a line past the log, at once: in the handler of a signal, which may have come while the log was written."""
    record = logging.makeLogRecord({"name": __name__, "levelno": logging.INFO, "levelname": "INFO", "msg": words})
    os.write(2, f"{JsonLines().format(record)}\n".encode())

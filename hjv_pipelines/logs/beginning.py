"""How a process begins to log: as HJV_LOG_FORMAT says, before anything of it is imported.

uvicorn, Dagster and coloredlogs bring handlers and formatters of their own, and only some of them take ours. (Dagster's
`--log-format json` knows neither our keys nor the lines of a run.) Whatever writes to a console does so by
`logging.StreamHandler`; so that is told once how a line looks. Not here: what a line holds (`lines.py`).
"""

import logging
import os
import sys
from pathlib import Path
from types import TracebackType

from hjv_pipelines.logs.lines import OF_DAGSTER, JsonLines

START = Path(__file__).with_name("start")
"""The folder that a process has on its PYTHONPATH to log like this from its first line."""

_HEARD = ("hjv_pipelines", "celery")
"""Whose lines of level INFO are shown; of others that do not choose for themselves, warnings are."""

_LINES = JsonLines()
_formatted = logging.StreamHandler.format

_logger = logging.getLogger(__name__)


def as_json() -> bool:
    """Tell whether lines are JSON. Not read by the settings: they are not there yet when a process begins."""
    return os.environ.get("HJV_LOG_FORMAT") == "json"


def begin() -> None:
    """Let this process write lines of JSON if it is told to."""
    if not as_json():
        return
    logging.StreamHandler.format = _line  # type: ignore[assignment,method-assign]
    console = logging.StreamHandler()
    console.addFilter(_is_not_shown_nearer)
    logging.root.handlers = [console]
    for name in _HEARD:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_the_end


def _line(handler: logging.Handler, record: logging.LogRecord) -> str:
    """Return a record as a handler writes it: a console as a line of JSON, a file as it was told."""
    return _LINES.format(record) if _is_console(handler) else _formatted(handler, record)


def _is_console(handler: logging.Handler) -> bool:
    return isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler)


def _is_not_shown_nearer(record: logging.LogRecord) -> bool:
    """Tell whether the root is to show a record: neither Dagster's run does, nor a console on the way to the root."""
    if hasattr(record, OF_DAGSTER):
        return False
    logger: logging.Logger | None = logging.getLogger(record.name)
    while logger is not None and logger is not logging.root:
        if any(map(_is_console, logger.handlers)):
            return False
        logger = logger.parent
    return True


def _log_the_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _logger.critical("The process ends by an error.", exc_info=(kind, error, trace))

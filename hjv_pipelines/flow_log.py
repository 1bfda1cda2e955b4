"""The lines that the flow logs: a part of an import that came or did not, and what a publication did.

Here: their words. Not here: what they are about (`logs/about.py`), and the steps themselves (`flow.py`).
"""

import logging
from collections.abc import Mapping

from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.failures import HjvError
from hjv_pipelines.store.ledger import ImportResult

_logger = logging.getLogger(__name__)

_OF_A_PUBLICATION = ("appeared", "changed", "withdrawn")


def log_import(result: ImportResult) -> None:
    """Say what a part of an import did to the store."""
    _logger.info("Imported: %s.", _in_words(result.total.as_dict()))


def log_failure(error: HjvError) -> None:
    """Say why a part was not imported."""
    _logger.warning("Not imported: %s", error)


def log_publication(published: Publication) -> None:
    """Say what a publication did to the cards of its region, and how many others the region has."""
    done = {name: getattr(published, name) for name in _OF_A_PUBLICATION}
    _logger.info("Published: %s; the region's other cards: %d.", _in_words(done), published.unchanged)


def _in_words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "nothing"

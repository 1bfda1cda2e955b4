"""The lines that the flow logs: a part of an import that came or did not, and what a publication did.

Here: their words. Not here: what they are about (`logs/about.py`), and the steps themselves (`flow.py`).
"""

import logging
from collections.abc import Mapping

from hjv_pipelines.cards.publication import Publication
from hjv_pipelines.failures import HjvError
from hjv_pipelines.regions import region
from hjv_pipelines.store.ledger import ImportResult

_logger = logging.getLogger(__name__)


def log_import(result: ImportResult) -> None:
    """Say what a part of an import did to the store."""
    _logger.info("Imported: %s, %s: %s.", result.source, result.scope, _in_words(result.total.as_dict()))


def log_failure(error: HjvError) -> None:
    """Say why a part was not imported."""
    _logger.warning("Not imported: %s", error)


def log_publication(published: Publication) -> None:
    """Say what a publication did to the cards of its region: what changed, and how many stand as they were."""
    changes = {name: getattr(published, name) for name in ("appeared", "changed", "withdrawn")}
    told = f"{_in_words(changes)}; {published.unchanged:,} as before" if any(changes.values()) else "nothing new"
    _logger.info("Published: cards of %s: %s.", region(published.region).name, told)


def _in_words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts.items() if number) or "nothing"

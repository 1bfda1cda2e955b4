"""The start: from `hjv up` in a data folder without a database to an answer of the UI, and to all cards.

The nation and HSA's file of it stand there already: a real installation has neither to make.
"""

from collections.abc import Iterator

from hjv_pipelines.bench.figure import Figure, no_more_than
from hjv_pipelines.bench.workshop import Workshop


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the two times."""
    installation = workshop.installation
    yield Figure("start: hjv up to the UI's answer", installation.ui_seconds, "s", aim=no_more_than(20))
    title = f"start: hjv up to the cards of {workshop.units:,} units"
    yield Figure(title, installation.cards_seconds, "s", aim=no_more_than(120))

"""The sources beside HSA: what each says of a unit, drawn from a random stream of its own.

Here: which tellers there are, and telling a unit. A teller more or less changes no unit and no other teller's
word. Not here: what each says (a module a source), and how it is served.
"""

from collections.abc import Callable
from dataclasses import replace

from hjv_pipelines.sandbox.care_services import offerings
from hjv_pipelines.sandbox.draft import Draft
from hjv_pipelines.sandbox.listing import listing
from hjv_pipelines.sandbox.manifest import Expectation
from hjv_pipelines.sandbox.patient_survey import patient_survey
from hjv_pipelines.sandbox.stream import Stream
from hjv_pipelines.sandbox.vaccinations import vaccinera
from hjv_pipelines.sandbox.waiting_times import waiting_times, waiting_times_skane
from hjv_pipelines.sandbox.word import Word

Teller = Callable[[Stream, Draft], Word | None]
"""What makes a source's word of a unit, after any dirt; `None` when the source does not speak of it."""

TELLERS: dict[str, Teller] = {
    "offerings": offerings,
    "vaccinera": vaccinera,
    "listing": listing,
    "patient_survey": patient_survey,
    "waiting_times": waiting_times,
    "waiting_times_skane": waiting_times_skane,
}
"""By the source's name. A refused record is told of by nobody."""


class Tellers:
    """All tellers of one nation, each with its random stream of `seed` and its source's name."""

    def __init__(self, seed: int) -> None:
        self._streams = {source: Stream(f"{seed} {source}") for source in TELLERS}

    def tell(self, draft: Draft, expectation: Expectation) -> Expectation:
        """Give the unit of `draft` the words of all sources, and return what is expected of it then."""
        if expectation.verdict == "refused":
            return expectation
        words = {
            source: word
            for source, teller in TELLERS.items()
            if (word := teller(self._streams[source], draft)) is not None
        }
        for source, word in words.items():
            draft.unit = draft.unit.telling(source, word.says)
        visible = expectation.verdict == "visible"
        shown = {source: word.shown for source, word in words.items() if visible and word.shown is not None}
        eservices = ("eservices",) if draft.unit.eservices else ()
        return replace(
            expectation,
            told=(*eservices, *(source for source, word in words.items() if word.is_usable)),
            expect={**expectation.expect, **shown},
            breaks={source: word.breaks for source, word in words.items() if word.breaks},
        )

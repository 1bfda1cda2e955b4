"""The national patient survey: its answer by the project's profile, and a plausible word of each unit.

Here: the JSON of docs/contracts.md, and which units patients were asked about. Not here: the wire (`app.py`).
"""

from collections.abc import Mapping
from random import Random

from hjv_pipelines.sandbox.directory import Directory
from hjv_pipelines.sandbox.draft import Draft
from hjv_pipelines.sandbox.kinds import HEALTH_CENTRE
from hjv_pipelines.sandbox.unit import Json
from hjv_pipelines.sandbox.word import Word

QUESTION = "Skulle du rekommendera hälso-/vårdcentralen till någon i din situation?"

_MISSING = 0.06
_FEWEST = 20
"""A unit with fewer answers than this has no share (trap 32)."""


def patient_survey(random: Random, draft: Draft) -> Word | None:
    """Return the unit's result of last year's round: only health centres were asked about, and not all took part."""
    if draft.unit.profile.get("businessType") != [HEALTH_CENTRE]:
        return None
    year = draft.surroundings.today.year - 1
    round_: dict[str, Json] = {"year": year, "period": {"from": f"{year}-10-01", "to": f"{year}-10-31"}}
    if random.random() < _MISSING:
        reason = random.choice(("too_few_answers", "too_few_answers", "not_surveyed"))
        answers = random.randrange(1, _FEWEST) if reason == "too_few_answers" else 0
        return Word({**round_, "answers": answers, "missing": reason}, reason)
    share = round(random.triangular(0.4, 1.0, 0.82), 3)
    return Word({**round_, "answers": random.randint(_FEWEST, 240), "positiveShare": share}, share)


def survey_answer(directory: Directory, _asked: Mapping[str, str]) -> Json:
    """Return the results of all units that took part, whatever is asked."""
    results: list[Json] = [
        {"hsaId": unit.key, **says}
        for unit in directory.told("patient_survey")
        if isinstance(says := unit.told["patient_survey"], dict)
    ]
    return {"question": QUESTION, "total": len(results), "results": results}

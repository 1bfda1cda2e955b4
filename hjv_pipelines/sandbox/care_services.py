"""What units in Region Stockholm offer, as Utbud tells it.

Here: plausible care services in a shape of the sandbox's own, valid ones and some that no resident is to see. Not here:
how they stand on the wire (`care_service_offerings.py`).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from hjv_pipelines.regions import DISTANCE, region
from hjv_pipelines.sandbox.draft import Draft
from hjv_pipelines.sandbox.unit import Json
from hjv_pipelines.sandbox.word import Word

REGION = "01-stockholm"

SNOMED, BUSINESS_CODES = "1.2.752.116.2.1.1", "1.2.752.129.2.2.1.3"
RESIDENT, STAFF = "257513009", "223366009"

_CARE = (
    ("185349003", "Hälsokontroll", "Du får en genomgång av din hälsa."),
    ("171207006", "Depressionsbedömning", "Du får prata om hur du mår med en läkare eller psykolog."),
    ("228557008", "Kognitiv beteendeterapi", "Du får samtalsbehandling, på plats eller på nätet."),
    ("91251008", "Fysioterapi", "Du får hjälp att röra dig bättre och med mindre smärta."),
    ("225358003", "Sårvård", "Vi lägger om ditt sår och följer hur det läker."),
    ("104866001", "Provtagning", "Du kan lämna prov efter remiss."),
    ("710824005", "Astma- och KOL-mottagning", "Du får stöd av en särskilt utbildad sjuksköterska."),
)
"""Types of care service (SNOMED CT), with the nationally agreed text; the codes are examples."""

_OFFERING = 0.85
_STRAY = 0.01
"""Units of other counties that Utbud names all the same."""
_UNMARKED = 0.02
_FROM_HSA = "Vårdtjänster inom verksamhetsområdet"
_NORTH, _EAST = 6_580_000, 674_000
"""SWEREF 99 TM, metres: in the middle of Stockholm."""


def offerings(random: Random, draft: Draft) -> Word | None:
    """Return what Utbud says of a unit: most in Stockholm that are marked, and a few that it should not speak of."""
    if not draft.is_marked:
        speaks = draft.region == REGION and random.random() < _UNMARKED
    else:
        speaks = random.random() < (_OFFERING if draft.place.region.key == REGION else _STRAY)
    if not speaks:
        return None
    today, suffix = draft.surroundings.today, draft.unit.key[-4:]
    chosen = random.sample(_CARE, random.randint(1, 3))
    shown = [name for _, name, _ in chosen]
    services = [
        _service(random, f"{suffix}-{code}", {"system": SNOMED, "code": code, "name": name}, told, today)
        for code, name, told in chosen
    ]
    if one_in(random, 3):
        services.append(_of_a_business(random, draft, suffix, shown))
    if one_in(random, 3):
        services.append(_not_now(random, suffix, today))
    said: list[Json] = [*services]
    return Word(said, shown, misplaced(draft))


def misplaced(draft: Draft) -> Sequence[str]:
    """Return the rule that a service of Stockholm breaks by speaking of the unit at all: it is kept, and said."""
    if not draft.is_marked:
        return ["unit_not_marked"]
    return [] if draft.region in {REGION, DISTANCE.key} else ["unit_of_another_county"]


def _service(random: Random, identity: str, kind: dict[str, Json], told: str, today: date) -> dict[str, Json]:
    service: dict[str, Json] = {
        "id": identity,
        "type": kind,
        "typeOfCareServiceDescription": _texts(told),
        "start": f"{today - timedelta(days=random.randint(30, 900)):%Y%m%d}",
        "end": f"{today + timedelta(days=random.randint(200, 900)):%Y%m%d}" if one_in(random, 2) else None,
        "status": "ACTIVE",
        "careOption": one_in(random, 3),
        "referralRequired": one_in(random, 5),
        "description": _texts("Välkommen att ringa eller komma förbi.") if one_in(random, 3) else [],
        "fee": random.choice((None, "275", "100.00")),
        "groups": random.choice((_EVERYONE, _EVERYONE, _ADULTS, _CHILDREN)),
        "address": random.choice((None, "Hantverkargatan 11, 112 21 Stockholm")),
        "north": _NORTH + random.randint(-9000, 9000),
        "east": _EAST + random.randint(-9000, 9000),
        "url": "https://vard-pa-natet.example" if one_in(random, 10) else None,
        "contacts": [_CONTACT, _CONTACT_OF_STAFF] if one_in(random, 3) else [],
    }
    return service


_EVERYONE: list[Json] = []
_ADULTS: list[Json] = [{"start": "18", "end": None, "gender": None}]
_CHILDREN: list[Json] = [{"start": "0", "end": "17", "gender": None}]
_CONTACT: Json = {"ranking": "1", "role": RESIDENT, "purpose": "Tidsbokning", "value": "+46812312300"}
_CONTACT_OF_STAFF: Json = {"ranking": "2", "role": STAFF, "purpose": "För remittenter", "value": "+46899999999"}
"""On no card: it is for health care staff."""


def _of_a_business(random: Random, draft: Draft, suffix: str, shown: list[str]) -> dict[str, Json]:
    """Return a care service that is known by HSA's verksamhetskod alone, and shown with the contract's prefix."""
    service = _service(
        random,
        f"{suffix}-VK",
        {"system": BUSINESS_CODES, "code": "1506", "name": "Distriktssköterskeverksamhet"},
        "Du får råd och vård av en distriktssköterska.",
        draft.surroundings.today,
    )
    shown.append(f"{_FROM_HSA} Distriktssköterskeverksamhet")
    return service


def _not_now(random: Random, suffix: str, today: date) -> dict[str, Json]:
    """Return a care service that no card shows now: not begun, over, not ready, or given up."""
    kind: dict[str, Json] = {"system": SNOMED, "code": "713106006", "name": "Ännu inte eller inte mer"}
    service = _service(random, f"{suffix}-NU", kind, "Visas inte.", today)
    changes: tuple[dict[str, Json], ...] = (
        {"start": f"{today + timedelta(days=60):%Y%m%d}", "end": None},
        {"start": "20190101", "end": f"{today - timedelta(days=1):%Y%m%d}"},
        {"status": "INACTIVE"},
        {"status": "DEPRECATED"},
    )
    return service | random.choice(changes)


def _texts(told: str) -> list[Json]:
    """Return a text for residents, among others for staff and in English that stand before it."""
    return [
        {"text": "In English for everyone.", "language": "eng", "role": None},
        {"text": "Intern information för vårdpersonal.", "language": "swe", "role": STAFF},
        {"text": told, "language": None, "role": RESIDENT},
    ]


def one_in(random: Random, number: int) -> bool:
    """Decide by chance: true once in `number` times."""
    return random.random() * number < 1


def county_code() -> str:
    """Return the code of the county that Utbud speaks of."""
    return region(REGION).county_code

"""The pages' Swedish: what is said of moments, opening, sources, and of units without a card.

Here: sentences made of values. Not here: the words that stand in a template, and those on the card itself
(`cards/swedish.py`).
"""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hjv_pipelines.alerts.cause import Kind
from hjv_pipelines.cards.opening import OpeningStatus
from hjv_pipelines.cards.parts import CodedValue, EService, EServiceLimits, Position
from hjv_pipelines.cards.swedish import ages, long_date
from hjv_pipelines.cards.swedish_time import END_OF_DAY, day_of
from hjv_pipelines.regions import municipalities, region_of_county
from hjv_pipelines.timetable import STOCKHOLM

_DAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_DAYS_TOLD_BY_NAME = range(2, 7)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

_REASONS = {
    "known_to_hsa": "Enheten finns inte i Katalogtjänst HSA.",
    "destination": "Enheten är inte märkt för att visas på 1177 (”Visas för” 03 eller 04).",
    "care_type": "Enheten saknar vård- och omsorgsform.",
    "county": "Enheten saknar länskod.",
    "coordinates": "Enheten saknar användbara koordinater.",
    "inside_sweden": "Enhetens koordinater ligger inte i Sverige.",
    "business_code": "Enheten saknar verksamhetskod, och regionen kräver en.",
    "started": "Enheten har inte öppnat än.",
    "not_ended": "Enheten har upphört.",
    "not_archived": "Enheten är arkiverad i HSA.",
    "not_feigned": "Enheten är ett testobjekt.",
}

_ALERT_KINDS: dict[Kind, str] = {
    "run_failed": "Körning misslyckades",
    "check_failed": "Kontroll underkänd",
    "silent": "Tyst",
    "late_import": "Import saknas",
    "held_back": "Hålls tillbaka",
    "inbox_age": "Inkorgen väntar",
    "region_failed": "Import misslyckades",
    "certificate": "Certifikat",
}

_SURVEY_MISSING = {
    "too_few_answers": "Resultatet redovisas inte, eftersom för få har svarat.",
    "not_surveyed": "Enheten deltog inte i enkäten.",
    "not_reported": "Enhetens resultat har inte rapporterats.",
}

_REFUSALS = {
    401: ("Sidan kräver behörighet", "Den visas bara för den som är känd av tjänsten."),
    404: ("Sidan finns inte", "Kontrollera adressen, eller sök efter enhetens HSA-id."),
    422: ("Adressen går inte att läsa", "Kontrollera adressen, eller sök efter enhetens HSA-id."),
    429: ("För många frågor på kort tid", "Försök igen om en liten stund."),
    503: ("Korten kan inte visas just nu", "Försök igen om en liten stund."),
}
_ANY_REFUSAL = ("Något gick fel", "Försök igen om en liten stund.")


def moment(at: datetime) -> str:
    """Return `23 november 2026 kl. 11:30`, Swedish time."""
    return f"{long_date(day_of(at))} kl. {_clock(at)}"


def brief_moment(at: datetime, now: datetime) -> str:
    """Return `i dag 11:30`, `i går 23:05`, `i morgon 01:00`, else `20 november 2026`, Swedish time."""
    named = {0: "i dag", -1: "i går", 1: "i morgon"}.get((day_of(at) - day_of(now)).days)
    return f"{named} {_clock(at)}" if named else long_date(day_of(at))


def age(since: timedelta) -> str:
    """Return how long ago something was: `mindre än en timme`, `3 timmar`, `2 dygn`."""
    if since < _HOUR:
        return "mindre än en timme"
    if since < 2 * _DAY:
        hours = since // _HOUR
        return "1 timme" if hours == 1 else f"{hours} timmar"
    return f"{since // _DAY} dygn"


def number(count: int) -> str:
    """Return `17 700`, with a blank that does not break."""
    return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


def percent(proportion: float) -> str:
    """Return `87 %` for 0.87 (trap 31), with a blank that does not break."""
    hundredths = (Decimal(str(proportion)) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{hundredths}\N{NO-BREAK SPACE}%"


def opening(status: OpeningStatus, at: datetime) -> str:
    """Return whether something is open, and when that changes."""
    match status.state:
        case "open":
            return f"Öppet nu, stänger {_closing(status.closes_at, at)}" if status.closes_at else "Öppet nu"
        case "uncertain":
            return f"Tiden kan vara en annan i dag ({status.red_day})"
        case "closed":
            return f"Stängt nu, öppnar {_when(status.opens_at, at)}" if status.opens_at else "Stängt nu"


def after_colon(sentence: str) -> str:
    """Return a sentence as it goes on after a colon, with a small letter."""
    return sentence[:1].lower() + sentence[1:]


def capitalised(sentence: str) -> str:
    """Return a sentence with a capital at its beginning."""
    return sentence[:1].upper() + sentence[1:]


def alert_kind(kind: Kind) -> str:
    """Return what kind of thing is wrong."""
    return _ALERT_KINDS[kind]


def county_name(code: str) -> str:
    """Return the name of a county."""
    return region_of_county(code).county_name or code


def reason(rule: str) -> str:
    """Return what it means that a unit fails a rule of visibility."""
    return _REASONS.get(rule, rule)


def refusal(status: int) -> tuple[str, str]:
    """Return heading and advice of the page that is shown instead, by HTTP status."""
    return _REFUSALS.get(status, _ANY_REFUSAL)


def eservice_origin(service: EService) -> str | None:
    """Return whose an e-service is, where it is not the unit's own in 1177."""
    if service.lender:
        return f"E-tjänst hos {service.lender.name}"
    return "E-tjänst utan koppling till 1177" if service.origin == "kka" else None


def eservice_conditions(limits: EServiceLimits) -> tuple[str, ...]:
    """Return whom an e-service is for, condition by condition."""
    for_ages = limits.age_min is not None or limits.age_max is not None
    area = _area(limits)
    told = (
        f"För dig som bor i {area}" if area else None,
        ages(limits.age_min or 0, limits.age_max) if for_ages else None,
        {"man": "För män", "woman": "För kvinnor"}[limits.gender] if limits.gender else None,
        "För dig som är listad här" if limits.listing_required else None,
        "Kräver remiss" if limits.referral_required else None,
    )
    return tuple(text for text in told if text)


def queue(in_queue: bool | None) -> str:  # noqa: FBT001 - three states, none of them a switch
    """Return whether there is a queue to a unit's list: not known is not no (trap 30)."""
    if in_queue is None:
        return "Det finns ingen uppgift om kö."
    return "Det är kö." if in_queue else "Det är ingen kö."


def survey_missing(reason: str | None) -> str:
    """Return why a survey shows no figure for a unit (trap 32)."""
    return _SURVEY_MISSING.get(reason or "", "Resultatet redovisas inte.")


def map_link(position: Position) -> str:
    """Return the address of a map with a mark at `position`."""
    latitude, longitude = position.latitude, position.longitude
    return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"


def coordinates(position: Position) -> str:
    """Return `59,33473° N, 18,12026° O` (WGS84): a metre's precision."""
    north, east = (f"{degrees:.5f}°".replace(".", ",") for degrees in (position.latitude, position.longitude))
    return f"{north}\N{NO-BREAK SPACE}N, {east}\N{NO-BREAK SPACE}O"


def place_in_words(position: Position, municipality: CodedValue | None, county: CodedValue | None) -> str:
    """Return what the picture of a place shows, for those who do not see it."""
    known = [place.name for place in (municipality, county) if place and place.name]
    where = f"i {', '.join(known)}" if known else f"på {coordinates(position)}"
    return f"Kartskiss: enheten ligger {where}."


def _area(limits: EServiceLimits) -> str:
    """Return the municipalities, or else the counties, whose residents an e-service is for."""
    known = municipalities()
    named = [known[code].name for code in limits.municipality_codes if code in known]
    return _listed(named or [county_name(code) for code in limits.county_codes])


def _listed(names: list[str]) -> str:
    *first, last = names or [""]
    return f"{', '.join(first)} och {last}" if first else last


def _closing(at: datetime, now: datetime) -> str:
    """Return when something closes: midnight is the end of a day, not the beginning of the next."""
    if _clock(at) != "00:00":
        return _when(at, now)
    return _when(at - timedelta(seconds=1), now).replace("23:59", END_OF_DAY)


def _when(at: datetime, now: datetime) -> str:
    day, clock = day_of(at), f"kl. {_clock(at)}"
    days = (day - day_of(now)).days
    if days == 0:
        return clock
    if days == 1:
        return f"i morgon {clock}"
    if days in _DAYS_TOLD_BY_NAME:
        return f"på {_DAYS[day.weekday()]} {clock}"
    return f"{long_date(day)} {clock}"


def _clock(at: datetime) -> str:
    return at.astimezone(STOCKHOLM).strftime("%H:%M")

"""Clean care units: all that a card needs, in every form that the directory allows, and nothing to object to.

Here: one unit marked for Hitta vård, composed from a kind, a place and a position. Not here: what spoils it
(`dirt/`), and the units that the public never sees (`internal_units.py`).
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from hjv_pipelines.sandbox import names
from hjv_pipelines.sandbox.draft import Draft, Surroundings
from hjv_pipelines.sandbox.hours import TELEPHONE_WEEKS, WEEKS, as_written, exception
from hjv_pipelines.sandbox.images import JPEG
from hjv_pipelines.sandbox.kinds import Kind
from hjv_pipelines.sandbox.offerings import offered
from hjv_pipelines.sandbox.places import Place, Position
from hjv_pipelines.sandbox.unit import Profile, SandboxUnit

if TYPE_CHECKING:
    from hjv_pipelines.sandbox.manifest import Fact

_FUNCTIONS = ("Avbokning", "Bokning", "Sjukresebeställning", "Receptförnyelse", "Rådgivning")
_MANAGEMENTS = ("1", "1", "1", "4", "4", "2", "5", "Region", "Landsting/Region")
_AGES = ("18;99", "00;17", "00;06;Även syskon", "13;23", "65;99")


def care_unit(surroundings: Surroundings, hsa_id: str, kind: Kind, place: Place, position: Position) -> Draft:
    """Return a clean unit that is visible, without findings."""
    random = surroundings.random
    name = random.choice(kind.names).format(house=random.choice(names.HOUSES), town=place.municipality_name)
    post_code, town = random.choice(place.postal_codes)
    profile = {
        **_identity(surroundings, hsa_id, name, town),
        **_codes(surroundings, kind, place),
        **_position(surroundings, position),
        **_addresses(surroundings, name, post_code, town),
        **_contacts(surroundings, place, hsa_id),
        **_hours(surroundings, kind),
        **_texts(surroundings, name, town),
        **_dates(surroundings),
    }
    notice, shown = _notice(surroundings)
    facts: dict[str, Fact] = {"name": name, "latitude": position.latitude, "longitude": position.longitude}
    if notice:
        profile["unitTemporaryInformation"] = [notice]
        facts["notice"] = shown
    unit = SandboxUnit(
        hsa_id=hsa_id,
        container=container(hsa_id, name, place),
        profile=profile,
        eservices=offered(random, hsa_id, place) if random.random() < kind.eservices else [],
    )
    return Draft(unit, place, position, surroundings, place.region.key, facts=facts)


def container(hsa_id: str, name: str, place: Place) -> dict[str, str]:
    """Return the official elements of a unit."""
    number = place.organisation_number
    below = f"o=Region {place.region.name},l={place.region.county_name},c=SE"
    return {
        "hsaIdentity": hsa_id,
        "DN": f"ou={name.replace(',', chr(92) + ',')},ou=Verksamhet {hsa_id[-4:]},{below}",
        "orgNo": f"{number[:6]}-{number[6:]}",
        "name": name,
        "publicName": name,
        "unitIsArchived": "false",
    }


def telephone_number(surroundings: Surroundings, place: Place) -> str:
    """Return an invented number in digits, with the area code of the county."""
    return f"{place.area_code}{surroundings.random.randint(200_000, 999_999)}"


def _identity(surroundings: Surroundings, hsa_id: str, name: str, town: str) -> Profile:
    return {
        "unitHsaId": [hsa_id],
        "unitName": [name],
        "publicName": [name],
        **({"alternateName": [name.partition(" ")[0]]} if surroundings.one_in(7) else {}),
        "location": [town],
    }


def _codes(surroundings: Surroundings, kind: Kind, place: Place) -> Profile:
    random = surroundings.random
    return {
        "destinationIndicator": list(random.choices((("03",), ("03", "04"), ("04",), ("01", "03")), (84, 8, 3, 5))[0]),
        **({"businessType": [kind.business_type]} if kind.business_type else {}),
        "careType": list(kind.care_types),
        "businessClassification": [
            {"businessClassificationCode": [code], "businessClassificationName": [meaning]}
            for code, meaning in kind.classifications
        ],
        "management": [random.choice(_MANAGEMENTS)],
        "countyCode": [place.region.county_code],
        "countyName": [place.region.county_name],
        "municipalityCode": [place.municipality_code],
        "municipalityName": [place.municipality_name],
    }


def _position(surroundings: Surroundings, position: Position) -> Profile:
    return {
        "geographicalCoordinatesRt90": [position.rt90],
        **(sweref99(position) if surroundings.one_in(2) else {}),
    }


def sweref99(position: Position) -> Profile:
    """Return the elements that give a position in SWEREF 99."""
    return {
        "geographicalCoordinatesSWEREF99Latitude": [f"{position.latitude:.5f}"],
        "geographicalCoordinatesSWEREF99Longitude": [f"{position.longitude:.5f}"],
    }


def _addresses(surroundings: Surroundings, name: str, post_code: str, town: str) -> Profile:
    random = surroundings.random
    street, number = random.choice(names.STREETS), str(random.randint(1, 120))
    letter = random.choice(("", "", "", "A", "B"))
    box = f"Box {random.randint(1, 999)}"
    old: Profile = {
        "street": [f"{street} {number}{letter}"],
        "postalAddress": [f"{name}${box}${post_code[:3]} {post_code[3:]} {town}"],
        "postalCode": [post_code],
    }
    new: Profile = {
        "structuredVisitingAddress": [f"{street}${number}${letter}${town}"],
        "structuredPostalAddress": [{"addressee": [name], "street": [box], "postCode": [post_code], "town": [town]}],
    }
    return random.choices((old, new, old | new), weights=(40, 20, 40))[0]


def _contacts(surroundings: Surroundings, place: Place, hsa_id: str) -> Profile:
    random = surroundings.random
    suffix = hsa_id[-4:].lower()
    number = telephone_number(surroundings, place)
    area = len(place.area_code)
    international = f"+46 {number[1:area]} {number[area : area + 3]} {number[area + 3 :]}"
    contacts: Profile = {"telephoneNumber": [random.choice((number, international))]}
    if surroundings.one_in(3):
        contacts["switchboardNumber"] = [telephone_number(surroundings, place)]
    if surroundings.one_in(20):
        contacts["textTelephoneNumber"] = [f"{suffix}@sip.example"]
    if surroundings.one_in(10):
        contacts["facsimileTelephoneNumber"] = [telephone_number(surroundings, place)]
    if surroundings.one_in(3):
        contacts["mail"] = [f"mottagningen.{suffix}@vard.example"]
    if not surroundings.one_in(4):
        contacts["labeledUri"] = [f"https://www.vard.example/mottagningar/{suffix}"]
    if surroundings.one_in(10):
        contacts["directoryContact"] = [f"redaktor.{suffix}@intern.example"]
    if surroundings.one_in(3):
        contacts["unitFunction"] = [
            {
                "name": [function],
                "telephoneNumber": [telephone_number(surroundings, place)],
                "telephoneHour": list(random.choice(TELEPHONE_WEEKS)),
            }
            for function in random.sample(_FUNCTIONS, random.randint(1, 2))
        ]
    return contacts


def _hours(surroundings: Surroundings, kind: Kind) -> Profile:
    random, today = surroundings.random, surroundings.today
    hours: Profile = {
        "surgeryHour": list(as_written(random, random.choice(WEEKS[kind.hours])).raw),
        "telephoneHour": list(as_written(random, random.choice(TELEPHONE_WEEKS)).raw),
    }
    if surroundings.one_in(10):
        hours["dropInHour"] = ["1-5#08:00#10:00#Drop-in"]
    if surroundings.one_in(10):
        summer = today + timedelta(days=random.choice((-120, -40, 40, 90)))
        hours["surgeryHour"].append(exception("1-5#10:00#14:00", "Sommartid", summer, days=random.choice((5, 80))))
    return hours


def _texts(surroundings: Surroundings, name: str, town: str) -> Profile:
    random = surroundings.random
    texts: Profile = {"description": [names.description(random, name, town)]}
    if surroundings.one_in(3):
        texts["route"] = [names.route(random)]
    if surroundings.one_in(7):
        texts["visitingRuleAge"] = [random.choice(_AGES)]
    if surroundings.one_in(10):
        texts["referralRules"] = ["Du behöver ingen remiss. Du kan skriva en egen vårdbegäran."]
    if surroundings.one_in(5):
        texts["relatedUnitHsaId"] = random.sample(surroundings.with_card, random.randint(1, 2))
    if surroundings.one_in(30):
        texts["jpegPhoto"] = [JPEG]
        texts["alternateText"] = [f"Entrén till {name}"]
    return texts


def _dates(surroundings: Surroundings) -> Profile:
    random, today = surroundings.random, surroundings.today
    dates: Profile = {}
    if surroundings.one_in(3):
        start = today - timedelta(days=random.randint(30, 3000))
        dates["unitStartDate"] = [random.choice((f"{start:%Y%m%d}000000Z", f"{start:%Y-%m-%d}T00:00:00+01:00"))]
    if surroundings.one_in(30):
        dates["unitEndDate"] = [f"{today + timedelta(days=random.randint(60, 700)):%Y%m%d}000000Z"]
    return dates


def _notice(surroundings: Surroundings) -> tuple[str, str | None]:
    """Return the raw notice, if any, and the text that the card shows now."""
    random, today = surroundings.random, surroundings.today
    text = random.choice(names.NOTICES)
    past, future = (
        today - timedelta(days=random.randint(30, 90)),
        today + timedelta(days=random.randint(30, 90)),
    )
    forms = (
        ("", None),
        (f"{past:%Y%m%d};{future:%Y%m%d};{text}", text),
        (f"{future:%Y%m%d};{future + timedelta(days=30):%Y%m%d};{text}", None),
        (f"{past - timedelta(days=30):%Y%m%d};{past:%Y%m%d};{text}", None),
        (f"{past:%Y%m%d};;{text}", text),
        (f";;{text}", text),
    )
    return random.choices(forms, weights=(90, 4, 1, 2, 2, 1))[0]

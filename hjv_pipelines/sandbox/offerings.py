"""What units offer among the 1177 e-services.

Here: plausible e-services, and who may use them. Not here: how they are asked for (`eservices.py`).
"""

from random import Random

from hjv_pipelines.sandbox.places import Place
from hjv_pipelines.sandbox.unit import EService, EServiceRestrictions

_COMMON = (
    ("Kontakta mottagningen", "Ställ en fråga eller be oss ringa upp dig."),
    ("Boka tid", "Boka en tid som passar dig."),
    ("Av- och omboka tid", "Ändra eller ta bort en tid som du redan har."),
    ("Förnya recept", "Be om nytt recept på läkemedel som du redan använder."),
    ("Förnya hjälpmedel", "Be om fler av de hjälpmedel som du har fått utskrivna."),
    ("Förnya sjukintyg", "Be om förlängt sjukintyg."),
    ("Beställ journalkopia", "Beställ en kopia av din journal."),
    ("Egen vårdbegäran", "Skriv en egen vårdbegäran till mottagningen."),
    ("Klamydiatest hemma", "Beställ ett test och få svaret i e-tjänsten."),
)

_RESTRICTED = 0.2


def offered(random: Random, hsa_id: str, place: Place) -> list[EService]:
    """Return the e-services of one unit; each has an id of its own."""
    number = random.randint(1, 6)
    return [
        _eservice(random, f"{hsa_id[-4:]}{place.municipality_code}-{which}", place, *_COMMON[which])
        for which in sorted(random.sample(range(len(_COMMON)), number))
    ]


def _eservice(random: Random, resource_id: str, place: Place, name: str, text: str) -> EService:
    eservice = EService(
        commonName=name,
        description=text,
        resourceId=resource_id,
        securitylevel=random.choice(("AL2", "AL3")),
        url=f"https://e-tjanster.example/arende/{resource_id}",
    )
    if random.random() < _RESTRICTED:
        eservice["restrictions"] = _restrictions(random, place)
    return eservice


def _restrictions(random: Random, place: Place) -> EServiceRestrictions:
    everyone_of_the_county = EServiceRestrictions(
        eserviceAreaCode={"countycode": [place.region.county_code]}, listing=False, referal=False
    )
    those_on_the_list = EServiceRestrictions(
        eserviceAreaCode={
            "countycode": [place.region.county_code],
            "municipalityCode": [place.municipality_code],
        },
        listing=True,
        referal=False,
    )
    grown_women = EServiceRestrictions(gender="2", listing=False, referal=False, ageMin=18)
    referred_children = EServiceRestrictions(listing=False, referal=True, referalTypeId="3", ageMin=0, ageMax=17)
    return random.choice((everyone_of_the_county, those_on_the_list, grown_women, referred_children))

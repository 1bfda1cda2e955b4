"""Names and texts as Swedish care units have them.

Here: words, and what is composed from them. Not here: what a unit does (`kinds.py`) and where it lies
(`places.py`).
"""

from random import Random

HOUSES = (
    "Almen", "Björkbacken", "Blåklinten", "Brunnsparken", "Druvan", "Ekbacken", "Ekhagen", "Eken",
    "Fjärilen", "Forsen", "Gläntan", "Granen", "Gullvivan", "Hagaberg", "Hamnen", "Hjorten", "Hyllan",
    "Höjden", "Kastanjen", "Klockaregården", "Kompassen", "Kristallen", "Kronan", "Kvarnen", "Källan",
    "Linden", "Ljungheden", "Lyran", "Lönnen", "Mellangården", "Mossen", "Mårtensgården", "Norrgården",
    "Nyhem", "Oxeln", "Pilen", "Prästkragen", "Rosenlund", "Rönnen", "Sankt Göran", "Sjöbo", "Skogsbrynet",
    "Slottsstaden", "Smedjan", "Solrosen", "Stjärnan", "Storken", "Strandängen", "Svanen", "Sörgården",
    "Tallen", "Tulpanen", "Valla", "Vallmon", "Vintergatan", "Vitsippan", "Åbrinken", "Ådalen", "Åkerbäret",
    "Ängen", "Ängsgården", "Ärlan", "Östergården", "Örnen",
)  # fmt: skip
"""What houses and quarters are called."""

STREETS = (
    "Storgatan", "Drottninggatan", "Kungsgatan", "Järnvägsgatan", "Skolgatan", "Kyrkogatan", "Nygatan",
    "Ringvägen", "Vasagatan", "Östra Torggatan", "Västra Hamngatan", "Norra Esplanaden", "Södra vägen",
    "Industrigatan", "Parkgatan", "Björkvägen", "Hantverkaregatan", "Sjukhusvägen", "Lasarettsgatan",
    "Bangårdsgatan", "Åsgatan", "Älvgatan", "Ödmansgatan", "Lilla Fiskaregatan", "Stationsvägen",
    "Regementsgatan", "Mejerigatan", "Tingsgatan",
)  # fmt: skip

OFFICES = (
    "Administration", "Arkiv", "Avdelning", "Bemanningsenhet", "Driftenhet", "Ekonomienhet", "Förråd",
    "Godsmottagning", "IT-enhet", "Kansli", "Kost och lokalvård", "Kvalitetsenhet", "Laboratorium",
    "Ledningsstab", "Operation", "Personalenhet", "Provtagning", "Reception", "Registratur",
    "Servicecentral", "Sterilcentral", "Utbildningsenhet", "Verksamhetsområde", "Vårdplatskoordinering",
    "Återbruk",
)  # fmt: skip
"""What the public never sees: the units behind the units."""

NOTICES = (
    "Vi har stängt för utbildning. Ring 1177 om du behöver råd.",
    "Telefonen är ur funktion. Använd våra e-tjänster så länge.",
    "Vi bygger om entrén. Gå in från gårdssidan.",
    "Drop-in är inställt. Boka tid i stället.",
    "Vi har flyttat till nya lokaler i samma hus, en trappa upp.",
)

_DESCRIPTIONS = (
    "Hos {name} får du hjälp i {town}. Du är välkommen att kontakta oss när du behöver.",
    "Välkommen till {name}. Vi tar emot dig som bor i eller nära {town}. Boka helst tid innan du kommer.",
    "{name} ligger centralt i {town}. Vi arbetar i team, och du får träffa den som bäst kan hjälpa dig.",
    "Vi på {name} hjälper dig med råd, undersökning och behandling. Säg till om du behöver tolk.",
)

_ROUTES = (
    "Busshållplats finns utanför entrén. Parkering mot avgift på gården.",
    "Från stationen är det fem minuters promenad. Följ skyltarna mot torget.",
    "Kör in från baksidan. Två platser för rörelsehindrade finns vid dörren.",
)


def description(random: Random, name: str, town: str) -> str:
    """Return what a unit writes about itself."""
    return random.choice(_DESCRIPTIONS).format(name=name, town=town)


def route(random: Random) -> str:
    """Return how to find the way to the house."""
    return random.choice(_ROUTES)


def office(random: Random) -> str:
    """Return the name of a unit that the public never sees."""
    return f"{random.choice(OFFICES)} {random.choice(HOUSES)} {random.randint(1, 99)}"

"""A small nation for the delivery's tests: units that have a card, had one, and have none.

Here: what the sources said of them, brought through the store's own merge and publication. Not here: promises.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import get_args

from hjv_pipelines.cards.register import make_register
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.sources.eservices.record import EService, EServices, Restrictions, ServiceArea
from hjv_pipelines.sources.hsa.record import AgeRule, HsaUnit, Notice, StructuredAddress, UnitFunction
from hjv_pipelines.sources.kka.answer import PROFILE, UnitAnswer, read_units
from hjv_pipelines.sources.kka.record import (
    AttachedFile,
    BorrowedEServices,
    Link,
    OwnEService,
    PublishedContent,
    PublishedText,
    TextSection,
)
from hjv_pipelines.sources.listing.record import Listing
from hjv_pipelines.sources.offerings.record import CareService, Coded, Description, Fee, Offerings, Place, TargetGroup
from hjv_pipelines.sources.patient_survey.record import PatientSurvey
from hjv_pipelines.sources.quality_indicators.record import (
    Measurement,
    Period,
    Proportion,
    QualityIndicators,
    Wait,
    Withheld,
)
from hjv_pipelines.sources.source import Record, Scope, Snapshot, UnitDocument
from hjv_pipelines.sources.vaccinera.record import Vaccinations, VaccinationTime, Vaccine
from hjv_pipelines.store.database import connect
from hjv_pipelines.store.ledger import Run, begin_import
from hjv_pipelines.store.merge import merge
from hjv_pipelines_tests.cards.units import NOON, a_time_span, a_unit

NOW = NOON
"""The moment of every request: an ordinary Wednesday in March, at noon in Sweden."""

FETCHED_AT = NOW - timedelta(minutes=30)
AS_OF = NOW - timedelta(hours=2)
RUN = Run("run-of-the-day", "manual")
REGION = "01-stockholm"
STOCKHOLM = Scope(regions=(REGION,))

CLINIC = "SE2321000016-VC1"
NEIGHBOUR = "SE2321000016-BVC1"
HOSTILE = "SE2321000016-XSS1"
UNMARKED = "SE2321000016-INTERN1"
FEIGNED = "SE2321000016-TEST1"
WITHDRAWN = "SE2321000016-STANGD1"
NOT_OPENED = "SE2321000016-NY1"
UNKNOWN = "SE2321000016-OKAND1"

MARKUP = "<script>alert('hej')</script><b onclick=\"x()\">fet</b>"

_CLINIC = a_unit(
    hsa_id=CLINIC,
    name="Djurgårdens vårdcentral",
    location="Stockholm",
    municipality_code="0180",
    municipality_name="Stockholm",
    managements=("4",),
    visiting_address=StructuredAddress(
        street="Djurgårdsvägen", premises_number="12", premises_letter="B", town="Stockholm"
    ),
    postal_address=StructuredAddress(
        addressee=("Djurgårdens vårdcentral",), street="Box 12", post_code="11521", town="Stockholm"
    ),
    telephone_numbers=("+46812345600",),
    mail="djurgarden@vard.example",
    web_page="https://djurgarden.example/",
    unit_functions=(UnitFunction(name="Receptförnyelse", telephone_numbers=("+46812345611",)),),
    surgery_hours=(a_time_span("1-5", "08:00", "17:00"),),
    telephone_hours=(a_time_span("1-5", "08:00", "11:30"),),
    drop_in_hours=(a_time_span("2-2", "13:00", "15:00"),),
    visiting_hours=(a_time_span("1-7", "18:00", "19:00"),),
    notice=Notice(text="Stängt för flytt.\nVälkommen åter.", to_date=date(2026, 3, 20)),
    description="Vi tar emot dig som är sjuk eller orolig.",
    age_rules=(AgeRule(from_age=18),),
    route="Spårvagn 7 till Djurgårdsbron.",
    related_units=(NEIGHBOUR, UNMARKED),
)

_ESERVICES = EServices(
    services=(
        EService(
            resource_id="1",
            name="Boka tid",
            description="Boka en tid hos läkare.",
            url="https://e-tjanster.example/boka",
            security_level="AL3",
            restrictions=Restrictions(
                area=ServiceArea(county_codes=("01",)), age_min=18, gender="2", listing_required=True
            ),
        ),
    )
)

_LENT = EServices(services=(EService(resource_id="2", name="Avboka tid"),))

_CONTENT = PublishedContent(
    texts=(
        PublishedText(
            id="1",
            section="news",
            heading="Nya lokaler",
            ingress="Vi flyttar i maj.",
            html="<p>Välkommen <strong>in</strong>!</p>",
            hours="Visning vardagar",
            contact="Fråga i receptionen",
            links=(Link(text="Så hittar du", url="https://karta.example/"),),
            files=(AttachedFile(name="Broschyr", url="https://filer.example/broschyr.pdf"),),
        ),
        *(
            PublishedText(id=section, section=section, heading=heading)
            for section, heading in (
                ("help", "Hälsosamtal"),
                ("read_more", "Vår historia"),
                ("your_visit", "Ta med legitimation"),
                ("seek_care", "Ring först"),
                ("practical_information", "Parkering"),
            )
        ),
    ),
    eservices=(OwnEService(id="1", name="Ställ en fråga", url="https://fraga.example/"),),
    borrowed=(BorrowedEServices(lender=NEIGHBOUR),),
)

_LISTING = Listing(has_queue=True, listing_types=("BVC", "HLM"))

_SURVEY = PatientSurvey(
    question="Skulle du rekommendera vårdcentralen?",
    year=2025,
    period_from=date(2025, 10, 1),
    period_to=date(2025, 10, 31),
    answers=1143,
    share=0.873,
)
_WITHHELD = _SURVEY.model_copy(update={"share": None, "answers": 12, "missing": "too_few_answers"})

_OFFERINGS = Offerings(
    services=(
        CareService(
            type=Coded(system="1.2.752.116.2.1.1", code="91251008", name="Fysioterapi"),
            descriptions=(Description(text="Träning och råd."),),
            referral_required=True,
            fee=Fee(amount="99.50", currency="SEK"),
            target_groups=(TargetGroup(age_min=18, gender="2"),),
            places=(Place(address="Djurgårdsvägen 14"),),
        ),
    )
)

_VACCINATIONS = Vaccinations(
    vaccines=(
        Vaccine(
            code="influenza",
            name="Influensa",
            booking_url="https://vaccin.example/boka",
            times=(VaccinationTime(day=date(2026, 3, 12), opens="09:00", closes="12:00", drop_in=True),),
        ),
    )
)

_OCTOBER = Period(first=date(2025, 10, 1), last=date(2025, 10, 31))
_WITHIN_THREE_DAYS = "5b0c1f36-7d2e-4c55-9a3e-2f6d3c1e8a01"
_ASSESSED = QualityIndicators(
    measurements=(
        Measurement(
            indicator=_WITHIN_THREE_DAYS,
            period=_OCTOBER,
            proportion=Proportion(rate=0.865, numerator=1038, denominator=1200),
        ),
    )
)
_TOO_FEW = QualityIndicators(
    measurements=(Measurement(indicator=_WITHIN_THREE_DAYS, period=_OCTOBER, withheld=Withheld(reason="too_few")),)
)
_FORECAST = QualityIndicators(
    measurements=(
        Measurement(
            indicator="9e4a7d10-1c3b-4f6a-8b25-6a0d5e2f7c02", period=_OCTOBER, wait=Wait(length=20, unit="weeks")
        ),
    )
)

_HOSTILE: dict[str, Record] = {
    "eservices": EServices(services=(EService(resource_id="1", name=MARKUP, description=MARKUP),)),
    "offerings": Offerings(
        services=(
            CareService(
                type=Coded(system="1.2.752.116.2.1.1", code="1", name=MARKUP), descriptions=(Description(text=MARKUP),)
            ),
        )
    ),
    "vaccinera": Vaccinations(vaccines=(Vaccine(code="new", name=MARKUP, note=MARKUP),)),
    "listing": Listing(listing_types=(MARKUP,)),
    "patient_survey": PatientSurvey(question=MARKUP, year=2025, missing=MARKUP),
}
"""Markup in every text of the sources whose contracts have free text."""

_UNITS = (
    _CLINIC,
    a_unit(hsa_id=NEIGHBOUR, name="Djurgårdens barnavårdscentral"),
    a_unit(
        hsa_id=HOSTILE,
        name=f"Mottagning {MARKUP}",
        description=MARKUP,
        notice=Notice(text=MARKUP),
        business_types=("03",),
        rt90=None,
    ),
    a_unit(hsa_id=UNMARKED, name="Interna rummet", destination_indicators=("01",), care_types=()),
    a_unit(hsa_id=FEIGNED, name="Hittepåmottagningen", feigned=True),
    a_unit(hsa_id=WITHDRAWN, name="Nedlagda mottagningen"),
)
_NEW = a_unit(hsa_id=NOT_OPENED, name="Nya mottagningen", start_date=NOW + timedelta(days=30), municipality_code="0180")


def publish_nation(database_url: str, without: frozenset[str] = frozenset()) -> None:
    """Import and publish the nation, `without` some units; then again as it is now, without the unit that is gone."""
    say = partial(_import, database_url, without)
    say("hsa", _UNITS, AS_OF - timedelta(days=1), FETCHED_AT - timedelta(days=1))
    _publish(database_url, NOW - timedelta(days=1))
    _register(database_url, NOW - timedelta(days=1))
    say("hsa", [*(unit for unit in _UNITS if unit.hsa_id != WITHDRAWN), _NEW], AS_OF, FETCHED_AT)
    say(
        "eservices",
        {CLINIC: _ESERVICES, NEIGHBOUR: _LENT, HOSTILE: _HOSTILE["eservices"]},
        AS_OF,
        FETCHED_AT,
    )
    say("kka", {CLINIC: _CONTENT, HOSTILE: _hostile_content()}, AS_OF, FETCHED_AT)
    say("waiting_times", {CLINIC: _ASSESSED, NEIGHBOUR: _TOO_FEW}, AS_OF, FETCHED_AT)
    say("waiting_times_skane", {CLINIC: _FORECAST}, AS_OF, FETCHED_AT)
    say(
        "listing",
        {CLINIC: _LISTING, NEIGHBOUR: Listing(), HOSTILE: _HOSTILE["listing"]},
        AS_OF,
        FETCHED_AT,
    )
    say(
        "patient_survey",
        {CLINIC: _SURVEY, NEIGHBOUR: _WITHHELD, HOSTILE: _HOSTILE["patient_survey"]},
        AS_OF,
        FETCHED_AT,
    )
    say("offerings", {CLINIC: _OFFERINGS, HOSTILE: _HOSTILE["offerings"]}, AS_OF, FETCHED_AT)
    say("vaccinera", {CLINIC: _VACCINATIONS, HOSTILE: _HOSTILE["vaccinera"]}, AS_OF, FETCHED_AT)
    _publish(database_url, NOW - timedelta(minutes=20))
    _register(database_url, NOW - timedelta(minutes=10))


def _register(database_url: str, at: datetime) -> None:
    with connect(database_url) as connection:
        make_register(connection, [REGION], RUN, lambda: at)


def _hostile_content() -> Record:
    """Return what is read of an answer of KKA's that has markup everywhere."""
    marked = dict.fromkeys(("heading", "ingress", "text", "hours", "contact"), MARKUP)
    text = {"id": "1", "links": [{"text": MARKUP, "url": "javascript:alert('hej')"}], **marked}
    unit = {
        "hsaId": HOSTILE,
        "state": "published",
        "texts": [{**text, "id": section, "section": section} for section in get_args(TextSection)],
        "eServices": [{"id": "1", "name": MARKUP, "description": MARKUP, "url": 'https://fraga.example/"onclick=x()'}],
    }
    (said,) = read_units({"profile": PROFILE, "connected": True, "complete": True, "unitCount": 1, "units": [unit]})
    assert isinstance(said, UnitAnswer)
    assert said.record is not None
    return said.record


def _import(
    database_url: str,
    without: frozenset[str],
    source: str,
    told: Iterable[HsaUnit] | dict[str, Record],
    as_of: datetime,
    fetched_at: datetime,
) -> None:
    records = told if isinstance(told, dict) else {unit.hsa_id: unit for unit in told}
    snapshot = Snapshot(
        source=source,
        scope=STOCKHOLM,
        as_of=as_of,
        fetched_at=fetched_at,
        records=(UnitDocument(hsa_id, REGION, said) for hsa_id, said in records.items() if hsa_id not in without),
    )
    with connect(database_url) as connection:
        import_id = begin_import(connection, source, STOCKHOLM, RUN, fetched_at)
        merge(connection, snapshot, import_id, lambda: fetched_at)


def _publish(database_url: str, at: datetime) -> None:
    Pipeline(database_url, {}, Policy(), lambda: at).publish(STOCKHOLM, RUN)

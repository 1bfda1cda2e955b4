"""A small nation for the delivery's tests: units that have a card, had one, and have none.

Here: what the sources said of them, brought through the store's own merge and publication. Not here: promises.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines.flow import Pipeline
from hjv_pipelines.sources.eservices.record import EService, EServices, Restrictions, ServiceArea
from hjv_pipelines.sources.hsa.record import AgeRule, HsaUnit, Notice, StructuredAddress, UnitFunction
from hjv_pipelines.sources.source import Record, Scope, Snapshot, UnitDocument
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

_UNITS = (
    _CLINIC,
    a_unit(hsa_id=NEIGHBOUR, name="Djurgårdens barnavårdscentral"),
    a_unit(hsa_id=HOSTILE, name=f"Mottagning {MARKUP}", description=MARKUP, notice=Notice(text=MARKUP)),
    a_unit(hsa_id=UNMARKED, name="Interna rummet", destination_indicators=("01",), care_types=()),
    a_unit(hsa_id=FEIGNED, name="Hittepåmottagningen", feigned=True),
    a_unit(hsa_id=WITHDRAWN, name="Nedlagda mottagningen"),
)


def publish_nation(database_url: str) -> None:
    """Import and publish the nation; then again as it is now, without the unit that is gone."""
    _import(database_url, "hsa", _UNITS, AS_OF - timedelta(days=1), FETCHED_AT - timedelta(days=1))
    _publish(database_url, NOW - timedelta(days=1))
    _import(database_url, "hsa", [unit for unit in _UNITS if unit.hsa_id != WITHDRAWN], AS_OF, FETCHED_AT)
    _import(database_url, "eservices", {CLINIC: _ESERVICES}, AS_OF, FETCHED_AT)
    _publish(database_url, NOW - timedelta(minutes=20))


def _import(
    database_url: str,
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
        records=iter([UnitDocument(hsa_id, REGION, record) for hsa_id, record in records.items()]),
    )
    with connect(database_url) as connection:
        import_id = begin_import(connection, source, STOCKHOLM, RUN, fetched_at)
        merge(connection, snapshot, import_id, lambda: fetched_at)


def _publish(database_url: str, at: datetime) -> None:
    Pipeline(database_url, {}, Policy(), lambda: at).publish(STOCKHOLM, RUN)

"""How complete a region's cards are is counted on the cards as they are published."""

from datetime import UTC

import psycopg

from hjv_pipelines.cards.completeness import completeness
from hjv_pipelines.cards.publish import publish_region
from hjv_pipelines.cards.visibility import Policy
from hjv_pipelines_tests.store.told import MORNING, REGIONS, RUN, UNITS, Told, tell

A, B, _ = UNITS
STOCKHOLM, SKANE = REGIONS


def test_a_field_is_counted_on_the_cards_that_have_it(connection: psycopg.Connection) -> None:
    units = {A: (SKANE, "one"), B: (SKANE, "one"), UNITS[2]: (SKANE, "hidden")}
    tell(connection, Told(0, units, regions=(SKANE,)))
    tell(connection, Told(0, {A: (SKANE, "one")}, regions=(SKANE,), source="eservices"))
    publish_region(connection, SKANE, Policy(), RUN, lambda: MORNING.astimezone(UTC))
    (skane,) = completeness(connection)
    assert (skane.region, skane.cards) == (SKANE, 2)
    assert [skane.share(field) for field in ("position", "e-services", "telephone")] == [1.0, 0.5, 0.0]


def test_a_region_without_cards_has_no_share(connection: psycopg.Connection) -> None:
    tell(connection, Told(0, {A: (STOCKHOLM, "hidden")}, regions=(STOCKHOLM,)))
    publish_region(connection, STOCKHOLM, Policy(), RUN, lambda: MORNING.astimezone(UTC))
    (stockholm,) = completeness(connection)
    assert stockholm.share("position") is None

"""A server stops for no look at what cannot be garbage: all that it made at its start."""

import gc

from hjv_pipelines.serving.pauses import short_pauses
from hjv_pipelines_tests.delivery.conftest import served


def test_what_stands_already_is_not_looked_at_meanwhile() -> None:
    stands: list[object] = []
    with short_pauses():
        made: list[object] = []
        assert not is_looked_at(stands)
        assert is_looked_at(made)
    assert is_looked_at(stands)


def test_the_delivery_is_not_looked_at_while_it_serves(database_url: str) -> None:
    assert gc.get_freeze_count() == 0
    with served(database_url) as delivery:
        assert delivery.get("/healthz").is_success
        assert gc.get_freeze_count() > 0


def is_looked_at(thing: object) -> bool:
    """Tell whether the collector of garbage looks at a thing."""
    return any(one is thing for one in gc.get_objects())

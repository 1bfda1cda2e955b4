"""The picture of the cards by region: each bar has its figures beside it, and the longest takes the whole width."""

from base64 import b64decode

from lxml import etree

from hjv_pipelines.orchestration.bars import Bar, bars
from hjv_pipelines.regions import REGION_KEYS, region

SVG = {"svg": "http://www.w3.org/2000/svg"}


def drawn(rows: dict[str, Bar]) -> etree._Element:
    """Return the drawing."""
    picture = bars(rows, "Cards, and units without one")
    return etree.fromstring(b64decode(picture.partition("base64,")[2].removesuffix(")")))


def lengths(picture: etree._Element) -> list[int]:
    """Return how long the parts of the bars are, from above."""
    return [int(width) for width in picture.xpath("//svg:g/svg:rect/@width", namespaces=SVG)]


def test_bars_are_as_long_as_their_figures() -> None:
    assert lengths(drawn({"Skåne": Bar(255, 85), "Gotland": Bar(51, 17)})) == [255, 85, 51, 17]
    assert lengths(drawn({"Skåne": Bar(2550, 850), "Gotland": Bar(510, 170)})) == [255, 85, 51, 17]


def test_each_bar_has_its_name_and_its_figures() -> None:
    words = drawn({"Öar & skär": Bar(1300, 10)}).xpath("//svg:text/text()", namespaces=SVG)
    assert words == ["Cards, and units without one", "Öar & skär", "1,300 + 10"]


def test_regions_without_anything_have_no_bar() -> None:
    assert set(lengths(drawn({"Skåne": Bar(0, 0)}))) == {0}


def test_the_nation_takes_a_few_kilobytes() -> None:
    """It stands at each of the 22 partitions, several times a day."""
    assert len(bars({region(key).name: Bar(1234, 567) for key in REGION_KEYS}, "Cards")) < 8_000

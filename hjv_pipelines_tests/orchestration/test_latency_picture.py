"""The picture of latency says what share of the hints was published within which time; red is what took too long."""

from base64 import b64decode

from hjv_pipelines.orchestration.latency_picture import BOUNDS, latency_picture
from hjv_pipelines.store.inbox.figures import Spread


def drawn(*within: int) -> str:
    """Return the drawing of so many hints within each duration, and longer than all."""
    assert len(within) == len(BOUNDS) + 1
    picture = latency_picture([Spread("hsa", "shared_text", within)])
    return b64decode(picture.partition("base64,")[2].removesuffix(")")).decode()


def test_a_row_tells_the_shares_of_a_source() -> None:
    picture = drawn(100, 299, 0, 1, 0, 0, 0, 0)
    assert "hsa, shared text" in picture
    assert [share for share in ("25", "75", "&lt;1") if f">{share}</text>" in picture] == ["25", "75", "&lt;1"]
    assert "#a3261b" not in picture
    assert "Red: two minutes and longer." in picture


def test_what_took_longer_than_all_is_red() -> None:
    assert "#a3261b" in drawn(9, 0, 0, 0, 0, 0, 0, 1)

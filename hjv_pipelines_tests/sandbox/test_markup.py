"""Promises of XML written by hand: a parser reads all of what was written that XML can carry."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hjv_pipelines.sandbox.markup import element

NOT_XML = {*map(chr, range(32)), "\ufffe", "\uffff"} - set("\t\n\r")


@given(st.text(st.characters(codec="utf-8")))
def test_a_parser_reads_what_was_written(text: str) -> None:
    """Trap 29."""
    read = etree.fromstring(element("value", text).encode()).text or ""
    assert read == "".join(character for character in text if character not in NOT_XML)

"""The promise: an editor's markup reaches a card as plain, harmless HTML, and what was removed is told (trap 28)."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hjv_pipelines.sources.kka.markup import cleaned

ALLOWED = r'</?(?:p|ul|ol|li|strong|em|b|i|br|h3|h4|a)>|<a href="(?:https?|mailto|tel):[^"<>]*" rel="noopener">'
PLAIN_LINK = '<a rel="noopener">'


def is_harmless(html: str) -> bool:
    """Tell whether `html` consists of text and of allowed elements, written out in full, and of nothing else."""
    return not re.search("[<>]", re.sub(ALLOWED, "", html.replace(PLAIN_LINK, ""), flags=re.IGNORECASE))


def test_what_cards_show_stays_as_it_is() -> None:
    html = (
        "<h3>Rubrik</h3><h4>Mindre</h4><p><strong>Hej</strong> <em>du</em>, <b>du</b> och <i>ni</i>:<br>så här.</p>"
        '<ul><li>ett</li></ul><ol><li>två &amp; tre</li></ol><p><a href="https://www.1177.se/" rel="noopener">1177</a>'
        '<a href="mailto:a@vard.example" rel="noopener">post</a><a href="tel:+4612345" rel="noopener">ring</a></p>'
    )
    assert cleaned(html) == (html, ())


@pytest.mark.parametrize(
    ("raw", "html"),
    [
        ("Bara text", "Bara text"),
        ("2 < 3 & 5 > 4", "2 &lt; 3 &amp; 5 &gt; 4"),
        ("<P>Rad ett<BR/>rad två", "<p>Rad ett<br>rad två</p>"),
        ("<p>Före<ul><li>ett</ul>", "<p>Före</p><ul><li>ett</li></ul>"),
        ('<a href="https://www.1177.se/">1177</a>', '<a href="https://www.1177.se/" rel="noopener">1177</a>'),
    ],
)
def test_html_that_is_only_written_otherwise_loses_nothing(raw: str, html: str) -> None:
    assert cleaned(raw) == (html, ())


HOSTILE = [
    "<script>alert(1)</script>Hej",
    "<scr<script>ipt>alert(1)</scr</script>ipt>Hej",
    "<ScRiPt src=//ond.example/x.js></sCrIpT>Hej",
    "<img src=x onerror=alert(1)>Hej",
    "<svg onload=alert(1)>Hej</svg>",
    "<svg><script>alert(1)</script></svg>Hej",
    "<svg><style><img src=x onerror=alert(1)></style></svg>Hej",
    "Hej<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<p onclick=alert(1)>Hej</p>",
    "<p style='background:url(javascript:alert(1))'>Hej</p>",
    "<p class=x id=y title=z lang=en data-x=1>Hej</p>",
    "<a href='javascript:alert(1)'>Hej</a>",
    "<a href='JaVaScRiPt:alert(1)'>Hej</a>",
    "<a href=' javascript:alert(1)'>Hej</a>",
    "<a href='java\nscript:alert(1)'>Hej</a>",
    "<a href='java&#9;script:alert(1)'>Hej</a>",
    "<a href='&#106;avascript:alert(1)'>Hej</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>Hej</a>",
    "<a href='vbscript:msgbox(1)'>Hej</a>",
    "<a href='//ond.example/'>Hej</a>",
    "<a href='/hitta-vard'>Hej</a>",
    "<a href='https://ok.example/' onmouseover='alert(1)' target='_blank'>Hej</a>",
    "<iframe src='https://ond.example/'></iframe>Hej",
    "<iframe srcdoc='<script>alert(1)</script>'>x</iframe>Hej",
    "<object data='x'></object><embed src='x'>Hej",
    "<form action='https://ond.example/'><input name=p><button>Hej</button></form>",
    "<textarea></textarea><script>alert(1)</script>Hej",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>Hej</noscript>Hej",
    "<meta http-equiv=refresh content='0;url=https://ond.example/'>Hej",
    "<base href='https://ond.example/'>Hej",
    "<link rel=stylesheet href='https://ond.example/x.css'>Hej",
    "<style>@import 'https://ond.example/x.css';</style>Hej",
    "<table><tr><td background='javascript:alert(1)'>Hej</table>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>Hej",
    "<![CDATA[<script>alert(1)</script>]]>Hej",
    "<?xml version='1.0'?>Hej",
    "<!DOCTYPE html><html><body onload=alert(1)>Hej</body></html>",
    "<template><img src=x onerror=alert(1)></template>Hej",
    "<xmp><script>alert(1)</script></xmp>Hej",
    "<p>Hej<",
    "<marquee onstart=alert(1)>Hej</marquee>",
    "<details open ontoggle=alert(1)>Hej</details>",
    "<h1>Hej</h1>",
]


@pytest.mark.parametrize("raw", HOSTILE)
def test_hostile_markup_goes_and_the_words_stay(raw: str) -> None:
    """Trap 28: nothing runs, nothing is fetched, and an editor is told."""
    html, broken = cleaned(raw)
    assert html is not None
    assert "Hej" in html
    assert is_harmless(html)
    assert broken == ("markup_removed",) or raw == "<p>Hej<"


@pytest.mark.parametrize("raw", ["", " \n", "<p></p>", "<p>&nbsp;</p>", "<br><br>", "<ul><li></li></ul>"])
def test_markup_around_no_text_is_no_text(raw: str) -> None:
    assert cleaned(raw) == (None, ())


def test_a_text_of_nothing_but_script_is_no_text_and_told() -> None:
    assert cleaned("<script>alert(1)</script>") == (None, ("markup_removed",))


@pytest.mark.parametrize(
    ("raw", "html", "rule"),
    [
        ("<p>O\N{COMBINING DIAERESIS}ppet</p>", "<p>Öppet</p>", None),
        ("<p>Öppet 8\x9616</p>", "<p>Öppet 816</p>", "control_characters"),
        ("<p>Öp\x00pet</p>", "<p>Öppet</p>", "control_characters"),
        ("<p>Ã–ppet</p>", "<p>Ã–ppet</p>", "mojibake"),
        ("<p>f&Atilde;&yen;r</p>", "<p>fÃ¥r</p>", "mojibake"),
    ],
)
def test_letters_are_made_clean_as_in_every_text(raw: str, html: str, rule: str | None) -> None:
    """Trap 29."""
    assert cleaned(raw) == (html, (rule,) if rule else ())


def test_a_character_reference_cannot_spell_what_no_text_may_hold() -> None:
    """A direction override makes a text read as another."""
    html, broken = cleaned("<p>a&#x202e;b&#8203;c</p>")
    assert html == "<p>abc</p>"
    assert "control_characters" in broken


PIECES = (
    "<p>", "</p>", "<ul>", "<li>", "</li>", "</ul>", "<b>", "</b>", "<i>", "</i>", "<a href='https://x.example/'>",
    "</a>", "<a href=javascript:x>", "<h3>", "</h3>", "<br>", "<script>", "</script>", "<svg>", "</svg>", "<math>",
    "<style>", "</style>", "<table>", "<td>", "</table>", "<!--", "-->", "<textarea>", "</textarea>", "<select>",
    "<option>", "<template>", "</template>", "<form>", "<button>", "<mtext>", "<foreignObject>", "<noscript>",
    "&lt;", "&amp;lt;", "&#x338;", "&#x202e;", "\u0338", "\x00", "\r", "<", ">", '"', "'", "&", " ", "å", "a",
    "<plaintext>", "<frameset>", "<title>", "<img src=x onerror=y>", "<![CDATA[", "]]>", "<?", "</",
)  # fmt: skip


@example("Före <p>&#x338;hej</p>")  # the reference composes with the bracket before it
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=30).map("".join))
def test_whatever_was_written_the_result_is_harmless_and_cleaning_it_again_changes_nothing(raw: str) -> None:
    """Trap 28: a second reader, such as a browser, finds in it what the first one found."""
    html, broken = cleaned(raw)
    assert (html, broken) == cleaned(raw)
    if html is not None:
        assert is_harmless(html)
        again, removed = cleaned(html)
        assert again == html
        assert "markup_removed" not in removed
        assert "control_characters" not in removed

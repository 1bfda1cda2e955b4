"""The pages: what a person needs of a unit, in Swedish, without script, and never anybody else's markup."""

import json
import re
from typing import Any, get_args

import httpx
import pytest

from hjv_pipelines.alerts.cause import KINDS, Cause
from hjv_pipelines.alerts.telling import tell
from hjv_pipelines.cards.visibility import RULE_NAMES
from hjv_pipelines.delivery import swedish
from hjv_pipelines.sources.kka.record import TextSection
from hjv_pipelines.store.database import connect
from hjv_pipelines_tests.conftest import temporary_database
from hjv_pipelines_tests.delivery.conftest import served
from hjv_pipelines_tests.delivery.nation import (
    CLINIC,
    FEIGNED,
    HOSTILE,
    MARKUP,
    NEIGHBOUR,
    NOW,
    UNKNOWN,
    UNMARKED,
    WITHDRAWN,
)


@pytest.fixture(scope="module")
def clinic(delivery: httpx.Client) -> str:
    """Give the clinic's page."""
    answer = delivery.get(f"/cards/{CLINIC}")
    assert answer.status_code == 200
    return answer.text


def words_of(markup: str) -> str:
    """Return what stands on a page, as one reads it."""
    without_data = re.sub(r"<script.*?</script>", "", markup, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", without_data).split())


def structured_data_of(markup: str) -> dict[str, Any]:
    """Return a page's JSON-LD."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', markup, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


@pytest.mark.parametrize(
    "needed",
    [
        "Djurgårdens vårdcentral Stockholm",
        "Djurgårdsvägen 12 B",
        "08-123 456 00",
        "Öppet nu, stänger kl. 17:00",
        "Telefontid: stängt nu, öppnar i morgon kl. 08:00",
        "Stängt för flytt.",
        "Visas till och med 20 mars 2026",
        "Boka en tid hos läkare.",
        "Kräver inloggning",
        "För dig som bor i Stockholms län",
        "Från 18 år",
        "För kvinnor",
        "För dig som är listad här",
        "Vi tar emot dig som är sjuk eller orolig.",
        "Måndag–fredag 08:00–17:00",
        "Telefontider Måndag–fredag 08:00–11:30",
        "Drop-in Tisdag 13:00–15:00",
        "Besökstider Alla dagar 18:00–19:00",
        "Receptförnyelse 08-123 456 11",
        "Spårvagn 7 till Djurgårdsbron.",
        "Djurgårdens barnavårdscentral",
        "Källa: HSA Hämtad från HSA 11 mars 2026 kl. 11:30",
        "så som uppgifterna var där 11 mars 2026 kl. 10:00, för 2 timmar sedan",
        "Hämtad från 1177 e-tjänster 11 mars 2026 kl. 11:30",
        "Det här kan du få hjälp med Fysioterapi Träning och råd. För kvinnor",
        "För kvinnor, Från 18 år Kräver remiss Patientavgift 99,50 kr Djurgårdsvägen 14",
        "Hämtad från Utbud, Region Stockholm 11 mars 2026 kl. 11:30",
        "Vaccination Influensa 12 mars 2026: 09:00–12:00 (drop-in) Boka tid för Influensa",
        "Hämtad från Vaccinera, Region Stockholm 11 mars 2026 kl. 11:30",
        "Väntetider Medicinsk bedömning inom tre dagar, alla yrkeskategorier 87 % Oktober 2025, 1 038 av 1 200.",
        "1 200. Källa: Väntetider i vården.",
        "Behandling vid trauma 20 veckor Prognos för oktober 2025. Källa: Väntetider Skåne.",
        "Hämtad från Väntetider i vården 11 mars 2026 kl. 11:30",
        "Hämtad från Väntetider Skåne 11 mars 2026 kl. 11:30",
        "Listning Du kan lista dig här. Det är kö. Gäller BVC, HLM.",
        "Hämtad från Listningstjänsten 11 mars 2026 kl. 11:30",
        "Patientenkät Skulle du rekommendera vårdcentralen? 87 % svarade positivt.",
        "2025, besök 1–31 oktober 2025, 1 143 svar. Källa: Nationell Patientenkät.",
        "Hämtad från Nationell Patientenkät 11 mars 2026 kl. 11:30",
        "Avboka tid E-tjänst hos Djurgårdens barnavårdscentral",
        "Ställ en fråga E-tjänst utan koppling till 1177",
        "Hämtad från 1177 e-tjänster för Djurgårdens barnavårdscentral 11 mars 2026 kl. 11:30",
        "Hälsosamtal Källa:",
        "Aktuellt Nya lokaler Vi flyttar i maj. Välkommen in ! Visning vardagar Fråga i receptionen",
        "Fråga i receptionen Så hittar du Broschyr Källa:",
        "Läs mer Vår historia",
        "Ditt besök hos oss Ta med legitimation",
        "Så söker du vård hos oss Ring först",
        "Praktisk information Parkering",
    ],
)
def test_a_card_says_what_a_person_needs(clinic: str, needed: str) -> None:
    assert needed in words_of(clinic)


@pytest.mark.parametrize(
    "link",
    [
        "tel:+46812345600",
        "https://e-tjanster.example/boka",
        "mailto:djurgarden@vard.example",
        "https://djurgarden.example/",
        "https://vaccin.example/boka",
        "https://fraga.example/",
        "https://karta.example/",
        "https://filer.example/broschyr.pdf",
        f"/cards/{NEIGHBOUR}",
        f"/cards/{CLINIC}/varfor",
    ],
)
def test_a_card_leads_on(clinic: str, link: str) -> None:
    assert f'href="{link}"' in clinic


def test_what_is_not_known_is_not_shown_as_no(delivery: httpx.Client) -> None:
    """Traps 30 and 32: a queue that nobody told of, a figure that is withheld."""
    page = words_of(delivery.get(f"/cards/{NEIGHBOUR}").text)
    assert "Du kan lista dig här. Det finns ingen uppgift om kö." in page
    assert "Resultatet redovisas inte, eftersom för få har svarat. 2025" in page
    assert "Ingen siffra Oktober 2025, färre än 20 att räkna på." in page
    assert "%" not in page


def test_the_position_leads_to_a_map(clinic: str) -> None:
    assert re.search(r'href="https://www\.openstreetmap\.org/\?mlat=59\.33\d+&amp;mlon=18\.09', clinic)


def test_a_related_unit_without_a_card_is_not_named(clinic: str) -> None:
    assert UNMARKED not in clinic


def test_a_page_works_without_script(clinic: str) -> None:
    scripts = re.findall(r"<script[^>]*>", clinic)
    assert scripts == ['<script type="application/ld+json">']
    assert not re.search(r"\son\w+=", clinic)
    assert '<html lang="sv">' in clinic


def test_markup_from_a_source_is_shown_as_text(delivery: httpx.Client) -> None:
    """Closes trap 28 for HSA's texts, for all of KKA's that are plain, and for those of the other sources."""
    of_hsa, of_kka = 4, 4 * len(get_args(TextSection)) + 2
    of_eservices, of_offerings, of_vaccinera, of_listing, of_survey = 2, 2, 2, 1, 1
    of_others = of_eservices + of_offerings + of_vaccinera + of_listing + of_survey
    page = delivery.get(f"/cards/{HOSTILE}").text

    assert page.count("<script") == page.count("</script") == 1
    assert "<b onclick" not in page
    assert page.count("&lt;script&gt;alert(&#39;hej&#39;)&lt;/script&gt;") == of_hsa + of_kka + of_others
    assert f"Mottagning {MARKUP}" in structured_data_of(page)["name"]


def test_the_cleaned_markup_of_an_editors_text_is_markup_on_the_page(clinic: str) -> None:
    assert "<p>Välkommen <strong>in</strong>!</p>" in clinic


def test_kkas_sections_stand_in_their_order(clinic: str) -> None:
    headings = re.findall(r'<h2 id="[^"]+">([^<]+)</h2>', clinic)
    of_kka = (
        "Det här kan du få hjälp med",
        "Aktuellt",
        "Läs mer",
        "Ditt besök hos oss",
        "Så söker du vård hos oss",
        "Praktisk information",
    )
    assert [heading for heading in headings if heading in of_kka] == list(of_kka)


def test_hostile_markup_in_kkas_answer_never_reaches_the_page(delivery: httpx.Client) -> None:
    """Closes trap 28 for KKA's texts: of script nothing, of markup the allowed elements without their attributes."""
    page = delivery.get(f"/cards/{HOSTILE}").text
    article = page[page.index("<article") : page.index("</article>")]
    assert article.count("<b>fet</b>") == 6
    assert "<script" not in article
    assert "javascript:" not in article
    assert not re.search(r"<[^>]*\son\w+\s*=", article)


@pytest.mark.parametrize(
    ("hsa_id", "status", "said"),
    [
        (UNKNOWN, 404, "Enheten finns inte i Katalogtjänst HSA."),
        (UNMARKED, 404, "Enheten saknar vård- och omsorgsform."),
        (FEIGNED, 404, "Enheten är ett testobjekt."),
        (WITHDRAWN, 410, "Det visas inte sedan 11 mars 2026 kl. 11:40."),
    ],
)
def test_a_page_without_a_card_says_why(delivery: httpx.Client, hsa_id: str, status: int, said: str) -> None:
    answer = delivery.get(f"/cards/{hsa_id}")

    assert answer.status_code == status
    assert said in words_of(answer.text)
    assert f'href="/cards/{hsa_id}/varfor"' in answer.text


@pytest.mark.parametrize("rule", RULE_NAMES)
def test_every_reason_can_be_said_in_swedish(rule: str) -> None:
    assert swedish.reason(rule) != rule


def test_a_page_has_one_address(delivery: httpx.Client) -> None:
    answer = delivery.get(f"/cards/{CLINIC.lower()}")

    assert (answer.status_code, answer.headers["Location"]) == (308, f"/cards/{CLINIC}")


def test_the_start_page_counts_the_cards_of_each_region(delivery: httpx.Client) -> None:
    page = delivery.get("/")

    assert "Stockholm 3 4 i dag 11:40" in words_of(page.text)
    assert "3 enheter i vården har ett kontaktkort, 4 har inget." in words_of(page.text)
    assert 'href="/docs"' in page.text
    assert 'href="http://127.0.0.1:3000"' in page.text


def test_the_start_page_tells_how_the_imports_stand(delivery: httpx.Client) -> None:
    """Rule 8: one region's import does not make the nation's look on time."""
    page = words_of(delivery.get("/").text)

    assert "HSA Saknas för 21 av 22 regioner Senast hel: i dag 11:30. Innehållet är som det var i dag 10:00." in page
    assert "Nästa: i dag 15:30. Varje dag 11:30, 15:30, 22:30." in page


@pytest.mark.parametrize("typed", [CLINIC, f" {CLINIC.lower()} ", CLINIC.replace("-", " - ")])
def test_the_search_leads_an_hsa_id_to_its_card(delivery: httpx.Client, typed: str) -> None:
    answer = delivery.get("/cards", params={"q": typed})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cards/{CLINIC}")


def test_the_search_finds_a_unit_by_its_name(delivery: httpx.Client) -> None:
    page = delivery.get("/cards", params={"q": "DJURGÅRDENS stockholm"}).text

    assert "1 enhet har ett kontaktkort som passar." in words_of(page)
    assert f'href="/cards/{CLINIC}"' in page


def test_the_search_finds_no_unit_without_a_card(delivery: httpx.Client) -> None:
    """Closes trap 27 for the search."""
    for name in ("Interna", "Hittepå", "Nedlagda"):
        assert "Ingen enhet med kontaktkort passar." in delivery.get("/cards", params={"q": name}).text


def test_what_was_asked_stands_in_the_search_again(delivery: httpx.Client) -> None:
    page = delivery.get("/cards", params={"q": 'vårdcentralen">', "region": "12-skane"}).text

    assert 'value="vårdcentralen&#34;&gt;"' in page
    assert '<option value="12-skane" selected>' in page


def test_the_pages_share_one_style_sheet(delivery: httpx.Client, clinic: str) -> None:
    path = re.search(r'rel="stylesheet" href="([^"]+)"', clinic)

    assert path
    assert delivery.get(path[1]).headers["Content-Type"].startswith("text/css")


def test_the_start_page_leads_to_the_newest_cards(delivery: httpx.Client) -> None:
    page = delivery.get("/").text
    assert f'href="/cards/{CLINIC}"' in page
    assert f'href="/cards/{WITHDRAWN}"' not in page


def test_a_page_describes_the_unit_to_machines(clinic: str) -> None:
    told = structured_data_of(clinic)

    assert (told["@context"], told["@type"]) == ("https://schema.org", "MedicalClinic")
    assert told["identifier"]["value"] == CLINIC
    assert told["telephone"] == "+46812345600"
    assert told["address"]["streetAddress"] == "Djurgårdsvägen 12 B"
    assert told["geo"]["latitude"] == pytest.approx(59.33, abs=0.01)
    weekdays = [f"https://schema.org/{day}" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")]
    assert told["openingHoursSpecification"] == [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": weekdays, "opens": "08:00", "closes": "17:00"}
    ]


def test_a_page_that_a_reader_has_is_not_sent_again(delivery: httpx.Client) -> None:
    first = delivery.get(f"/cards/{CLINIC}")
    again = delivery.get(f"/cards/{CLINIC}", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])


def test_the_start_page_says_what_is_wrong_and_none_of_the_words_of_errors(
    database_server: str, migrated_template: str
) -> None:
    """Errors hold addresses, and the page may be public. When nobody looks, it says so."""
    cause = Cause(
        "region_failed", "hsa", "", "https://inner.example: 403", "Mend.", "http://ui.example/assets/hsa_units"
    )
    with temporary_database(database_server, migrated_template) as database_url, served(database_url) as delivery:
        assert "Ingen har sett efter" in delivery.get("/").text
        with connect(database_url) as connection:
            tell(connection, [], KINDS, [], NOW)
            assert "Inget är fel" in delivery.get("/").text
            tell(connection, [cause], KINDS, [], NOW)
        page = delivery.get("/").text
    assert "Import misslyckades" in page
    assert 'href="http://ui.example/assets/hsa_units"' in page
    assert "inner.example" not in page

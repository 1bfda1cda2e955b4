"""The pages in a real browser: for whoever cannot see or point, on a small screen, in the dark, without any network.

Needs Chromium (Debian's package, or `HJV_TEST_CHROMIUM`); `.ci/run` installs it.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, sync_playwright

from hjv_pipelines_tests.delivery.nation import CLINIC, HOSTILE, NEIGHBOUR, UNMARKED, WITHDRAWN

CHROMIUM = os.environ.get("HJV_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: apt-get install chromium, or HJV_TEST_CHROMIUM"
)

PAGES = {
    "a full card with a notice": f"/cards/{CLINIC}",
    "a sparse card": f"/cards/{NEIGHBOUR}",
    "a distance unit's card, without a map and with hostile texts": f"/cards/{HOSTILE}",
    "a card that is hidden": f"/cards/{UNMARKED}",
    "a card that was withdrawn": f"/cards/{WITHDRAWN}",
    "why a card is shown": f"/cards/{CLINIC}/varfor",
    "why a card is not shown": f"/cards/{UNMARKED}/varfor",
    "the start": "/",
    "what a search found": "/cards?q=djurgården",
    "what a search for care found": "/cards?q=fysioterapi",
    "what a search did not find": "/cards?q=finns+inte",
    "no page": "/nagot",
    "the docs": "/docs",
}
HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4')].map(heading => Number(heading.tagName[1]))"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NATIONAL = """() => document.querySelectorAll('tbody tr, tfoot tr').forEach(({cells: [region, ...figures]}) => {
    (region.firstElementChild ?? region).textContent = 'Västernorrland'
    figures.forEach(figure => figure.textContent = figure.matches(':last-child') ? 'i dag 03:25' : '82\u00a0239')
})"""
FOCUSED = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at)
    return [at.outerHTML, box.width > 0 && box.height > 0 && style.outlineStyle !== 'none']
}"""
REACHABLE = "a[href], button, input, select, summary, [tabindex='0']"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser that runs without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=Path(CHROMIUM or ""), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Browser, delivery: httpx.Client, *, width: int = 1280, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Page]:
    """Give a tab of the delivery; what it asks of any other host fails the test."""
    asked_elsewhere: list[str] = []
    base = str(delivery.base_url)

    def answer(route: Route) -> None:
        if route.request.url.startswith((base, "data:")):
            route.continue_()
        else:
            asked_elsewhere.append(route.request.url)
            route.abort()

    with browser.new_context(
        base_url=base, viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    ) as context:
        context.route("**/*", answer)
        yield context.new_page()
    assert asked_elsewhere == []


def test_axe_finds_nothing(browser: Browser, delivery: httpx.Client) -> None:
    with opened(browser, delivery) as tab:
        for name, path in PAGES.items():
            tab.goto(path)
            found = Axe().run(tab)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def test_everything_can_be_read_in_the_dark(browser: Browser, delivery: httpx.Client) -> None:
    with opened(browser, delivery, scheme="dark") as tab:
        for name, path in PAGES.items():
            tab.goto(path)
            found = Axe().run(tab, options={"runOnly": ["color-contrast"]})
            assert found.response["passes"], name
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def test_axe_finds_nothing_with_every_source_unfolded(browser: Browser, delivery: httpx.Client) -> None:
    with opened(browser, delivery, width=320) as tab:
        tab.goto(f"/cards/{CLINIC}")
        tab.evaluate("document.querySelectorAll('details').forEach(folded => folded.open = true)")
        found = Axe().run(tab)

    assert found.violations_count == 0, found.generate_report()


def test_every_page_fits_the_smallest_screen(browser: Browser, delivery: httpx.Client) -> None:
    with opened(browser, delivery, width=320) as tab:
        for name, path in PAGES.items():
            tab.goto(path)
            assert tab.evaluate(OVERFLOW) <= 0, name


def test_the_table_of_regions_fits_the_smallest_screen_with_the_nation_in_it(
    browser: Browser, delivery: httpx.Client
) -> None:
    with opened(browser, delivery, width=320) as tab:
        tab.goto("/")
        tab.evaluate(NATIONAL)
        assert tab.get_by_role("row", name="Västernorrland").first.is_visible()
        assert tab.evaluate(OVERFLOW) <= 0


def test_headings_leave_no_step_out(browser: Browser, delivery: httpx.Client) -> None:
    with opened(browser, delivery) as tab:
        for name, path in PAGES.items():
            tab.goto(path)
            levels = tab.evaluate(HEADINGS)
            assert levels.count(1) == 1, name
            assert all(step <= 1 for step in map(int.__sub__, levels[1:], levels)), f"{name}: {levels}"


@pytest.mark.parametrize("path", [f"/cards/{CLINIC}", "/", f"/cards/{UNMARKED}"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    browser: Browser, delivery: httpx.Client, path: str
) -> None:
    with opened(browser, delivery, width=320) as tab:
        tab.goto(path)
        for number in range(tab.locator(REACHABLE).count()):
            tab.keyboard.press("Tab")
            element, is_seen = tab.evaluate(FOCUSED)
            assert is_seen, element
            assert element == tab.locator(REACHABLE).nth(number).evaluate("element => element.outerHTML")


def test_the_skip_link_leads_past_the_menu(browser: Browser, delivery: httpx.Client) -> None:
    with opened(browser, delivery) as tab:
        tab.goto(f"/cards/{CLINIC}")
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")

        assert tab.url.endswith("#innehall")


def test_a_source_unfolds_by_the_keyboard(browser: Browser, delivery: httpx.Client) -> None:
    with opened(browser, delivery) as tab:
        tab.goto(f"/cards/{CLINIC}")
        tab.locator("summary").first.focus()
        assert not tab.get_by_text("Hämtad från HSA").first.is_visible()
        tab.keyboard.press("Enter")
        assert tab.get_by_text("Hämtad från HSA").first.is_visible()


def test_a_unit_is_found_and_read_without_script(browser: Browser, delivery: httpx.Client) -> None:
    with browser.new_context(base_url=str(delivery.base_url), java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto("/")
        tab.get_by_label("Sök enhet").fill("djurgården barn")
        tab.keyboard.press("Enter")
        tab.get_by_role("link", name="Djurgårdens barnavårdscentral").click()

        assert tab.get_by_role("heading", level=1).inner_text() == "Djurgårdens barnavårdscentral"


def test_the_policy_lets_the_page_be_and_nothing_else(browser: Browser, delivery: httpx.Client) -> None:
    """The description for machines is data, which the policy does not concern: nothing is refused, nothing runs."""
    complaints: list[str] = []
    with opened(browser, delivery) as tab:
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("dialog", lambda dialog: complaints.append(dialog.message))
        for path in (f"/cards/{CLINIC}", f"/cards/{HOSTILE}", "/"):
            tab.goto(path)
        assert complaints == []

        tab.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
        assert tab.evaluate("window.ran") is None

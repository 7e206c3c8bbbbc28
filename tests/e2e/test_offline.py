"""Without a network the pages show what they knew, and how old that is."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OUT
from tests.e2e.stack import Stack
from tests.e2e.test_pages import SCREENS, picture, violations

pytestmark = pytest.mark.processes


def test_a_page_that_was_visited_opens_without_a_network_and_says_so(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.url}/places/smog")
    expect(page.locator("[data-connection=socket]").first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # now the service worker has seen everything that the page needs
    expect(page.locator("[data-connection=socket]").first).to_be_visible()
    shown = page.locator(".figure").first.inner_text()
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".figure").first).to_have_text(shown)
    expect(page.locator("[data-connection=offline]").first).to_be_visible()
    expect(page.locator(".headline time").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-connection=socket]").first).to_be_visible()


def test_the_list_says_how_old_each_value_is_while_there_is_no_network(stack: Stack, page: Page) -> None:
    page.goto(stack.url)
    places = page.locator(".places li")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # now the service worker has seen everything that the page needs
    smog = places.filter(has_text="Smog")
    expect(smog.locator("[data-status=live]").first).to_be_visible()
    expect(page.locator(".places time")).to_have_count(0)
    page.context.set_offline(True)
    page.reload()
    expect(smog.locator("time")).to_contain_text("ago")
    expect(places.filter(has_text="Silent").locator(".status")).to_have_attribute("data-status", "stale")
    expect(places.filter(has_text="Empty").locator("time")).to_have_count(0)
    for screen, (scheme, width) in SCREENS.items():
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        page.reload()
        expect(smog.locator("time")).to_be_visible()
        expect(page.locator("svg.land")).to_be_visible()
        picture(page, OUT / f"offline-{screen}.png")
        assert violations(page) == [], screen
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen

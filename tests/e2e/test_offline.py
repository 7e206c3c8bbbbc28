"""Without a network the pages show what they knew, and how old that is."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack

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

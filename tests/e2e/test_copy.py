"""The pieces for other sites, from the page that shows them into the reader's clipboard."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.stack import Stack
from tests.e2e.test_pages import violations

pytestmark = pytest.mark.processes

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"


def test_a_piece_is_copied_as_it_is_shown_and_that_is_said(stack: Stack, browser: Browser) -> None:
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(f"{stack.url}/embed/?location=smog")
        button = page.get_by_role("button", name="Copy")
        expect(button).to_have_count(3)
        expect(button.nth(1)).to_have_accessible_description("A badge")
        button.nth(1).press("Enter")
        expect(page.get_by_role("button", name="Copied")).to_be_focused()
        expect(page.get_by_role("status").nth(1)).to_have_text("Copied")
        badge = f'<img src="{stack.url}/badge/smog.svg" alt="Smog" height="24">'
        assert page.evaluate("navigator.clipboard.readText()") == badge
        expect(button).to_have_count(3)  # after a moment


def test_where_there_is_no_clipboard_the_piece_is_selected_for_the_reader(stack: Stack, page: Page) -> None:
    page.add_init_script(NO_CLIPBOARD)
    page.goto(f"{stack.url}/embed/?location=smog")
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Selected: now copy it")).to_be_visible()
    assert page.evaluate("getSelection().toString()") == page.locator("pre").first.inner_text()
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_every_letter_of_a_piece_is_in_sight(stack: Stack, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{stack.url}/embed/?location=smog")
    expect(page.locator("pre")).to_have_count(3)
    for piece in page.locator("pre").all():
        assert piece.evaluate("(pre) => pre.scrollWidth <= pre.clientWidth")

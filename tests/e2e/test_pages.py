"""Every page for everyone: no fault that axe can find, in light and dark, and nothing wider than a phone."""

import json
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import OUT
from tests.e2e.stack import PROJECT, Stack

pytestmark = pytest.mark.processes

AXE = PROJECT / "dashboard/node_modules/axe-core/axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = {
    "overview": ("/", ".places li"),
    "place": ("/places/calm", ".figure"),
    "hazardous": ("/places/smog", ".figure"),
    "stale": ("/places/silent", "[data-status=stale]"),
    "simulated": ("/places/made-up", "[data-status=simulated]"),
    "unavailable": ("/places/empty", "[data-status=unavailable]"),
    "unknown": ("/places/nowhere", "h1"),
    "embeds": ("/embed/", "aqi-badge .badge"),
    "embed": ("/embed/smog", ".index"),
}
SCREENS: dict[str, tuple[Literal["light", "dark"], int]] = {
    "light": ("light", 1280),
    "dark": ("dark", 1280),
    "phone": ("light", 320),
}


@pytest.mark.parametrize("width", [200, 260, 340])
def test_a_card_on_another_site_fits_its_frame(stack: Stack, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 230})
    page.goto(f"{stack.url}/embed/made-up")
    expect(page.locator(".category")).to_have_text("Fair")
    root = "document.documentElement"
    assert page.evaluate(f"[{root}.scrollWidth, {root}.scrollHeight]") == [width, 230]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everyone(stack: Stack, browser: Browser, name: str) -> None:
    path, sign_of_content = PAGES[name]
    with browser.new_context(locale="en-GB", reduced_motion="reduce") as context:
        page = context.new_page()
        for screen, (scheme, width) in SCREENS.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(stack.url + path)
            expect(page.locator(sign_of_content).first).to_be_visible()
            page.wait_for_load_state("networkidle")
            picture(page, OUT / f"{name}-{screen}.png")
            assert violations(page) == [], screen
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                f"{screen}: wider than the window"
            )


def picture(page: Page, file: Path) -> None:
    """The whole page; in a window of its height, so that the sky behind it is whole too."""
    width = page.evaluate("innerWidth")
    page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
    page.screenshot(path=file)


def violations(page: Page) -> list[str]:
    """What axe finds, each with the rule and the element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run({json.dumps(RULES)}).then(({{ violations }}) => violations)")
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]

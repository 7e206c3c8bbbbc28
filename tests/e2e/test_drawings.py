"""What is drawn, as only a browser can tell: which words are whole, and what lies above what."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack

pytestmark = pytest.mark.processes

KEEP_LABELS = """
const { fillText } = CanvasRenderingContext2D.prototype;
window.labels = [];
CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...more) {
  const half = this.measureText(text).width / 2;
  if (this.textAlign === "center") labels.push({ text, isWhole: x >= half && x + half <= this.canvas.width });
  return fillText.call(this, text, x, y, ...more);
};
"""
LEVELS = "(all) => all.map((one) => Number(getComputedStyle(one).zIndex))"


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_hour_below_the_forecast_is_whole(stack: Stack, page: Page, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(KEEP_LABELS)
    page.goto(f"{stack.url}/places/smog?lang={language}")
    expect(page.locator(".forecast .choices button")).to_have_count(3)
    expect(page.locator(".chart canvas")).to_be_visible()
    for button in page.locator(".forecast .choices button").all():
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        page.wait_for_timeout(200)  # it is drawn with the next frame
    labels = page.evaluate("labels")
    assert len(labels) > 9
    assert [label["text"] for label in labels if not label["isWhole"]] == []


def test_a_place_without_a_value_is_below_every_number_on_the_map(stack: Stack, page: Page) -> None:
    page.goto(stack.url)
    expect(page.locator(".one-scale")).to_be_visible()  # with the scales the page begins anew
    expect(page.locator(".marker[data-known=false]").first).to_be_visible()
    below = page.locator(".map-box [data-known=false]").evaluate_all(LEVELS)
    above = page.locator(".map-box [data-known=true]").evaluate_all(LEVELS)
    assert max(below) < min(above)

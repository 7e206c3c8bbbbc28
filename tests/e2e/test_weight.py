"""What the first visit has to load."""

import gzip

import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e.stack import Stack

pytestmark = pytest.mark.processes

MOST_SCRIPT_BYTES = 170_000


@pytest.mark.parametrize("path", ["/", "/places/smog"])
def test_the_script_of_the_first_visit_is_small(stack: Stack, page: Page, path: str) -> None:
    scripts: list[Response] = []
    page.on("response", lambda answer: scripts.append(answer) if answer.request.resource_type == "script" else None)
    page.goto(stack.url + path)
    expect(page.locator("[data-connection=socket], [data-status=live]").first).to_be_visible()
    sizes = {script.url: len(gzip.compress(script.body(), 9)) for script in scripts}
    assert sizes
    assert sum(sizes.values()) <= MOST_SCRIPT_BYTES, sizes


def test_nothing_is_loaded_from_elsewhere(stack: Stack, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{stack.url}/places/smog")
    expect(page.locator("[data-connection=socket]").first).to_be_visible()
    assert [url for url in asked if not url.startswith((stack.url, "data:", "blob:"))] == []

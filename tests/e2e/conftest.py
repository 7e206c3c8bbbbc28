import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tasks import BROWSERS
from tests.e2e.stack import PROJECT, Stack, wait_until

OUT = Path(__file__).parent / "out"  # screenshots, to be looked at
BUILT = PROJECT / "dashboard/dist/index.html"
PATIENCE_MS = 30_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    assert BUILT.exists(), "The dashboard is not built: python3 tasks.py dashboard"
    stack = Stack(tmp_path_factory.mktemp("e2e"))
    stack.prepare()
    stack.start()
    wait_until(lambda: stack.status("smog") == "live" and stack.status("made-up") == "simulated")
    yield stack
    stack.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert executable, f"A Chromium is needed on PATH, as one of {', '.join(BROWSERS)}: make test installs it."
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of a browser that has never been here. An error in its script is an error of the test."""
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        assert errors == []

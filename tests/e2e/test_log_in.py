"""Where a log-in is required, the pages offer one, and show nothing before."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import OUT
from tests.e2e.stack import Stack, wait_until
from tests.e2e.test_pages import SCREENS, picture, violations

pytestmark = pytest.mark.processes

NAME, PASSWORD = "ana", "correct horse battery"
CREATE = f"from django.contrib.auth.models import User; User.objects.create_user('{NAME}', password='{PASSWORD}')"
WORDS = {"en-GB": "Log in", "hi-IN": "लॉग इन करें"}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("closed"), settings={"AQI_ANONYMOUS": "off"})
    stack.prepare()
    assert stack.command("django", "shell", "-c", CREATE).wait() == 0
    stack.start()
    wait_until(lambda: stack.status("smog") == "live")
    yield stack
    stack.stop()


def log_in(page: Page, password: str) -> None:
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_a_person_logs_in_sees_live_values_and_logs_out(closed: Stack, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{closed.url}/places/smog")
    card = page.get_by_role("form", name="Log in")
    expect(card).to_be_visible()
    expect(page.get_by_label("User name")).to_be_focused()
    log_in(page, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("password is wrong")
    expect(page.get_by_label("Password")).to_be_focused()
    log_in(page, PASSWORD)
    expect(page.locator("[data-connection=socket]").first).to_be_visible()
    expect(page.locator(".headline [data-status=live]").first).to_be_visible()
    page.reload()
    expect(page.locator("[data-connection=socket]").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert download.value.path().read_text().startswith("observed_at,parameter")
    expect(page.get_by_role("link", name="Show this on your site")).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 800})
    picture(page, OUT / "logged-in-phone.png")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Log out").click()
    expect(card).to_be_visible()
    page.reload()
    expect(card).to_be_visible()
    assert [url for url in asked if "horse" in url or "eyJ" in url] == []


def test_who_is_logged_in_sees_the_last_values_without_a_network_until_the_log_out(closed: Stack, page: Page) -> None:
    page.goto(f"{closed.url}/places/smog")
    log_in(page, PASSWORD)
    expect(page.locator("[data-connection=socket]").first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # now the service worker has seen everything that the page needs
    expect(page.locator("[data-connection=socket]").first).to_be_visible()
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-connection=offline]").first).to_be_visible()
    expect(page.locator(".headline time").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-connection=socket]").first).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("form", name="Log in")).to_be_visible()
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("status").filter(has_text="No connection")).to_be_visible()
    assert page.locator(".figure").count() == 0


@pytest.mark.parametrize("locale", WORDS)
def test_the_log_in_is_for_everyone(closed: Stack, browser: Browser, locale: str) -> None:
    with browser.new_context(locale=locale, reduced_motion="reduce") as context:
        page = context.new_page()
        for screen, (scheme, width) in SCREENS.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(closed.url)
            expect(page.get_by_role("form", name=WORDS[locale])).to_be_visible()
            page.locator("[name=username]").fill(f"nobody-{screen}")
            page.locator("[name=password]").fill("wrong")
            page.keyboard.press("Enter")
            expect(page.get_by_role("alert")).not_to_be_empty()
            picture(page, OUT / f"log-in-{locale[:2]}-{screen}.png")
            assert violations(page) == [], screen
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen

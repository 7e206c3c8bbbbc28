"""News arrive while somebody looks, whatever happens to the server and to the network between."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.proxy import Proxy
from tests.e2e.stack import PROJECT, Stack, wait_until

pytestmark = pytest.mark.processes

NUMBERS = "heard.map(([epoch, seq]) => [epoch, seq])"
PACKAGE = PROJECT / "dashboard/package"
FOLLOW = """async (place) => {
  const { AqiClient } = await import("/aqi-live/index.js");
  window.heard = [];
  new AqiClient().followEvery(place, ({ epoch, seq }, isAfterGap) => window.heard.push([epoch, seq, isAfterGap]));
}"""


def connection(page: Page, state: str) -> None:
    expect(page.locator(f"[data-connection={state}]").first).to_be_visible(timeout=60_000)


def figure(page: Page) -> str:
    return page.locator(".figure").first.inner_text()


def test_news_arrive_without_a_reload(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.url}/places/past")
    connection(page, "socket")
    page.evaluate("window.isTheSamePage = true")
    with stack.replaying("past", hours_a_second=2):
        expect(page.locator(".headline [data-status=replay]").first).to_be_visible()
        first = figure(page)
        wait_until(lambda: figure(page) != first)
    assert page.evaluate("window.isTheSamePage")


def test_a_killed_server_costs_no_reader_the_place_and_no_snapshot(stack: Stack, page: Page) -> None:
    page.route("**/aqi-live/*", lambda route: route.fulfill(path=PACKAGE / route.request.url.rsplit("/", 1)[1]))
    page.goto(f"{stack.url}/places/past")
    connection(page, "socket")
    page.evaluate(FOLLOW, "past")
    wait_until(lambda: page.evaluate("heard.length > 0"))
    with stack.replaying("past", hours_a_second=20):
        wait_until(lambda: page.evaluate("heard.length > 20"))
        stack.kill()
        connection(page, "connecting")
        stack.start()
        connection(page, "socket")
        newest = stack.published("past")[-1]
        wait_until(lambda: list(newest) in page.evaluate(NUMBERS))
        heard = [tuple(number) for number in page.evaluate(NUMBERS)]
    published = stack.published("past")
    first = published.index(heard[0])
    assert heard == published[first : first + len(heard)]
    # A replay begins and ends with an epoch of its own, and nothing but that is a gap.
    epochs = [epoch for epoch, _ in heard]
    begun = [after != before for before, after in pairwise(epochs)]
    assert [is_after_gap for _, _, is_after_gap in page.evaluate("heard")][1 : len(heard)] == begun
    assert any(begun)


def test_where_sockets_are_blocked_it_streams_or_polls_and_comes_back(stack: Stack, page: Page) -> None:
    with Proxy(stack.port) as proxy:
        proxy.block("/ws/")
        page.goto(f"{proxy.url}/places/smog")
        connection(page, "stream")
        proxy.block("/sse/")
        connection(page, "polling")
        expect(page.locator(".headline [data-status=live]").first).to_be_visible()
        assert any(path.startswith("/api/v1/locations/smog/current/") for path in proxy.seen)
        proxy.allow_everything()
        connection(page, "socket")


def test_a_page_of_another_site_shows_a_place_with_one_script_tag(stack: Stack, page: Page, tmp_path: Path) -> None:
    script = f'<script src="{stack.url}/static/dashboard/aqi-badge.js"></script>'
    (tmp_path / "index.html").write_text(f'{script}<aqi-badge location="smog"></aqi-badge>', encoding="utf-8")
    with another_site(tmp_path) as url:
        page.goto(url)
        badge = page.locator("aqi-badge .badge")
        expect(badge).to_contain_text("Smog")
        expect(badge).to_contain_text("live")
        expect(badge.locator(".value")).to_contain_text("AQI")


@contextmanager
def another_site(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()

"""How fast the pages are: `python -m tests.e2e.speed`. No test, because a busy machine says nothing of them.

First contentful paint on this machine with a processor four times slower, and the longest time between two frames while
a hundred places show another number once a second for twenty seconds.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tasks import BROWSERS
from tests.e2e.conftest import FLAGS
from tests.e2e.stack import PROJECT, Stack

PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
FRAMES = """() => new Promise((done) => {
  const [end, gaps] = [performance.now() + 20000, []];
  let last = performance.now();
  requestAnimationFrame(function frame(now) {
    gaps.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(frame);
    else done(gaps.sort((one, other) => other - one).slice(0, 5).map(Math.round));
  });
})"""
NEWS = """
import json, os, time
import django
os.nice(19)  # a reader's machine does not publish
django.setup()
from forecasts.models import Location
from forecasts.snapshots import get_current_forecast, publish
text = get_current_forecast(Location.objects.get(slug="smog")).text
places = [Location.objects.create(slug=f"place-{n}", name=f"Place {n}", latitude=n * 1.5 - 75, longitude=n * 3 - 150,
                                  is_active=False) for n in range(100)]
Location.objects.filter(slug__startswith="place-").update(is_active=True, due_at="2100-01-01T00:00Z")
print("ready", flush=True)
for value in range(90):
    started = time.monotonic()
    for place in places:
        aqi = {**json.loads(text)["aqi"], "value": value, "text": str(value)}
        publish(place, {**json.loads(text), "location": place, "aqi": aqi})
    time.sleep(max(0, 1 - (time.monotonic() - started)))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        stack = Stack(Path(folder))
        stack.prepare()
        stack.start()
        executable = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            for measure in (measure_paint, measure_frames):
                with browser.new_page() as page:
                    measure(page, stack)
        finally:
            browser.close()
            stack.stop()


def measure_paint(page: Page, stack: Stack) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    for path in ("/", "/places/smog"):
        page.goto(stack.url + path)
        page.wait_for_function(f"{PAINT} > 0")
        print(f"{path}: first contentful paint after {page.evaluate(PAINT):.0f} ms with a processor 4 times slower")


def measure_frames(page: Page, stack: Stack) -> None:
    command = [sys.executable, "-c", NEWS]
    with subprocess.Popen(command, cwd=PROJECT, env=stack.environment, stdout=subprocess.PIPE) as news:
        assert news.stdout is not None
        news.stdout.readline()
        page.goto(stack.url)
        page.wait_for_timeout(5000)
        print(f"100 places, news once a second: the longest frames took {page.evaluate(FRAMES)} ms")
        news.terminate()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqiproject.settings")
    main()

import logging
import os
import ssl
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.management.commands.runserver import get_default_application
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS
from twisted.internet.endpoints import quoteStringArgument
from twisted.internet.error import CannotListenError

from forecasts.models import Location
from realtime.server import HardenedServer

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1, 30
TERMINATE_SECONDS = 2
NAMED_AT_MOST = 5  # of the places whose air is simulated


class Command(BaseCommand):
    help = "Start the server and the beat that keeps its locations fresh."

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        checks: Any = super().get_check_kwargs(options)
        return {**checks, "databases": [DEFAULT_DB_ALIAS]}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 for every address of this machine")
        parser.add_argument("--port", type=int, default=8000, choices=range(1, 65536), metavar="PORT")
        parser.add_argument("--tls-cert", help="PEM file of the certificate and its chain: https:// and wss://")
        parser.add_argument("--tls-key", help="PEM file of its key")
        parser.add_argument("--no-beat", action="store_true", help="when another process is the beat")

    def handle(self, *, host: str, port: int, no_beat: bool, **options: Any) -> None:
        endpoint = endpoint_of(host, port, certificate=options["tls_cert"], key=options["tls_key"])
        beat, where_to_look = Beat(), banner(host, port, is_secure=endpoint.startswith("ssl:"))

        def ready() -> None:
            self.stdout.write(where_to_look)
            self.stdout.flush()
            if not no_beat:
                beat.start()

        server = HardenedServer(
            get_default_application(),
            endpoints=[endpoint],
            ready_callable=ready,
        )
        try:
            server.run()
        except CannotListenError as error:
            raise CommandError(f"{error} Choose another port: {as_typed(f'serve --port {port + 1}')}") from error
        finally:
            beat.stop()


def endpoint_of(host: str, port: int, *, certificate: str | None, key: str | None) -> str:
    """What Twisted is to listen on."""
    if certificate is None and key is None:
        return str(build_endpoint_description_strings(host=host, port=port)[0])
    if certificate is None or key is None:
        raise CommandError("--tls-cert and --tls-key go together.")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key, password="")
    except OSError as error:
        raise CommandError(f"{certificate} and {key} are no certificate and key in PEM: {error}") from error
    # Twisted takes the first certificate of its file alone, and what leads from there to a known root separately.
    chain = {"privateKey": key, "certKey": certificate, "extraCertChain": certificate}
    options = ":".join(f"{name}={quoteStringArgument(file)}" for name, file in chain.items())  # type: ignore[no-untyped-call]
    return f"ssl:{port}:interface={quoteStringArgument(host)}:{options}"  # type: ignore[no-untyped-call]


def as_typed(command: str) -> str:
    """A command of manage.py as it can be typed in this folder, with the Python that runs now."""
    here = f"{Path.cwd()}{os.sep}"
    return " ".join(str(file).removeprefix(here) for file in (sys.executable, settings.BASE_DIR / "manage.py", command))


def banner(host: str, port: int, *, is_secure: bool = False) -> str:
    """Where to look, for a person who has just started the server."""
    name = "localhost" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
    s = "s" if is_secure else ""
    first = Location.objects.filter(is_active=True).order_by("pk").first()
    return "\n".join(
        [
            f"REST       http{s}://{name}:{port}/api/docs/",
            *([f"WebSocket  ws{s}://{name}:{port}/ws/aqi/{first.slug}"] if first else []),
            f"Admin      http{s}://{name}:{port}/admin/",
            *about_simulated(),
            "Stop with Control-C.",
        ]
    )


def about_simulated() -> list[str]:
    """Which air is simulated, if any, and what makes it live."""
    places = Location.objects.filter(is_active=True).order_by("pk")
    simulated = list(places.filter(sources__provider="simulated", sources__is_enabled=True).distinct())
    if not simulated:
        return []
    warning = f"SIMULATED, not measured: the air of {len(simulated)} of {places.count()} locations"
    if settings.AQI_PROVIDER == "simulated":
        return [f"{warning}.", "Make it live: AQI_PROVIDER=open_meteo make run"]
    named = [place.slug for place in simulated[:NAMED_AT_MOST]]
    more = len(simulated) - len(named)
    listed = ", ".join(named) + (f" and {more} more" if more else "")
    return [f"{warning}: {listed}.", "Make them live: change their sources in the admin."]


class Beat(threading.Thread):
    """Keeps `manage.py broadcast_forecasts` running as a child process until `stop()`."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        manage = str(settings.BASE_DIR / "manage.py")
        self.command = [sys.executable, manage, "broadcast_forecasts", "--exit-with-parent"]
        self.stopping = threading.Event()

    def run(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while not self.stopping.is_set():
            started = time.monotonic()
            status = self.live_once()
            if self.stopping.is_set():
                return
            if time.monotonic() - started > LONGEST_WAIT_SECONDS:
                wait = FIRST_WAIT_SECONDS
            logger.error("The beat ended with status %s and starts again in %s s", status, wait)
            self.stopping.wait(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def live_once(self) -> int:
        # The pipe tells the child by its end that we are gone, however we went. A session of its own keeps
        # Control-C to us, who then stop the child.
        with subprocess.Popen(self.command, stdin=subprocess.PIPE, start_new_session=True) as child:
            while child.poll() is None and not self.stopping.wait(LOOK_SECONDS):
                pass
            return end(child)

    def stop(self) -> None:
        self.stopping.set()
        if self.is_alive():
            self.join()


def end(child: subprocess.Popen[bytes]) -> int:
    child.terminate()
    try:
        return child.wait(TERMINATE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()

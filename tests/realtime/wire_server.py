"""The small application on a HardenedServer."""

import json
import sys

from daphne.endpoints import build_endpoint_description_strings

from realtime.server import HardenedServer
from tests.realtime.wire_application import application


def serve() -> None:
    options = json.loads(sys.argv[1])

    def print_port() -> None:
        # Daphne's verbosity 2 makes log lines of sys.stdout
        print(server.listening_addresses[0][1], file=sys.__stdout__, flush=True)

    endpoints = build_endpoint_description_strings(host="127.0.0.1", port=0)
    server = HardenedServer(application, endpoints=endpoints, ready_callable=print_port, **options)
    server.run()

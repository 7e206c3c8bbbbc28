import os
from typing import Any

from daphne.management.commands.runserver import Command as DaphneRunserver
from twisted.internet.error import CannotListenError

from realtime.management.commands.serve import as_typed
from realtime.server import HardenedServer


class Command(DaphneRunserver):  # type: ignore[misc]
    server_cls = HardenedServer

    def inner_run(self, *args: Any, **options: Any) -> None:
        try:
            super().inner_run(*args, **options)
        except CannotListenError as error:
            self.stderr.write(f"{error} Choose another port: {as_typed(f'runserver {int(self.port) + 1}')}")
            # As Django's own does it: under the reloader this is a thread, in which sys.exit() ends nothing.
            os._exit(1)

"""The REST API in one WSGI worker: `python -m tests.benchmarks.wsgi granian|gunicorn PORT`.

The server comes from the benchmarks' own packages, everything else from ours.
"""

import site
import sys

from tests.benchmarks.contenders import BENCH_PACKAGES

site.addsitedir(str(BENCH_PACKAGES))

APPLICATION = "aqiproject.wsgi:application"


def granian(port: int) -> None:
    from granian import Granian  # type: ignore[import-not-found]  # only what is asked for
    from granian.constants import Interfaces  # type: ignore[import-not-found]

    options = {"workers": 1, "blocking_threads": 1, "backpressure": 64, "log_access": False, "log_enabled": False}
    Granian(APPLICATION, address="127.0.0.1", port=port, interface=Interfaces.WSGI, **options).serve()


def gunicorn(port: int) -> None:
    from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]

    threads = ["--worker-class", "gthread", "--workers", "1", "--threads", "16", "--keep-alive", "60"]
    sys.argv = ["gunicorn", APPLICATION, "--bind", f"127.0.0.1:{port}", "--log-level", "error", *threads]
    run()


if __name__ == "__main__":
    {"granian": granian, "gunicorn": gunicorn}[sys.argv[1]](int(sys.argv[2]))

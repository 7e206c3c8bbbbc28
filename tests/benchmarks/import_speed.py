"""How long 600,000 observations take on SQLite: `python -m tests.benchmarks.import_speed [ROWS]`."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PARAMETERS = ("pm25", "pm10", "no2", "so2", "o3", "co")
STATIONS = 4
START = datetime(2010, 1, 1, tzinfo=UTC)


def write_file(path: Path, rows: int) -> None:
    """Numbers that repeat themselves after a while; only their amount matters here."""
    with path.open("w") as file:
        file.write(f"location_id,time_utc,{','.join(PARAMETERS)}\n")
        for row in range(rows):
            hour = START + timedelta(hours=row // STATIONS)
            values = ",".join(str((row * (place + 7)) % 997 / 10) for place in range(len(PARAMETERS)))
            file.write(f"station-{row % STATIONS},{hour:%Y-%m-%dT%H:%M:%SZ},{values}\n")


def manage(folder: str, *arguments: str) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/speed.sqlite3"}
    subprocess.run([sys.executable, ROOT / "manage.py", *arguments], env=environment, cwd=ROOT, check=True)


def main(rows: int) -> None:
    units = [word for gas in PARAMETERS[2:] for word in ("--unit", f"{gas}=ppb")]
    with tempfile.TemporaryDirectory(prefix="aqi-import-speed-") as folder:
        file = Path(folder) / "synthetic.csv"
        write_file(file, rows)
        manage(folder, "migrate", "--verbosity", "0")
        started = time.perf_counter()
        manage(folder, "import_observations", str(file), *units)
        seconds = time.perf_counter() - started
    values = rows * len(PARAMETERS)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{values:,} values in {seconds:.1f} s: {values / seconds:,.0f} a second, at most {peak_mb:.0f} MB of memory")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600_000 // len(PARAMETERS))

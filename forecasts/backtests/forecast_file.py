"""A backtest as CSV, in the columns and units of the files that it was made from."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from forecasts.aqi.series import EPOCH, HOUR
from forecasts.long_series import Told
from forecasts.prediction import LEADS
from forecasts.prediction.history import History
from forecasts.prediction.rolling import Made

COLUMNS = ["location", "parameter", "issued_at", "lead_h", "median", "mean", "lo80", "hi80", "lo95", "hi95"]
ORDER = [2, 5, 1, 3, 0, 4]  # of the quantiles, and the mean after them, in the columns


class ForecastFile:
    """location,parameter,issued_at,lead_h,median,…: a row for each hour that was forecast."""

    def __init__(self, path: Path, subjects: Sequence[tuple[Told, History]]) -> None:
        self._told = {id(history): told for told, history in subjects}
        self._file = path.open("w", encoding="utf-8", newline="")
        self._file.write(",".join(COLUMNS) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def write(self, made: Made) -> None:
        issue, prediction = made
        told = self._told[id(issue.history)]
        head = f"{quoted(told.place)},{told.name},{written(issue.hour)},"
        values = np.column_stack([prediction.quantiles, prediction.mean])[:, ORDER] / told.factor
        self._file.writelines(
            f"{head}{lead},{','.join(['%.5g'] * 6) % tuple(row)}\n"
            for lead, row in zip(LEADS.tolist(), values.tolist(), strict=True)
            if row[0] == row[0]  # NaN: nothing is forecast for this hour
        )


def write_observations(path: Path, told: Iterable[Told]) -> None:
    """location,parameter,time,value."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["location", "parameter", "time", "value"])
        for one in told:
            pairs = zip(one.hours, one.values, strict=True)
            rows.writerows((one.place, one.name, written(hour), f"{value / one.factor:.6g}") for hour, value in pairs)


def written(hour: int) -> str:
    time: datetime = EPOCH + hour * HOUR
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\r\n') else text

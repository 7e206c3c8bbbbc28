"""A CSV file as rows, one at a time: plain or gzip, told apart by their first bytes."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, cast

GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_LINE = 1 << 20  # a small gzip file can blow up into one endless line


class FileError(Exception):
    """The file cannot be imported; the message says where and why."""


class Table:
    """`header`, and the rows below it; `line` is the line that was read last."""

    def __init__(self, file: BinaryIO) -> None:
        # Decoded line by line, so that a byte that is no UTF-8 can be blamed on its line.
        self._reader = csv.reader(map(bytes.decode, _lines(file)), strict=True)
        self.header = next(self._unbroken(), [])

    @property
    def line(self) -> int:
        return self._reader.line_num

    def __iter__(self) -> Iterator[list[str]]:
        width = len(self.header)
        for row in self._unbroken():
            if any("\0" in cell for cell in row):
                raise FileError(f"line {self.line}: it has a NUL character.")
            if len(row) != width:
                raise FileError(f"line {self.line}: {len(row)} fields where the header has {width}.")
            yield row

    def _unbroken(self) -> Iterator[list[str]]:
        try:
            yield from filter(None, self._reader)  # an empty line is no row
        except csv.Error as error:
            raise FileError(f"line {self.line}: not readable as CSV ({error}).") from error
        except UnicodeDecodeError as error:
            raise FileError(f"line {self.line + 1}: not UTF-8 text ({error.reason}).") from error
        except (OSError, EOFError, zlib.error) as error:
            raise FileError(f"line {self.line + 1}: the file ends too early or is damaged ({error}).") from error


def _lines(file: BinaryIO) -> Iterator[bytes]:
    buffered = io.BufferedReader(cast(io.RawIOBase, file))
    if buffered.peek(2).startswith(GZIP_MAGIC):
        buffered = io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=buffered)))
    lines = iter(partial(buffered.readline, LONGEST_LINE), b"")
    yield next(lines, b"").removeprefix(BYTE_ORDER_MARK)
    yield from lines

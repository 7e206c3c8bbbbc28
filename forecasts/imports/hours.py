"""Which hours were met before, at a few bits an hour: a file may have more of them than memory should hold."""

BLOCK = 1024


class Hours:
    def __init__(self) -> None:
        self._blocks: dict[tuple[str, str, int], bytearray] = {}

    def add(self, station: str, parameter: str, hour: int) -> bool:
        """Whether this hour of the series is new."""
        block, position = divmod(hour, BLOCK)
        key = station, parameter, block
        if key not in self._blocks:
            self._blocks[key] = bytearray(BLOCK // 8)
        byte, bit = position >> 3, 1 << (position & 7)
        is_new = not self._blocks[key][byte] & bit
        self._blocks[key][byte] |= bit
        return is_new

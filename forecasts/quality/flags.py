"""What may be said against a value; it is stored beside the value, which itself is never changed."""

from enum import IntFlag


class Flag(IntFlag):
    """The numbers are in the database: add new ones, change none."""

    NEGATIVE = 1
    IMPOSSIBLE = 2
    FULL_SCALE = 4
    FUTURE = 8
    OLD = 16
    SPIKE = 32
    STUCK = 64
    NEIGHBOURS = 128
    CHANNELS = 256
    PUBLISHER = 512
    DETECTION_LIMIT = 1024


# Said when the value came, by what is not stored: a later look at the series cannot repeat it.
ON_ARRIVAL = Flag.FUTURE | Flag.OLD | Flag.CHANNELS | Flag.PUBLISHER
# A remark and no doubt: the value counts.
REMARKS = Flag.DETECTION_LIMIT

MEANINGS = {
    Flag.NEGATIVE: "below zero by more than an instrument's noise",
    Flag.IMPOSSIBLE: "higher than any hour outdoors ever was",
    Flag.FULL_SCALE: "the number by which an instrument reports an error",
    Flag.FUTURE: "its hour had not come when it arrived",
    Flag.OLD: "arrived as news, but of more than 92 days ago",
    Flag.SPIKE: "one hour far from the hours before and after it",
    Flag.STUCK: "the same number for too many hours",
    Flag.NEIGHBOURS: "far from what stations around it agree on",
    Flag.CHANNELS: "the two sensors of the device disagree",
    Flag.PUBLISHER: "its publisher marks it as not valid",
    Flag.DETECTION_LIMIT: "so low that the instrument cannot tell it from nothing; it counts",
}


def is_doubted(flags: int | None) -> bool:
    return bool((flags or 0) & ~REMARKS)


def names(flags: int | None) -> list[str]:
    """The ids of the flags, as they are shown to readers."""
    return [(flag.name or "").lower() for flag in Flag(flags or 0)]


def meaning_of(name: str) -> str:
    return MEANINGS[Flag[name.upper()]]

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
    CONTRADICTED = 2048


NOTHING = Flag(0)  # is said of nearly every value, and making it anew takes time
# Said when the value came, by what is not stored: a later look at the series cannot repeat it.
ON_ARRIVAL = Flag.FUTURE | Flag.OLD | Flag.CHANNELS | Flag.PUBLISHER
# Said by the stations around, not by the series itself.
AMONG = Flag.NEIGHBOURS | Flag.CONTRADICTED
# Remarks and no doubts: the value counts. A fire is nearest to one station, and its readers need that number most.
REMARKS = Flag.DETECTION_LIMIT | Flag.NEIGHBOURS

MEANINGS = {
    Flag.NEGATIVE: "below zero by more than an instrument's noise",
    Flag.IMPOSSIBLE: "higher than any hour outdoors ever was",
    Flag.FULL_SCALE: "the number by which an instrument reports an error",
    Flag.FUTURE: "its hour had not come when it arrived",
    Flag.OLD: "arrived as news, but of more than 92 days ago",
    Flag.SPIKE: "one hour far from the hours before and after it",
    Flag.STUCK: "the same number for too many hours",
    Flag.NEIGHBOURS: "far from what the stations around it agree on; it counts",
    Flag.CHANNELS: "the two sensors of the device disagree, or one of them is silent",
    Flag.PUBLISHER: "its publisher marks it as not valid",
    Flag.DETECTION_LIMIT: "so low that the instrument cannot tell it from nothing; it counts",
    Flag.CONTRADICTED: "so far from what the stations around it agree on that no air explains it",
}


def is_doubted(flags: int | None) -> bool:
    return bool((flags or 0) & ~REMARKS)


def names(flags: int | None) -> list[str]:
    """The ids of the flags, as they are shown to readers."""
    return [(flag.name or "").lower() for flag in Flag(flags or 0)]


def meaning_of(name: str) -> str:
    return MEANINGS[Flag[name.upper()]]

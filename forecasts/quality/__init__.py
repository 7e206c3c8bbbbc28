"""Which values are believed, and why not: one judge for files and for providers. Pure, no Django."""

from forecasts.quality.arrival import flag_of_time, is_no_value, reason_to_reject
from forecasts.quality.channels import channels_disagree
from forecasts.quality.disagreement import is_far_apart
from forecasts.quality.flags import AMONG, MEANINGS, NOTHING, ON_ARRIVAL, REMARKS, Flag, is_doubted, meaning_of, names
from forecasts.quality.judge import REACH_HOURS, flag_of, judge
from forecasts.quality.neighbours import REGIONAL, flag_among

__all__ = [
    "AMONG",
    "MEANINGS",
    "NOTHING",
    "ON_ARRIVAL",
    "REACH_HOURS",
    "REGIONAL",
    "REMARKS",
    "Flag",
    "channels_disagree",
    "flag_among",
    "flag_of",
    "flag_of_time",
    "is_doubted",
    "is_far_apart",
    "is_no_value",
    "judge",
    "meaning_of",
    "names",
    "reason_to_reject",
]

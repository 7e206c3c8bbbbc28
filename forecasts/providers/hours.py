"""Which hours a provider is asked for."""

from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
FIRST_LOOK_BACK = timedelta(hours=48)
LONGEST_LOOK_BACK = timedelta(days=92)


def on_the_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def first_hour(since: datetime | None, now: datetime) -> datetime:
    """The first hour at or after `since`, at most 92 days ago and never to come; 48 hours ago if there is none."""
    current = on_the_hour(now)
    if since is None:
        return current - FIRST_LOOK_BACK
    asked = on_the_hour(since + HOUR - timedelta(microseconds=1))
    return min(max(asked, current - LONGEST_LOOK_BACK), current)

"""From a published snapshot to the group of its location."""

from collections.abc import Iterable
from typing import Any

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from forecasts.snapshots import CurrentForecast

from . import protocol
from .listener import Update
from .redis_layer import RedisLayer


class AnnounceError(Exception):
    """The channel layer did not take the messages; they are in the database, and the next round sends the newest."""


def group_name(location_id: int) -> str:
    return f"aqi.{location_id}"


def event(current: CurrentForecast) -> Update:
    """What crosses the channel layer; its type names the method of a consumer that would be a member by itself."""
    return {
        "type": "aqi.update",
        "epoch": current.epoch,
        "seq": current.seq,
        "published_at": current.published_at.timestamp(),
        "checked_at": current.checked_at.timestamp(),
        "text": protocol.update(current),
    }


async def announce(published: Iterable[CurrentForecast]) -> None:
    """Tell every process that has listeners; each frame is encoded once, here."""
    messages = {group_name(current.location_id): event(current) for current in published}
    layer: Any = get_channel_layer()
    try:
        if isinstance(layer, RedisLayer):
            await layer.group_send_many(messages)
            return
        for group, message in messages.items():
            await layer.group_send(group, message)
    except (RedisError, OSError) as error:
        raise AnnounceError(f"the channel layer is out of reach: {error}") from error

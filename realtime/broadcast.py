"""From a published snapshot to the group of its location."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer
from redis.exceptions import RedisError

from forecasts.snapshots import CurrentForecast

from . import protocol
from .listener import Update

logger = logging.getLogger(__name__)


class AnnounceError(Exception):
    """The channel layer did not take the messages; they are in the database, and the next round sends the newest."""


class RedisLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # channels_redis has no types
    """The pub/sub layer, which survives a restart of Redis, with one round trip for many groups."""

    async def group_send_many(self, messages: Mapping[str, Update]) -> None:
        layer = self._get_layer()
        by_shard: dict[Any, list[tuple[str, bytes]]] = {}
        for group, message in messages.items():
            channel = layer._get_group_channel_name(group)
            by_shard.setdefault(layer._get_shard(channel), []).append((channel, self.serialize(message)))
        for shard, publications in by_shard.items():
            async with shard._lock:
                shard._ensure_redis()
                pipeline = shard._redis.pipeline(transaction=False)
                for channel, body in publications:
                    pipeline.publish(channel, body)
                await pipeline.execute()


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

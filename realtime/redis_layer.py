"""Redis between the processes: the pub/sub layer of channels_redis, with subscriptions that outlive Redis."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer, RedisSingleShardConnection
from redis.exceptions import RedisError

from .access.shared import is_cancelled

logger = logging.getLogger(__name__)

RETRY_SECONDS = 0.5
SILENCE_SECONDS = 15.0  # after which Redis is asked whether it is there; it has as long again to answer


class RedisLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # channels_redis has no types
    """The pub/sub layer, with one round trip for many groups, and a `Line` to each Redis."""

    def _get_layer(self) -> Any:
        layer = super()._get_layer()
        if not isinstance(layer._shards[0], Line):
            layer._shards = [Line(shard.host, layer) for shard in layer._shards]
        return layer

    async def group_send_many(self, messages: Mapping[str, Any]) -> None:
        layer = self._get_layer()
        by_line: dict[Line, list[tuple[str, bytes]]] = {}
        for group, message in messages.items():
            channel = layer._get_group_channel_name(group)
            by_line.setdefault(layer._get_shard(channel), []).append((channel, self.serialize(message)))
        for line, publications in by_line.items():
            await line.publish_many(publications)


class Line(RedisSingleShardConnection):  # type: ignore[misc]
    """What this process listens to at one Redis.

    One task owns the connection: it connects, subscribes to all that is wanted, and receives; when the connection is
    lost, it does so again. In channels_redis every caller may connect, and after a cut two of them do so at once, on
    the same connection: a subscription gets lost, or a reader fails, and some place falls silent for ever.
    """

    def __init__(self, host: Any, layer: Any) -> None:
        super().__init__(host, layer)
        self.wanted: dict[str, asyncio.Event] = {}  # each with whether Redis has confirmed it
        self.connection: Any = None
        self.is_cut = False

    async def publish_many(self, publications: Iterable[tuple[str, bytes]]) -> None:
        async with self._lock:
            self._ensure_redis()
            pipeline = self._redis.pipeline(transaction=False)
            for channel, body in publications:
                pipeline.publish(channel, body)
            await pipeline.execute()

    async def subscribe(self, channel: str) -> None:
        """Returns once Redis has confirmed it, for however long Redis is away."""
        self._ensure_receiver()
        confirmed = self.wanted.setdefault(channel, asyncio.Event())
        try:
            await self._say("SUBSCRIBE", channel)
            await confirmed.wait()
        except asyncio.CancelledError:
            # Nobody was told the name of a new channel yet; a member of a group leaves by itself.
            if self.channel_layer.channels.pop(channel, None) is not None:
                await self.unsubscribe(channel)
            raise

    async def unsubscribe(self, channel: str) -> None:
        if self.wanted.pop(channel, None) is not None:
            await self._say("UNSUBSCRIBE", channel)

    async def flush(self) -> None:
        await super().flush()
        self.wanted.clear()

    async def _say(self, *command: str) -> None:
        """If there is a connection: a new one begins with all that is wanted then."""
        # Without the question, redis-py would connect here.
        if self.connection is not None and self.connection.is_connected:
            # It lets go of its writer (None) where somebody else has just closed it.
            with suppress(RedisError, OSError, AttributeError):
                await self.connection.send_command(*command)

    async def _do_receiving(self) -> None:
        # `wait_for` of Python 3.11, which redis-py uses, loses a cancellation that comes with an answer or an error.
        self._ensure_redis()
        while not is_cancelled():
            connection = self._redis.connection_pool.make_connection()
            try:
                await self._listen(connection)
            except (RedisError, OSError) as error:
                if is_cancelled():
                    return
                self._report(error)
            except Exception:
                logger.exception("Receiving from Redis failed; it is tried again")
            finally:
                self.connection = None
                await connection.disconnect(nowait=True)
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self, connection: Any) -> None:
        await connection.connect()
        self.connection = connection
        if self.wanted:
            await connection.send_command("SUBSCRIBE", *self.wanted)
        self._report(None)
        is_asked = False
        while not is_cancelled():
            # `push_request`: what is published is an answer here, and not something beside one.
            answer = await connection.read_response(timeout=SILENCE_SECONDS, push_request=True)
            if answer is not None:
                self._hear(answer)
            elif is_asked:
                raise TimeoutError(f"Redis has said nothing for {2 * SILENCE_SECONDS:.0f} s")
            else:
                await connection.send_command("PING")
            is_asked = answer is None

    def _hear(self, answer: Any) -> None:
        match answer:
            case [b"message", channel, content]:
                self._receive_message({"channel": channel, "data": content})
            case [b"subscribe", channel, _] if channel.decode() in self.wanted:
                self.wanted[channel.decode()].set()

    def _report(self, error: Exception | None) -> None:
        """An outage once, and its end once."""
        if error is not None and not self.is_cut:
            logger.warning("Redis is out of reach; what is announced meanwhile is lost: %s", error)
        elif error is None and self.is_cut:
            logger.info("Redis answers again; this process listens to %s channels", len(self.wanted))
        self.is_cut = error is not None

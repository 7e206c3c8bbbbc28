"""A client that does anything in any order, and what the socket must answer to it."""

import asyncio
import json
from contextlib import ExitStack
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from websockets.sync.client import connect

from tests.chaos.fault import Fault, Outcome, Size
from tests.chaos.site import PLACES, Site

STEPS = 20
ANSWER_SECONDS = 10
NEWS = {"aqi_update"}  # comes whenever it comes

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


def machine(url: str) -> type[RuleBasedStateMachine]:
    class AnyClient(RuleBasedStateMachine):
        """On a socket for several places."""

        @initialize()
        def open(self) -> None:
            self.followed, self.end = set[str](), ExitStack()
            self.socket = self.end.enter_context(connect(url, ping_interval=None))
            assert self.answer()["type"] == "welcome"

        def answer(self) -> dict[str, Any]:
            while (message := json.loads(self.socket.recv(ANSWER_SECONDS)))["type"] in NEWS:
                pass
            return message

        def ask(self, **message: Any) -> dict[str, Any]:
            self.socket.send(json.dumps(message))
            return self.answer()

        @rule()
        def ping(self) -> None:
            assert self.ask(action="ping")["type"] == "pong"

        @rule(place=st.sampled_from(PLACES[:3]))
        def subscribe(self, place: str) -> None:
            assert self.ask(action="subscribe", location=place)["type"] == "subscribed"
            self.followed.add(place)

        @rule(place=st.sampled_from(PLACES[:3]))
        def unsubscribe(self, place: str) -> None:
            message = self.ask(action="unsubscribe", location=place)
            assert message["type"] == ("unsubscribed" if place in self.followed else "error")
            self.followed.discard(place)

        @rule(place=st.sampled_from(PLACES[:3]), since=st.integers(0, 2**60))
        def resume(self, place: str, since: int) -> None:
            message = self.ask(action="resume", location=place, epoch="gone", since=since)
            assert message["type"] == ("subscribed" if place in self.followed else "error")

        @rule(place=st.text(max_size=40))
        def subscribe_to_nothing(self, place: str) -> None:
            message = self.ask(action="subscribe", location=f"nowhere {place}")
            assert (message["type"], message["code"]) == ("error", "unknown_location")

        @rule(message=anything)
        def nonsense(self, message: Any) -> None:
            self.socket.send(json.dumps(message))
            assert self.answer()["type"] == "error"

        @rule(message=st.binary(max_size=100))
        def binary(self, message: bytes) -> None:
            self.socket.send(message)
            assert self.answer()["code"] == "binary_not_supported"

        def teardown(self) -> None:
            self.end.close()

    return AnyClient


async def any_client(site: Site, size: Size) -> Outcome:
    chosen = settings(
        max_examples=size.examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    before = site.tracebacks()
    try:
        await asyncio.to_thread(run_state_machine_as_test, machine(site.url("ws/aqi")), settings=chosen)
    except Exception as error:
        return Outcome(f"FAILED: {error!r}", is_sound=False)
    tracebacks = site.tracebacks() - before
    return Outcome(f"{size.examples} runs of up to {STEPS} steps, {tracebacks} tracebacks", tracebacks == 0)


FUZZ = Fault("a client that does anything", "each answered as it must, 0 tracebacks", any_client)

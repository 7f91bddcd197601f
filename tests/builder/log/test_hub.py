"""The hub between the channel layer and this process's listeners."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from channels.layers import InMemoryChannelLayer

from builder.log.hub import Hub


@pytest.fixture
def layer() -> InMemoryChannelLayer:
    return InMemoryChannelLayer()


@pytest.fixture
async def hubs(layer: InMemoryChannelLayer) -> AsyncIterator[list[Hub]]:
    both = [Hub(layer), Hub(layer)]
    for hub in both:
        await hub.start()
    yield both
    for hub in both:
        await hub.close()
    assert layer.groups == {}


async def test_a_message_reaches_the_listeners_of_every_process(hubs: list[Hub]) -> None:
    received: asyncio.Queue[tuple[str, str, str]] = asyncio.Queue()
    for number, hub in enumerate(hubs):
        await hub.subscribe(
            "topic",
            lambda topic, message, n=number: received.put_nowait((str(n), topic, message["text"])),
        )
    await hubs[0].publish("topic", {"kind": "latest", "text": "hello"})
    messages = [await asyncio.wait_for(received.get(), 30) for _ in hubs]
    assert sorted(messages) == [("0", "topic", "hello"), ("1", "topic", "hello")]


async def test_unsubscribed_listeners_get_no_messages(hubs: list[Hub]) -> None:
    received: asyncio.Queue[str] = asyncio.Queue()

    def stay(_: str, message: dict) -> None:
        received.put_nowait("stay")

    def leave(_: str, message: dict) -> None:
        received.put_nowait("leave")

    hub = hubs[0]
    await hub.subscribe("topic", leave)
    await hub.subscribe("topic", stay)
    await hub.unsubscribe("topic", leave)
    await hub.unsubscribe("topic", leave)
    await hub.unsubscribe("other", leave)
    await hub.publish("topic", {"kind": "x"})
    assert await asyncio.wait_for(received.get(), 30) == "stay"
    assert received.empty()
    await hub.unsubscribe("topic", stay)
    assert hub.topics() == []


async def test_a_failing_listener_does_not_affect_others(
    hubs: list[Hub], caplog: pytest.LogCaptureFixture
) -> None:
    received = asyncio.Event()
    await hubs[0].subscribe("topic", lambda *_: 1 / 0)
    await hubs[0].subscribe("topic", lambda *_: received.set())
    for _ in range(2):
        received.clear()
        await hubs[0].publish("topic", {"kind": "x"})
        await asyncio.wait_for(received.wait(), 30)
    assert "A listener to topic failed" in caplog.text


async def test_reading_is_retried_when_the_channel_layer_fails(
    layer: InMemoryChannelLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builder.log.hub.PAUSE", 0)
    real, failures = layer.receive, iter([ConnectionError(), OSError()])

    async def receive(channel: str) -> dict:
        for failure in failures:
            raise failure
        return await real(channel)

    monkeypatch.setattr(layer, "receive", receive)
    hub = Hub(layer)
    await hub.start()
    received = asyncio.Event()
    await hub.subscribe("topic", lambda *_: received.set())
    await hub.publish("topic", {"kind": "x"})
    await asyncio.wait_for(received.wait(), 30)
    await hub.close()


class SlowLayer(InMemoryChannelLayer):
    """A channel layer whose requests to join or leave a group wait for the test to release them."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: asyncio.Queue[tuple[str, asyncio.Event]] = asyncio.Queue()

    async def next(self, kind: str) -> asyncio.Event:
        """Wait for the next request; return the event that releases it."""
        requested, release = await asyncio.wait_for(self.requests.get(), 30)
        assert requested == kind
        return release

    async def group_add(self, group: str, channel: str) -> None:
        await self._wait("add")
        await super().group_add(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        await self._wait("discard")
        await super().group_discard(group, channel)

    async def _wait(self, kind: str) -> None:
        release = asyncio.Event()
        self.requests.put_nowait((kind, release))
        await release.wait()


@pytest.fixture
async def slow() -> AsyncIterator[tuple[Hub, SlowLayer]]:
    layer = SlowLayer()
    hub = Hub(layer)
    await hub.start()
    yield hub, layer
    assert hub._reader
    hub._reader.cancel()
    await asyncio.gather(hub._reader, return_exceptions=True)


async def release_next(layer: SlowLayer, kind: str) -> None:
    (await layer.next(kind)).set()


async def test_subscribing_while_the_last_listener_unsubscribes_stays_in_the_group(
    slow: tuple[Hub, SlowLayer],
) -> None:
    hub, layer = slow
    received = asyncio.Event()
    first = asyncio.create_task(hub.subscribe("topic", print))
    await release_next(layer, "add")
    await first
    leaving = asyncio.create_task(hub.unsubscribe("topic", print))
    discard = await layer.next("discard")
    joining = asyncio.create_task(hub.subscribe("topic", lambda *_: received.set()))
    await asyncio.sleep(0)
    if not layer.requests.empty():  # served before the older request
        await release_next(layer, "add")
        await joining
    discard.set()
    await leaving
    if not joining.done():
        await release_next(layer, "add")
        await joining
    assert list(layer.groups) == ["topic"]
    await hub.publish("topic", {"kind": "x"})
    await asyncio.wait_for(received.wait(), 30)


async def test_unsubscribing_while_joining_is_slow_leaves_the_group(
    slow: tuple[Hub, SlowLayer],
) -> None:
    hub, layer = slow
    joining = asyncio.create_task(hub.subscribe("topic", print))
    add = await layer.next("add")
    leaving = asyncio.create_task(hub.unsubscribe("topic", print))
    await asyncio.sleep(0)
    if not layer.requests.empty():
        await release_next(layer, "discard")
        await leaving
    add.set()
    await joining
    if not leaving.done():
        await release_next(layer, "discard")
        await leaving
    assert layer.groups == {}


async def test_the_second_listener_also_waits_until_the_group_is_joined(
    slow: tuple[Hub, SlowLayer],
) -> None:
    hub, layer = slow
    first = asyncio.create_task(hub.subscribe("topic", print))
    add = await layer.next("add")
    second = asyncio.create_task(hub.subscribe("topic", repr))
    await asyncio.sleep(0)
    assert not second.done()
    add.set()
    await asyncio.gather(first, second)
    assert layer.requests.empty()


async def test_a_message_lost_by_the_channel_layer_is_logged(
    layer: InMemoryChannelLayer,
    hubs: list[Hub],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def lose(*_: object) -> None:
        raise ConnectionError("Redis restarts")

    monkeypatch.setattr(layer, "group_send", lose)
    await hubs[0].publish("topic", {"kind": "x"})
    assert "lost a message to topic" in caplog.text

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
    heard: asyncio.Queue[tuple[str, str, str]] = asyncio.Queue()
    for number, hub in enumerate(hubs):
        await hub.subscribe(
            "topic",
            lambda topic, message, n=number: heard.put_nowait((str(n), topic, message["text"])),
        )
    await hubs[0].publish("topic", {"kind": "latest", "text": "hello"})
    got = [await asyncio.wait_for(heard.get(), 30) for _ in hubs]
    assert sorted(got) == [("0", "topic", "hello"), ("1", "topic", "hello")]


async def test_who_has_left_hears_nothing(hubs: list[Hub]) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    def stays(_: str, message: dict) -> None:
        heard.put_nowait("stays")

    def leaves(_: str, message: dict) -> None:
        heard.put_nowait("leaves")

    hub = hubs[0]
    await hub.subscribe("topic", leaves)
    await hub.subscribe("topic", stays)
    await hub.unsubscribe("topic", leaves)
    await hub.unsubscribe("topic", leaves)
    await hub.unsubscribe("other", leaves)
    await hub.publish("topic", {"kind": "x"})
    assert await asyncio.wait_for(heard.get(), 30) == "stays"
    assert heard.empty()
    await hub.unsubscribe("topic", stays)
    assert hub.topics() == []


async def test_a_listener_that_fails_harms_nobody(
    hubs: list[Hub], caplog: pytest.LogCaptureFixture
) -> None:
    heard = asyncio.Event()
    await hubs[0].subscribe("topic", lambda *_: 1 / 0)
    await hubs[0].subscribe("topic", lambda *_: heard.set())
    for _ in range(2):
        heard.clear()
        await hubs[0].publish("topic", {"kind": "x"})
        await asyncio.wait_for(heard.wait(), 30)
    assert "A listener to topic failed" in caplog.text


async def test_a_channel_layer_that_fails_is_tried_again(
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
    heard = asyncio.Event()
    await hub.subscribe("topic", lambda *_: heard.set())
    await hub.publish("topic", {"kind": "x"})
    await asyncio.wait_for(heard.wait(), 30)
    await hub.close()


class SlowLayer(InMemoryChannelLayer):
    """Answers each request to join or leave a group when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: asyncio.Queue[tuple[str, asyncio.Event]] = asyncio.Queue()

    async def next(self, kind: str) -> asyncio.Event:
        """Return what lets the next request be served, once it is made."""
        got, release = await asyncio.wait_for(self.requests.get(), 30)
        assert got == kind
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


async def released(layer: SlowLayer, kind: str) -> None:
    (await layer.next(kind)).set()


async def test_subscribing_while_the_last_one_leaves_stays_in_the_group(
    slow: tuple[Hub, SlowLayer],
) -> None:
    hub, layer = slow
    heard = asyncio.Event()
    first = asyncio.create_task(hub.subscribe("topic", print))
    await released(layer, "add")
    await first
    leaving = asyncio.create_task(hub.unsubscribe("topic", print))
    discard = await layer.next("discard")
    coming = asyncio.create_task(hub.subscribe("topic", lambda *_: heard.set()))
    await asyncio.sleep(0)
    if not layer.requests.empty():  # served before the older request
        await released(layer, "add")
        await coming
    discard.set()
    await leaving
    if not coming.done():
        await released(layer, "add")
        await coming
    assert list(layer.groups) == ["topic"]
    await hub.publish("topic", {"kind": "x"})
    await asyncio.wait_for(heard.wait(), 30)


async def test_leaving_while_joining_is_slow_leaves_the_group(
    slow: tuple[Hub, SlowLayer],
) -> None:
    hub, layer = slow
    coming = asyncio.create_task(hub.subscribe("topic", print))
    add = await layer.next("add")
    leaving = asyncio.create_task(hub.unsubscribe("topic", print))
    await asyncio.sleep(0)
    if not layer.requests.empty():
        await released(layer, "discard")
        await leaving
    add.set()
    await coming
    if not leaving.done():
        await released(layer, "discard")
        await leaving
    assert layer.groups == {}


async def test_the_second_listener_waits_for_the_group_too(slow: tuple[Hub, SlowLayer]) -> None:
    hub, layer = slow
    first = asyncio.create_task(hub.subscribe("topic", print))
    add = await layer.next("add")
    second = asyncio.create_task(hub.subscribe("topic", repr))
    await asyncio.sleep(0)
    assert not second.done()
    add.set()
    await asyncio.gather(first, second)
    assert layer.requests.empty()


async def test_a_message_that_the_channel_layer_loses_is_no_error(
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

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

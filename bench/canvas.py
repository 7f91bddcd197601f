"""The canvas with many nodes: frame rates as ratios to an empty canvas, keys, layout, the heap."""

import json
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect, sync_playwright

from bench import Row, documents
from bench.timing import milliseconds
from engine.document import Document
from tests.browser.ensure_chromium import ARGUMENTS, find
from tests.conftest import Server, start_server, stop_server

SIZES = (1041, 5000)
STEPS = 60
KEYS = 8
GOAL = 0.95
HEAP_LIMIT = 60_000_000
FRAME = 1 / 60
# Counts frames, and the longest time between two, until `stopFrames()` is called.
COUNT = """() => {
  const times = []
  let on = true
  const frame = (now) => { times.push(now); if (on) requestAnimationFrame(frame) }
  requestAnimationFrame(frame)
  window.stopFrames = () => {
    on = false
    const gaps = times.slice(1).map((time, at) => time - times[at])
    const span = times.at(-1) - times[0]
    return { rate: gaps.length / span * 1000, longest: Math.max(...gaps) / 1000 }
  }
}"""
# A place on the card in the middle of those in view; from far away, the middle of the view.
CARD = """() => {
  const box = document.querySelector('.svelte-flow').getBoundingClientRect()
  const cards = [...document.querySelectorAll('.svelte-flow__node')]
    .map((card) => card.getBoundingClientRect())
    .filter(({ top, bottom }) => top > box.top + 20 && bottom < box.bottom - 60)
  const card = cards[Math.floor(cards.length / 2)]
  return card ? [card.x + card.width / 2, card.y + card.height / 2]
              : [box.x + box.width / 2, box.y + box.height / 2]
}"""
# The time from a key to the frame that shows it.
WATCH_KEYS = """() => {
  window.keyTimes = []
  document.addEventListener('keydown', () => {
    const began = performance.now()
    requestAnimationFrame(() => {
      const channel = new MessageChannel()
      channel.port1.onmessage = () => window.keyTimes.push((performance.now() - began) / 1000)
      channel.port2.postMessage(null)
    })
  }, { capture: true })
}"""

LAID_OUT = """() => document.querySelector('[data-testid=announcement]')
  .textContent.includes('Laid out.')"""


def rows() -> Iterator[Row]:
    """Frame rates of pan, zoom and drag; a key; layout; the heap."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = start_server(Path(folder))
        arguments = [*ARGUMENTS, "--enable-precise-memory-info", "--js-flags=--expose-gc"]
        browser = playwright.chromium.launch(executable_path=find(), args=arguments)
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            yield from _measure(page, server)
        finally:
            browser.close()
            stop_server(server)


def _measure(page: Page, server: Server) -> Iterator[Row]:
    _open(page, server, Document(name="Empty"))
    empty = {name: _rate(page, gesture)[0] for name, gesture in (("pan", _pan), ("zoom", _zoom))}
    empty["drag"] = empty["pan"]
    for size in SIZES:
        _open(page, server, documents.chain(size, spread=True))
        for place, key in (("zoomed in", None), ("all in view", "1")):
            page.keyboard.press(key) if key else None
            page.wait_for_timeout(500)
            for name, gesture in (("pan", _pan), ("zoom", _zoom), ("drag", _drag)):
                rate, longest = _rate(page, gesture)
                detail = f"{rate:.0f} of {empty[name]:.0f} frames/s, goal {GOAL}"
                detail += f", longest frame {milliseconds(longest)}"
                yield Row(
                    f"{name} {size} nodes, {place} / empty", f"{rate / empty[name]:.2f}", detail
                )
        yield _key(page, size)
        yield _layout(page, size)
        yield _heap(page, size)


def _open(page: Page, server: Server, document: Document) -> None:
    body = json.dumps({"document": document.to_json()}).encode()
    headers = {"Content-Type": "application/json", "Origin": server.url}
    request = Request(f"{server.url}/api/projects", body, headers)
    with urlopen(request, timeout=120) as answer:
        project = json.load(answer)["id"]
    page.goto(f"{server.url}/projects/{project}")
    expect(page.get_by_role("region", name="Canvas")).to_be_visible(timeout=60_000)
    if document.graphs[0].nodes:
        expect(page.locator(".chip").first).to_be_visible(timeout=120_000)
    page.wait_for_timeout(1500)  # what follows is measured, not awaited


def _rate(page: Page, gesture: Callable[[Page], None]) -> tuple[float, float]:
    """The frames per second during a gesture, and the longest time between two in seconds."""
    page.evaluate(COUNT)
    gesture(page)
    result = page.evaluate("stopFrames()")
    return result["rate"], result["longest"]


def _middle(page: Page) -> tuple[float, float]:
    box = page.locator(".svelte-flow").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _turn(step: int) -> int:
    """1 or −1: there and back again."""
    return 1 if step // 10 % 2 == 0 else -1


def _pan(page: Page) -> None:
    page.mouse.move(*_middle(page))
    for step in range(STEPS):
        page.mouse.wheel(0, 40 * _turn(step))
        page.wait_for_timeout(16)


def _zoom(page: Page) -> None:
    page.mouse.move(*_middle(page))
    page.keyboard.down("Control")
    for step in range(STEPS):
        page.mouse.wheel(0, -8 * _turn(step))
        page.wait_for_timeout(16)
    page.keyboard.up("Control")


def _drag(page: Page) -> None:
    """Drag the card that is nearest to the middle of the view."""
    x, y = page.evaluate(CARD)
    page.mouse.move(x, y)
    page.wait_for_timeout(50)
    page.mouse.down()
    for step in range(STEPS):
        page.mouse.move(x + 2 * step, y + step % 7)
        page.wait_for_timeout(16)
    page.mouse.up()


def _key(page: Page, size: int) -> Row:
    """Type into a parameter of a selected node."""
    page.keyboard.press("Escape")
    page.keyboard.press("0")
    page.wait_for_timeout(500)
    page.mouse.click(*page.evaluate(CARD))
    field = page.get_by_role("complementary", name="Inspector").get_by_label("units").first
    field.click()
    page.evaluate(WATCH_KEYS)
    for number in range(KEYS):
        page.keyboard.press(str(1 + number % 9))
        page.wait_for_timeout(150)
    times = page.evaluate("keyTimes")
    median = statistics.median(times)
    detail = f"median {milliseconds(median)}, longest {milliseconds(max(times))} from key to frame"
    return Row(f"a key with {size} nodes / a frame", f"{median / FRAME:.1f}", detail)


def _layout(page: Page, size: int) -> Row:
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator(".svelte-flow__pane").click(position={"x": 5, "y": 5})
    page.evaluate(COUNT)
    page.keyboard.press("Shift+L")
    # Playwright's own waiting describes the whole page when it has to wait, for a second.
    page.wait_for_function(LAID_OUT, timeout=60_000)
    longest = page.evaluate("stopFrames()")["longest"]
    detail = f"longest frame {milliseconds(longest)} while {size} nodes are laid out"
    return Row(f"layout of {size} nodes: longest frame / a frame", f"{longest / FRAME:.1f}", detail)


def _heap(page: Page, size: int) -> Row:
    page.evaluate("gc()")
    used = page.evaluate("performance.memory.usedJSHeapSize")
    detail = f"{used / 1e6:.0f} MB, limit {HEAP_LIMIT / 1e6:.0f} MB"
    return Row(f"heap with {size} nodes / its limit", f"{used / HEAP_LIMIT:.2f}", detail)

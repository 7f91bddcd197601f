"""The canvas with many nodes: frame rates as ratios to an empty canvas, keys, layout, the heap."""

import json
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect, sync_playwright

from bench import Row, documents
from bench.timing import milliseconds
from engine.document import Document
from tests.browser.ensure_chromium import ARGUMENTS, find_browser
from tests.conftest import Server, start_server, stop_server

SIZES = (1041, 5000)
FEW = 2
STEPS = 60
KEYS = 12
GOAL = 0.95
HEAP_LIMIT = 60_000_000
FRAME = 1 / 60
# Counts frames, those that come late, and the longest time between two, until `stopFrames()`.
COUNT = """() => {
  const times = []
  let on = true
  const frame = (now) => { times.push(now); if (on) requestAnimationFrame(frame) }
  requestAnimationFrame(frame)
  window.stopFrames = () => {
    on = false
    const gaps = times.slice(1).map((time, at) => time - times[at])
    const span = times.at(-1) - times[0]
    const late = gaps.filter((gap) => gap > 25).length
    return {
      rate: gaps.length / span * 1000, longest: Math.max(...gaps) / 1000, late, frames: gaps.length,
    }
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
# For each key: the script that handles it, in seconds, the frames until one shows the new text on
# the selected card, and the seconds until that frame is painted.
WATCH_KEYS = """() => {
  window.keys = []
  const after = (then) => {
    const channel = new MessageChannel()
    channel.port1.onmessage = then
    channel.port2.postMessage(null)
  }
  document.addEventListener('keydown', ({ target }) => {
    const key = { frames: 0 }
    const began = performance.now()
    after(() => { key.script = (performance.now() - began) / 1000 })
    const frame = () => {
      key.frames += 1
      const card = document.querySelector('.svelte-flow__node.selected .second')
      if (!card.textContent.includes(target.value)) return requestAnimationFrame(frame)
      after(() => { key.painted = (performance.now() - began) / 1000 })
    }
    requestAnimationFrame(frame)
    window.keys.push(key)
  }, { capture: true })
}"""

# Sets `laidOut`, a promise. Playwright's own waiting describes the whole page, which takes a frame.
WATCH_LAYOUT = """() => {
  const announcement = document.querySelector('[data-testid=announcement]')
  window.laidOut = new Promise((resolve) => {
    const look = () => announcement.textContent.includes('Laid out.') && resolve(true)
    new MutationObserver(look).observe(announcement, {
      subtree: true, childList: true, characterData: true,
    })
  })
}"""


def rows() -> Iterator[Row]:
    """Frame rates of pan, zoom and drag; a key; layout; the heap."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = start_server(Path(folder))
        arguments = [*ARGUMENTS, "--enable-precise-memory-info", "--js-flags=--expose-gc"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
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
    _open(page, server, documents.chain(FEW, spread=True))
    few = _keys(page)
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
        yield from _key_rows(size, _keys(page), few)
        yield from _layout(page, size, empty["pan"])
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


class Keys(NamedTuple):
    """What the keys typed into a parameter took: median seconds, and the most frames."""

    script: float
    painted: float
    frames: int


def _keys(page: Page) -> Keys:
    """Type into a parameter of a selected node."""
    page.keyboard.press("Escape")
    page.keyboard.press("0")
    page.wait_for_timeout(500)
    page.mouse.click(*page.evaluate(CARD))
    field = page.get_by_role("complementary", name="Inspector").get_by_label("units").first
    field.click()
    page.keyboard.press("ControlOrMeta+a")
    page.evaluate(WATCH_KEYS)
    for number in range(KEYS):
        page.keyboard.press(str(1 + number % 9))
        page.wait_for_timeout(150)
    keys = page.evaluate("keys")
    script, painted = (
        statistics.median(key[name] for key in keys) for name in ("script", "painted")
    )
    return Keys(script, painted, max(key["frames"] for key in keys))


def _key_rows(size: int, keys: Keys, few: Keys) -> Iterator[Row]:
    detail = f"most of {KEYS} keys; median {milliseconds(keys.painted)} from key to frame, "
    detail += f"{milliseconds(few.painted)} with {FEW} nodes"
    yield Row(f"a key with {size} nodes: frames until it is shown", f"{keys.frames}", detail)
    detail = f"median {milliseconds(keys.script)} and {milliseconds(few.script)}"
    ratio = f"{keys.script / few.script:.2f}"
    yield Row(f"script of a key with {size} nodes / with {FEW}", ratio, detail)


def _layout(page: Page, size: int, empty: float) -> Iterator[Row]:
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator(".svelte-flow__pane").click(position={"x": 5, "y": 5})
    browser = page.context.browser
    assert browser
    browser.start_tracing(page=page, categories=["toplevel"])
    page.evaluate(WATCH_LAYOUT)
    page.evaluate(COUNT)
    page.keyboard.press("Shift+L")
    page.evaluate("laidOut")
    page.wait_for_timeout(500)  # the view moves to the drawing
    result = page.evaluate("stopFrames()")
    task = _longest_task(json.loads(browser.stop_tracing()))
    detail = f"{milliseconds(task)} of processor time"
    yield Row(f"layout of {size} nodes: longest task / a frame", f"{task / FRAME:.1f}", detail)
    detail = f"{result['late']} of {result['frames']} frames late"
    detail += f", the longest {milliseconds(result['longest'])}, goal {GOAL}"
    ratio = f"{result['rate'] / empty:.2f}"
    yield Row(f"frame rate during the layout of {size} nodes / empty", ratio, detail)


def _longest_task(trace: dict[str, Any]) -> float:
    """The processor time of the longest task of a page's main thread, in seconds."""
    events = trace["traceEvents"]
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    return max(
        event.get("tdur", 0) / 1e6
        for event in events
        if event["ph"] == "X" and (event["pid"], event["tid"]) in mains
    )


def _heap(page: Page, size: int) -> Row:
    page.evaluate("gc()")
    used = page.evaluate("performance.memory.usedJSHeapSize")
    detail = f"{used / 1e6:.0f} MB, limit {HEAP_LIMIT / 1e6:.0f} MB"
    return Row(f"heap with {size} nodes / its limit", f"{used / HEAP_LIMIT:.2f}", detail)

"""The page: time to first paint of 20 nodes after a warm start, and what it loads for that."""

import gzip
import json
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect, sync_playwright

from bench import Row, documents
from bench.timing import milliseconds
from tests.browser.ensure_chromium import ARGUMENTS, find_browser
from tests.conftest import ROOT, Server, start_server, stop_server

ROUNDS = 5
PAINT_LIMIT, BUNDLE_LIMIT = 1.5, 350_000
PAINTED = """() => new Promise(resolve => new PerformanceObserver(list => {
  for (const entry of list.getEntries())
    if (entry.name === 'first-contentful-paint') resolve(entry.startTime / 1000)
}).observe({type: 'paint', buffered: true}))"""


def rows() -> Iterator[Row]:
    """First paint, time until the wires show their shapes, and the size of scripts and styles."""
    with tempfile.TemporaryDirectory() as folder:
        server = start_server(Path(folder))
        try:
            yield from _paint(server)
        finally:
            stop_server(server)


def _paint(server: Server) -> Iterator[Row]:
    address = f"{server.url}/projects/{_project(server)}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        loaded: set[str] = set()
        page.on("response", lambda response: loaded.add(response.url))
        times = [_open(page, address) for _ in range(ROUNDS + 1)][1:]  # the first one warms up
        browser.close()
    paint, shapes = (statistics.median(column) for column in zip(*times, strict=True))
    detail = f"{milliseconds(paint)}, limit {milliseconds(PAINT_LIMIT)}, median of {ROUNDS}"
    yield Row("first paint of 20 nodes / its limit", f"{paint / PAINT_LIMIT:.2f}", detail)
    detail = f"{milliseconds(shapes)} from navigation to shapes on the wires"
    yield Row("all of it with shapes / the same limit", f"{shapes / PAINT_LIMIT:.2f}", detail)
    size = _gzipped(loaded)
    detail = f"{size / 1000:.0f} kB gzipped, limit {BUNDLE_LIMIT // 1000} kB"
    yield Row("scripts and styles of a project / their limit", f"{size / BUNDLE_LIMIT:.2f}", detail)


def _open(page: Page, address: str) -> tuple[float, float]:
    page.goto(address, wait_until="commit")
    painted = page.evaluate(PAINTED)
    expect(page.locator(".chip").first).to_be_visible(timeout=60_000)
    return painted, page.evaluate("performance.now() / 1000")


def _project(server: Server) -> str:
    """Create a project of 20 nodes and return its id."""
    body = json.dumps({"document": documents.chain(20, spread=True).to_json()}).encode()
    headers = {"Content-Type": "application/json", "Origin": server.url}
    request = Request(f"{server.url}/api/projects", body, headers)
    with urlopen(request, timeout=60) as answer:
        return str(json.load(answer)["id"])


def _gzipped(urls: set[str]) -> int:
    """Bytes of the scripts and styles among these, gzipped one by one as they are served."""
    names = {url.rpartition("/static/dist/")[2] for url in urls if "/static/dist/" in url}
    files = [ROOT / "static" / "dist" / name for name in names if name.endswith((".js", ".css"))]
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)

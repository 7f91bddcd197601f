"""A Chromium that every browser test shares, and pages whose console errors fail the test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.ensure_chromium import ARGUMENTS, find
from tests.browser.workbench import Workbench
from tests.conftest import Server, start_server, stop_server

# A slow machine is not a broken page.
expect.set_options(timeout=20_000)

# Console messages of the browser when a server is stopped or refuses a request, as intended.
EXPECTED = (
    "ERR_INTERNET_DISCONNECTED",
    "ERR_CONNECTION",
    "WebSocket connection to",
    "the server responded with a status of 4",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser. Without Chromium the tests fail; they are not skipped."""
    executable = find()
    assert executable, "the browser tests need Chromium; `make browser` installs one"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own; errors and warnings on any console fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_context(**options: Any) -> Page:
        options = {"viewport": {"width": 1440, "height": 900}, **options}
        context = browser.new_context(accept_downloads=True, **options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(f"{error.name}: {error.message}"))
        page.on("console", lambda message: _note(errors, message.type, message.text))
        return page

    yield open_context
    for context in contexts:
        context.close()
    assert errors == []


def _note(errors: list[str], kind: str, text: str) -> None:
    if kind in ("error", "warning") and not any(words in text for words in EXPECTED):
        errors.append(f"{kind}: {text}")


@pytest.fixture
def bench(open_page: Callable[..., Page], server: Server) -> Workbench:
    """A page of the shared server."""
    return Workbench(open_page(), server.url)


@pytest.fixture(scope="session")
def pictures() -> Path:
    """The folder for screenshots, which are not committed (see CONTRIBUTING)."""
    folder = Path(__file__).parents[2] / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class OwnServer:
    """A server that a test can stop and restart on the same port and home folder."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._server = start_server(home)
        self.url = self._server.url

    def stop(self) -> None:
        """Stop the server."""
        stop_server(self._server)

    def start(self) -> None:
        """Restart the server on the same port and home folder."""
        self._server = start_server(self._home, port=self.url.rpartition(":")[2])


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[OwnServer]:
    """A server for a single test."""
    server = OwnServer(tmp_path)
    yield server
    server.stop()

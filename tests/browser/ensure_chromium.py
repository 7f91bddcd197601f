"""Find a Chromium for the browser tests, or install it, or fail with a clear message.

In this order: Debian's headless shell, which root installs where it lacks; another browser on the
PATH; Playwright's own, which is downloaded if there is none. The headless shell is Chromium
without the windows of a desktop: the same tests take two thirds of the processor time with it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHELL = "chromium-headless-shell"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def on_path(names: Sequence[str]) -> str | None:
    """The first of these programs on the PATH."""
    return next((path for name in names if (path := shutil.which(name))), None)


def playwrights_own() -> str | None:
    """Playwright's browser, if it has been downloaded."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find() -> str | None:
    """An installed Chromium: the headless shell, or a browser."""
    return on_path([SHELL]) or find_browser()


def find_browser() -> str | None:
    """An installed Chromium as people use it, with windows."""
    return on_path(BROWSERS) or playwrights_own()


def _run(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def install_package() -> None:
    """Install Debian's headless shell, or its Chromium where it has no shell, when root."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium's headless shell for the browser tests …", flush=True)
        _run("apt-get", "update")
        if not _run("apt-get", "install", "--yes", SHELL):
            _run("apt-get", "install", "--yes", "chromium")


def download() -> None:
    """Download Playwright's browser."""
    print("Downloading Chromium for the browser tests …", flush=True)
    _run(sys.executable, "-m", "playwright", "install", "chromium")


if __name__ == "__main__":
    if not shutil.which(SHELL):
        install_package()
    if not find():
        download()
    if not find():
        sys.exit("The browser tests need Chromium: install it and put it on the PATH.")

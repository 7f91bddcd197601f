"""Find a Chromium for the browser tests, or install it, or fail with a clear message.

In this order: a browser on the PATH, Playwright's own, Playwright's own after a download, and
Debian's package where root may install it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def on_path() -> str | None:
    """The first browser of the Chromium family on the PATH."""
    return next((path for name in COMMANDS if (path := shutil.which(name))), None)


def playwrights_own() -> str | None:
    """Playwright's browser, if it has been downloaded."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find() -> str | None:
    """An installed Chromium."""
    return on_path() or playwrights_own()


def _run(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def install() -> str | None:
    """Download Playwright's browser, or install Debian's package when root."""
    print("Installing Chromium for the browser tests …", flush=True)
    if _run(sys.executable, "-m", "playwright", "install", "chromium"):
        return find()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update")
        _run("apt-get", "install", "--yes", "chromium")
    return find()


if __name__ == "__main__":
    if not (find() or install()):
        sys.exit("The browser tests need Chromium: install it and put it on the PATH.")

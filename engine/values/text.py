"""Text for people: what a terminal would hide, and sizes in words."""

import re

# Colours and cursor movements (CSI), and titles or links (OSC), as ECMA-48 defines them.
_ESCAPE_SEQUENCES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")

# Names of devices on Windows, which no file can have there, whatever its suffix.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def strip_escapes(text: str) -> str:
    """Return text without terminal escape sequences."""
    return _ESCAPE_SEQUENCES.sub("", text)


def is_device(name: str) -> bool:
    """Return whether Windows reserves the name of a file, with or without its suffix."""
    return _DEVICES.fullmatch(name) is not None


def format_bytes(count: float) -> str:
    """Return a size in decimal units with three digits: "98.1 MB"."""
    for unit in _UNITS:
        if count < 1000:  # noqa: PLR2004 — decimal units
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} EB"

"""Formatting of sizes, and text without escape sequences."""

import pytest

from engine.values import format_bytes, strip_escapes


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (98_100_000, "98.1 MB"),
        (4_000_000_000, "4 GB"),
        (4.2e12, "4.2 TB"),
        (2e18, "2 EB"),
    ],
)
def test_sizes_have_decimal_units_and_three_digits(count: float, words: str) -> None:
    assert format_bytes(count) == words


@pytest.mark.parametrize(
    "text", ["\x1b[31mred\x1b[0m", "\x1b[?25lred", "\x1b]0;title\x07red", "\x1b]8;;x\x1b\\red"]
)
def test_escape_sequences_of_terminals_are_dropped(text: str) -> None:
    assert strip_escapes(text) == "red"

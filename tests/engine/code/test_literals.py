"""Numbers are written as people write them, and mean exactly what they meant."""

import pytest

from engine.code.syntax.literals import literal


@pytest.mark.parametrize(
    ("number", "source"),
    [
        (0.00392156862745098, "1 / 255"),
        (0.00784313725490196, "1 / 127.5"),
        (0.2 * 6 / 16, "0.2 * 3 / 8"),
        (0.2 * 14 / 16, "0.2 * 7 / 8"),
        (0.2 * 3 / 23, "0.2 * 3 / 23"),
        (0.2 / 46, "1 / 230"),
        (0.1 * 3, "0.1 * 3"),
        ((0.224 * 255) ** 2, "(0.224 * 255) ** 2"),
        (0.1125, "0.1125"),
        (0.123456789012, "0.123456789012"),
        ((0.225 * 255) ** 2, "(0.225 * 255) ** 2"),
        (12345.678901, "12345.678901"),
        (1.001e-5, "1.001e-5"),
    ],
)
def test_numbers(number: float, source: str) -> None:
    assert literal(number) == source
    assert eval(source) == number

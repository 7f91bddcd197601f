"""Keys of x[key] as text: parsing, formatting and rejection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.slicing import key, read, write

PARTS = st.one_of(
    st.integers(-99, 99),
    st.none(),
    st.builds(
        slice,
        st.one_of(st.none(), st.integers(-9, 9)),
        st.one_of(st.none(), st.integers(-9, 9)),
        st.one_of(st.none(), st.integers(1, 9), st.integers(-9, -1)),
    ),
)


@given(st.lists(PARTS, min_size=1, max_size=6))
def test_a_formatted_key_parses_to_the_same_key(parts: list[object]) -> None:
    text = write(tuple(parts))
    assert text is not None
    assert read(text) == tuple(parts)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("0,", 0),
        (":, 0", (slice(None), 0)),
        ("..., 1:3", (..., slice(1, 3))),
        (" : , None , ::-2", (slice(None), None, slice(None, None, -2))),
    ],
)
def test_keys(text: str, value: object) -> None:
    assert key(text) == value


@pytest.mark.parametrize(
    "text",
    ["", ",", "a", "1.5", "..., ...", "::0", "1:2:3:4", "x[0]", "9" * 16, "0," * 200, "__import__"],
)
def test_invalid_keys_are_rejected(text: str) -> None:
    assert read(text) is None
    assert key(text) is None


@pytest.mark.parametrize("value", [True, "a", (), 1.5, ("a",), [[1]], (..., ...)])
def test_unsupported_values_are_rejected(value: object) -> None:
    assert write(value) is None

"""What is known of a stored document without parsing it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import Document
from engine.document.stored import is_current, read_stored, renamed, to_text
from tests.documents import OLD

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@given(NAMES, NAMES)
def test_a_renamed_text_is_that_of_the_renamed_document(name: str, new: str) -> None:
    text = renamed(to_text(Document(name=name)), name, new)
    assert text == to_text(Document(name=new))
    assert read_stored(text).name == new


def test_a_document_with_another_name_is_not_renamed() -> None:
    with pytest.raises(ValueError, match="not named"):
        renamed(to_text(Document(name="Mine")), "Min", "Yours")


def test_only_a_text_of_the_present_version_is_current() -> None:
    assert is_current(to_text(Document()))
    assert not any(is_current(path.read_text(encoding="utf-8")) for path in OLD)

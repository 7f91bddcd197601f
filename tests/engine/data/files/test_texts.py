"""Texts: in class folders, by lines, or to be continued."""

from pathlib import Path

from engine.data.description import Windows
from tests.engine.data.files.archives import (
    zipped,
)
from tests.engine.data.files.reads import codes, read, rows, types


def test_texts_in_class_folders(tmp_path: Path) -> None:
    members = {"pos/1.txt": "good ü", "neg/2.txt": "schl\xe4cht".encode("latin-1"), "pos/3.txt": ""}
    description = read(tmp_path, zipped(members), "reviews.zip")
    assert description.family == "texts"
    arrays = rows(tmp_path, description)
    assert arrays["text"].tolist() == ["good ü", "schlächt", ""]
    assert arrays["class"].tolist() == [1, 0, 1]


def test_a_plain_text_is_read_by_lines(tmp_path: Path) -> None:
    description = read(tmp_path, "One day, it began.\r\n\r\nThen, 3 others, too.\n", "story.txt")
    assert (description.family, description.options.encoding) == ("texts", "utf-8")
    assert rows(tmp_path, description)["text"].tolist() == [
        "One day, it began.",
        "Then, 3 others, too.",
    ]
    assert types(read(tmp_path, "a\tb\n1\t2\n", "table.txt")) == {"a": "number", "b": "number"}


def test_a_long_text_is_continued_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    poem = "One day, it began.\nThen, three others, too.\n" * 5
    description = read(tmp_path, poem, "story.txt")
    assert (description.data.task, codes(description)) == ("forecast", ["text_is_continued"])
    assert description.options.windows == Windows(past=40, future=1, step=3)
    lines = read(tmp_path, poem, "story.txt", windows=None)
    assert (lines.data.rows, [column.name for column in lines.columns]) == (10, ["text"])
    again = read(tmp_path, poem, "story.txt", **lines.options.model_dump())
    assert again == lines

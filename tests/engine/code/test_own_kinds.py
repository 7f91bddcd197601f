"""Models that are proposed for the kinds of files that people bring train, and so do their scripts.

A script runs in a process of its own, and reaches the metrics of the run.
"""

import ast
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.check import check
from engine.code import generate
from engine.data.catalogue import DataSets
from engine.data.description import Description, own_file, text_table
from engine.data.files.reading import as_data_sets
from engine.document import Document
from engine.protocol import EvaluationEvent, RunEvent, Train
from engine.templates.proposing import Proposal, propose
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.data.files.archives import picture, tarred, zipped
from tests.engine.data.files.reads import read
from tests.engine.data.files.test_masks import png
from tests.engine.scripts import run

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def proposed(description: Description, **settings: Any) -> Document:
    """The model that is proposed for a file, with other settings of its training."""
    proposal = propose(description.data, description.data.hash or "", description.columns)
    assert isinstance(proposal, Proposal), proposal
    training = proposal.document.training.model_copy(update={"epochs": 2, **settings})
    target = proposal.document.target.model_copy(update={"backend": "jax"})
    return proposal.document.model_copy(update={"training": training, "target": target})


def with_table(folder: Path, description: Description, text: str) -> DataSets:
    """The data sets of a table that scripts can read beside them."""
    (folder / "own.csv").write_text(text)
    table = text_table(description, "own.csv")
    assert table is not None
    sets = as_data_sets(description, folder / "read")
    return sets.model_copy(update={"tables": {description.data.id: table}})


def with_archive(folder: Path, description: Description, content: bytes) -> DataSets:
    """The data sets of an archive of images that scripts can read beside them."""
    (folder / "own.zip").write_bytes(content)
    archive = own_file(description, "own.zip")
    assert archive is not None
    sets = as_data_sets(description, folder / "read")
    return sets.model_copy(update={"archives": {description.data.id: archive}})


def assert_trains(document: Document, sets: DataSets, folder: Path) -> str:
    """The document passes the check and trains, and its script reaches the same metrics.

    Returns the script.
    """
    verdict = check(document, sets)
    found = [item.message for item in verdict.problems if item.severity != "note"]
    assert (verdict.ok, found) == (True, [])
    events: list[RunEvent] = []
    (folder / "run").mkdir()
    command = Train(document=document, output=str(folder / "run"))
    ended = train(command, sets, events.append, Commands())
    assert ended.outcome == "finished", ended
    (event,) = (event for event in events if isinstance(event, EvaluationEvent))
    source = generate(document, "script", data=sets).source
    if not sets.tables and not sets.archives:
        ((id, file),) = sets.files.items()
        shutil.copy(file, folder / f"{id}.npz")
    output = run(source, folder)
    (text,) = re.findall(r"^Evaluation on the \w+ rows: (.*)$", output, re.MULTILINE)
    printed = ast.literal_eval(text)
    assert printed == pytest.approx({name: event.metrics[name] for name in printed}, rel=1e-3)
    return source


def test_images_with_masks(tmp_path: Path) -> None:
    members = {}
    for number in range(12):
        mask = np.zeros((30, 22), "uint8")
        mask[number : number + 10, 4:15] = 255
        members[f"images/{number}.png"] = picture(30, 22, 10 * number)
        members[f"masks/{number}.png"] = png(mask)
    content = zipped(members)
    description = read(tmp_path, content, "own.zip")
    document = proposed(description)
    assert [node.layer for node in document.main.nodes].count("MaxPooling2D") == 2
    source = assert_trains(document, with_archive(tmp_path, description, content), tmp_path)
    assert '{"images/": "masks/"}' in source


def test_images_in_class_folders(tmp_path: Path) -> None:
    members = {
        f"{['cat', 'dog'][number % 2]}/{number}.jpg": picture(40, 30, 10 * number, format="JPEG")
        for number in range(12)
    }
    content = tarred(members)
    description = read(tmp_path, content, "own.zip", size=(20, 16))
    sets = with_archive(tmp_path, description, content)
    source = assert_trains(proposed(description), sets, tmp_path)
    assert 'load_images("own.zip", (20, 16, 3), ["cat", "dog"])' in source
    assert "pillow" in source


TAGS = ["action", "comedy", "drama", "science fiction"]


def films() -> str:
    """A table whose last column lists labels, some rows have none."""
    lines = ["length,year,genres"]
    for row in range(80):
        labels = [tag for at, tag in enumerate(TAGS) if row >> at & 1]
        lines.append(f"{row % 16 + 80},{1990 + row % 9},{' ; '.join(labels)}")
    return "\n".join(lines)


def test_lists_of_labels(tmp_path: Path) -> None:
    description = read(tmp_path, films(), "own.csv")
    assert description.data.task == "labels"
    document = proposed(description)
    head = document.main.nodes[-1]
    assert (head.name, head.params) == ("genres", {"units": 4, "activation": "sigmoid"})
    source = assert_trains(document, with_table(tmp_path, description, films()), tmp_path)
    assert '"genres": (";", ["action", "comedy", "drama", "science fiction"])' in source
    assert 'loss="binary_crossentropy"' in source
    assert "AUC" in source


def test_several_columns_of_two_classes_are_labels(tmp_path: Path) -> None:
    lines = [f"{row * 37 % 101},{row % 2},{row // 2 % 2}" for row in range(60)]
    text = "\n".join(["x,red,round", *lines])
    target = {"role": "target", "type": "category"}
    description = read(tmp_path, text, "own.csv", columns={"red": target, "round": target})
    document = proposed(description)
    assert document.main.nodes[-1].params == {"units": 2, "activation": "sigmoid"}
    source = assert_trains(document, with_table(tmp_path, description, text), tmp_path)
    assert 'loss="binary_crossentropy"' in source


def test_images_without_classes_are_reconstructed(tmp_path: Path) -> None:
    members = {f"{number}.png": picture(30, 21, 10 * number) for number in range(12)}
    description = read(tmp_path, zipped(members), "photos.zip")
    sets = as_data_sets(description, tmp_path / "read")
    assert_trains(proposed(description), sets, tmp_path)


def test_a_table_without_a_target_is_reconstructed(tmp_path: Path) -> None:
    lines = [f"{row % 7},{row * 13 % 90},{['elm', 'oak'][row % 2]}" for row in range(60)]
    text = "\n".join(["age,area,kind", *lines])
    columns = {name: {"role": "input"} for name in ("age", "area", "kind")}
    description = read(tmp_path, text, "own.csv", columns=columns)
    source = assert_trains(proposed(description), with_table(tmp_path, description, text), tmp_path)
    assert "load_table(" in source

"""Scripts of every kind of data, division and preparation are written for every target.

They are compiled here; that they train is tried with real installs by `make test-versions`, and in
the tests of each of these.
"""

import ast
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.code import generate
from engine.code.modules.libraries import LIBRARIES
from engine.code.targets import TARGETS
from engine.data.catalogue import DataSets
from engine.data.description import Windows
from engine.data.files.reading import as_data_sets
from engine.document import Document, OutputTraining
from engine.graph.index import outputs
from tests.engine.code import test_divisions, test_preparation
from tests.engine.code.test_own_kinds import proposed, with_table
from tests.engine.data.files.archives import picture, zipped
from tests.engine.data.files.reads import read
from tests.engine.data.files.test_windows import HEADER, days
from tests.engine.training.test_row_weights import WEIGHT, table

Case = tuple[Document, DataSets]
ROWS = 60


def _table(rows: Callable[[int], str], header: str, **options: Any) -> Callable[[Path], Case]:
    """The model that is proposed for a table, and its data."""

    def build(folder: Path) -> Case:
        text = "\n".join([header, *map(rows, range(ROWS))]) + "\n"
        description = read(folder, text, **options)
        return proposed(description), with_table(folder, description, text)

    return build


def _weighed(weights: Any) -> Callable[[Path], Case]:
    def build(folder: Path) -> Case:
        case, sets = test_divisions.flowers(folder)
        (node,) = outputs(case.main)
        own = (OutputTraining(node=node, class_weights=weights),)
        training = case.training.model_copy(update={"outputs": own})
        return case.model_copy(update={"training": training}), sets

    return build


def _rows_weighed(folder: Path) -> Case:
    description = read(folder, table(), **WEIGHT)
    return proposed(description), with_table(folder, description, table())


def _series(folder: Path) -> Case:
    text = "\n".join([HEADER, *days(40)]) + "\n"
    description = read(folder, text, "shop.csv", windows=Windows(past=4, future=2))
    return proposed(description), as_data_sets(description, folder / "read")


def _images(folder: Path) -> Case:
    names = [f"{'cat' if number % 2 else 'dog'}/{number}.png" for number in range(12)]
    members = {name: picture(12, 12, 10 * number) for number, name in enumerate(names)}
    description = read(folder, zipped(members), "pets.zip")
    return proposed(description), as_data_sets(description, folder / "read")


CASES: Mapping[str, Callable[[Path], Case]] = {
    **{
        f"division {name}": lambda folder, own=own: test_divisions.flowers(folder, **own)
        for name, own in test_divisions.DIVISIONS.items()
    },
    **{
        f"preparation {name}": lambda folder, own=own: test_preparation.flowers(folder, own)
        for name, own in test_preparation.CASES.items()
    },
    "balanced classes": _weighed("balanced"),
    "weights of classes": _weighed((1.0, 2.0)),
    "weights of rows": _rows_weighed,
    "a series": _series,
    "images": _images,
    "classes as inputs": _table(
        lambda row: f"{row}.5,{'red' if row % 3 else 'blue'},{'yes' if row % 2 else 'no'},{row}",
        "a,colour,flag,price",
    ),
    "several labels": _table(
        lambda row: f"{row}.5,{row % 5},{['loud;fast', 'slow', 'fast'][row % 3]}", "a,b,tags"
    ),
    "no target": _table(
        lambda row: f"{row}.5,{row % 5},{row % 3}.5", "a,b,c", columns={"c": {"role": "input"}}
    ),
    "text": _table(
        lambda row: f"{'good' if row % 2 else 'bad'} film {row},{'yes' if row % 2 else 'no'}",
        "review,liked",
    ),
}  # fmt: skip
REFUSED = {"weights of rows": "weights of rows", "text": "TextVectorization"}
"""What classes for other libraries lack, in their refusal."""

REFUSED_BY_KERAS_2 = re.compile("no (Normalization|Rescaling|TextVectorization) in Keras 2.3.1")


@pytest.mark.parametrize("case", CASES)
def test_every_script_is_written_for_every_target(case: str, tmp_path: Path) -> None:
    built, sets = CASES[case](tmp_path)
    for target in TARGETS:
        code = generate(built, "script", target.id, data=sets, options=True)
        tree = ast.parse(code.source)
        errors = "".join(item.message for item in code.problems if item.severity == "error")
        if target.exact and errors:
            assert REFUSED_BY_KERAS_2.search(errors)
        elif target.id not in LIBRARIES:
            assert (errors, "model.fit(" in code.source) == ("", True), target.id
        elif case in REFUSED:
            assert REFUSED[case] in errors, target.id
        else:
            assert (errors, "train_epoch(" in code.source) == ("", True), target.id
            assert "keras" not in {package.partition(">")[0] for package in code.packages}
            assert "keras" not in _imported(tree), target.id


def _imported(tree: ast.Module) -> set[str]:
    """The packages that a script imports."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in imports if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}

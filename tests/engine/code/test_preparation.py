"""Scripts leave out rows and fill gaps as a run does, and reach its metrics."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import templates
from engine.code import generate
from engine.data.adopting import use_data
from engine.data.catalogue import DataSets
from engine.data.description import text_table
from engine.data.files.reading import as_data_sets
from engine.data.loading import load
from engine.data.splitting import split_rows
from engine.document import Binding, Division, Document
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.training.rows import Rows, gather
from tests.engine.code.test_divisions import evaluations, printed
from tests.engine.data.files.reads import read
from tests.engine.scripts import run

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

IRIS = next(template.document for template in templates.load() if template.id == "iris")
ROWS = 130


def step(type: str, **fields: Any) -> dict[str, Any]:
    """A step of a preparation."""
    return {"type": type, **fields}


FILLED = step("fill", columns=["a", "b"], by="median")
CASES: dict[str, list[dict[str, Any]]] = {
    "repeats": [step("leave_out_repeats"), FILLED],
    "rows with gaps": [step("leave_out_missing", columns=["a", "b", "colour"])],
    "rows with any gap": [step("leave_out_missing")],
    "a range": [FILLED, step("leave_out_outside", column="c", minimum=-1.0, maximum=2.5)],
    "a bound": [FILLED, step("leave_out_outside", column="c", maximum=1.5)],
    "median": [FILLED],
    "mean": [step("fill", columns=["a", "b"], by="mean")],
    "most frequent": [step("fill", columns=["a", "b", "colour"], by="most_frequent")],
    "constants": [
        step("fill", columns=["a", "b"], by="constant", value=-1.5),
        step("fill", columns=["colour"], by="constant", value="red"),
    ],
    "several": [
        step("fill", columns=["a"], by="mean"),
        step("leave_out_repeats"),
        step("leave_out_missing", columns=["b"]),
    ],
}


def flowers(folder: Path, steps: list[dict[str, Any]], **more: Any) -> tuple[Document, DataSets]:
    """The model of irises on a table with gaps and repeated rows."""
    generator = np.random.default_rng(0)
    lines = ["a,b,c,colour,plant,species"]
    for row in range(ROWS - 10):
        a, b, c = map(str, generator.normal(row % 3, 0.8, 3).round(1))
        colour = ["red", "blue", ""][generator.integers(3)]
        a, b = ("" if row % 9 == 4 else a), ("NA" if row % 11 == 5 else b)
        lines.append(f"{a},{b},{c},{colour},plant {row // 7},{['x', 'y', 'z'][row % 3]}")
    lines += [lines[row] for row in (3, 5, 5, 14, 18, 30, 31, 32, 47, 59)]
    roles = {"plant": {"role": "other"}}
    description = read(folder, "\n".join(lines), "flowers.csv", columns=roles)
    (folder / "flowers.csv").write_text("\n".join(lines))
    table = text_table(description, "flowers.csv")
    assert table is not None
    sets = as_data_sets(description, folder / "read")
    sets = sets.model_copy(update={"tables": {description.data.id: table}})
    document = use_data(IRIS, description.data)
    (start,) = (node.id for node in document.main.nodes if node.layer == "Input")
    columns = tuple(Binding(node=start, column=name) for name in ("a", "b", "c", "colour"))
    values = document.training.model_dump() | {"epochs": 3, "bindings": columns}
    training = type(document.training).model_validate(values | {"preparation": steps} | more)
    target = document.target.model_copy(update={"backend": "jax"})
    return document.model_copy(update={"training": training, "target": target}), sets


def all_rows(part: Rows) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The inputs and the targets of a part."""
    return part.read(np.arange(len(part)))


def with_rows(source: str) -> str:
    """The script, writing also what it trains on to a file."""
    lines = '    np.savez("rows.npz", x=x_train, y=y_train, v=x_validation)\n    model ='
    return source.replace("    model =", lines, 1)


@pytest.mark.parametrize("case", [*CASES][:1] + [*CASES][2:4] + [*CASES][6:])
def test_a_script_has_the_rows_and_the_metrics_of_a_run(case: str, tmp_path: Path) -> None:
    document, sets = flowers(tmp_path, CASES[case])
    source = generate(document, "script", data=sets).source
    output = run(with_rows(source), tmp_path)
    data = gather(document, sets)
    assert data.validation is not None
    with np.load(tmp_path / "rows.npz") as rows:
        (x,), (y,) = all_rows(data.training)
        (v,), _ = all_rows(data.validation)
        np.testing.assert_array_equal(rows["x"], x)
        np.testing.assert_array_equal(rows["y"], y)
        np.testing.assert_array_equal(rows["v"], v)
    assert not np.isnan(x).any()
    event = evaluations(document, sets, tmp_path / "run")["validation"]
    assert printed(output, "validation") == pytest.approx(event.metrics, rel=1e-4)


@pytest.mark.parametrize("case", CASES)
def test_the_steps_come_back_from_a_script(case: str, tmp_path: Path) -> None:
    document, sets = flowers(tmp_path, CASES[case])
    source = generate(document, "script", data=sets).source
    answer = from_python(source, sets)
    assert isinstance(answer, Imported)
    assert answer.problems == ()
    assert generate(answer.document, "script", data=sets).source == source
    kinds = {item.type for item in document.training.preparation}
    assert {item.type for item in answer.document.training.preparation} == kinds


def test_gaps_are_filled_with_what_the_training_rows_say(tmp_path: Path) -> None:
    document, sets = flowers(tmp_path, [FILLED], split=0.5)
    data, arrays = gather(document, sets), load(sets.sets[0].id, sets)
    assert isinstance(arrays, dict)

    training, validation = split_rows(ROWS, 0.5, document.training.seed)
    expected = np.nanmedian(arrays["a"][training])
    assert expected != np.nanmedian(arrays["a"])
    gaps = np.isnan(arrays["a"][validation]).ravel()
    assert data.validation is not None
    assert gaps.any()
    (filled,), _ = all_rows(data.validation)
    assert (filled[gaps, 0] == expected).all()


def test_rows_are_left_out_before_they_are_divided(tmp_path: Path) -> None:
    division = Division(by="group", column="plant").model_dump()
    steps = [step("leave_out_repeats"), step("leave_out_missing", columns=["a", "b"])]
    document, sets = flowers(tmp_path, steps, division=division, test_split=0.2)
    source = generate(document, "script", data=sets).source
    output = run(source, tmp_path)
    events = evaluations(document, sets, tmp_path / "run")
    for part, event in events.items():
        assert printed(output, part) == pytest.approx(event.metrics, rel=1e-4)
    arrays = load(sets.sets[0].id, sets)
    assert isinstance(arrays, dict)
    data = gather(document, sets)
    rows = sum(len(part) for part in (data.training, data.validation, data.test) if part)
    gaps = np.isnan(arrays["a"]) | np.isnan(arrays["b"])
    assert rows == ROWS - 10 - gaps[: ROWS - 10].sum()


@pytest.mark.parametrize("target", ["torch", "flax"])
def test_classes_for_other_libraries_have_the_same_steps(target: Any, tmp_path: Path) -> None:
    document, sets = flowers(tmp_path, CASES["several"])
    source = generate(document, "script", target, data=sets).source
    compile(source, "script.py", "exec")
    for line in (
        "data = leave_out_repeats(data, list(data))",
        'data = leave_out_missing(data, ["b"])',
        'data = fill_missing_by(data, "a", "mean", training)',
        "def leave_out_repeats(",
        "def fill_missing_by(",
    ):
        assert line in source


def test_an_impossible_step_is_a_comment(tmp_path: Path) -> None:
    document, sets = flowers(tmp_path, [step("fill", columns=["aa"], by="median")])
    source = generate(document, "script", data=sets).source
    compile(source, "script.py", "exec")
    assert "model.fit(" not in source
    assert "“aa”" in source

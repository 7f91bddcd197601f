"""Scripts divide the rows as a run does, and reach its metrics, in a process of their own."""

import ast
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import templates
from engine.code import generate
from engine.data.adopting import use_data
from engine.data.bindings import bind, columns
from engine.data.catalogue import DataSets
from engine.data.description import text_table
from engine.data.dividing import Parts, divide
from engine.data.division import Rule, rule_of
from engine.data.files.reading import as_data_sets
from engine.data.loading import load
from engine.document import Division, Document
from engine.graph.index import inputs, outputs
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.protocol import EvaluationEvent, RunEvent, Train
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.data.files.archives import npz
from tests.engine.data.files.reads import read
from tests.engine.scripts import run

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

IRIS = next(template.document for template in templates.load() if template.id == "iris")
ROWS = 120
SHARES = {"split": 0.2, "test_split": 0.15}
DIVISIONS: dict[str, dict[str, Any]] = {
    "without validation": {"split": 0.0},
    "stratified": {"division": Division(by="stratified")},
    "by a column": {"division": Division(by="column", column="part")},
    "by a column without validation": {
        "division": Division(by="column", column="part"),
        "test_split": 0.0,
    },
    "by group": {"division": Division(by="group", column="plant")},
    "by time": {"division": Division(by="time", column="year")},
}


def flowers(folder: Path, **settings: Any) -> tuple[Document, DataSets]:
    """The model of irises on a table with a part, a plant and a year for each row."""
    generator = np.random.default_rng(0)
    validation = "train" if settings.get("test_split") == 0.0 else "dev"
    parts = ["train", "train", validation, "test", "train"]
    lines = ["a,b,c,d,part,plant,year,species"]
    for row in range(ROWS):
        values = generator.normal(row % 3, 0.8, 4).round(3)
        kind = ["setosa", "versicolor", "other"][row % 3]
        place = f"{parts[row % 5]},plant {row // 7},{1990 + row * 37 % 30}"
        lines.append(",".join(map(str, values)) + f",{place},{kind}")
    roles = {name: {"role": "other"} for name in ("part", "plant", "year")}
    description = read(folder, "\n".join(lines), "flowers.csv", columns=roles)
    (folder / "flowers.csv").write_text("\n".join(lines))
    table = text_table(description, "flowers.csv")
    assert table is not None
    sets = as_data_sets(description, folder / "read")
    sets = sets.model_copy(update={"tables": {description.data.id: table}})
    document = use_data(IRIS, description.data)
    update = {"epochs": 3, **SHARES, **settings}
    training = document.training.model_copy(update=update)
    target = document.target.model_copy(update={"backend": "jax"})
    return document.model_copy(update={"training": training, "target": target}), sets


def parts_of(document: Document, sets: DataSets) -> tuple[Rule, Parts]:
    """How a run divides the rows."""
    nodes = outputs(document.main)
    _, targets, _ = bind(document, inputs(document.main), nodes, sets)
    data = sets.find(document.training.data)
    assert data is not None
    rule = rule_of(document.training, data, [*columns(document, targets, sets).values()])
    assert isinstance(rule, Rule)
    arrays = load(data.id, sets)
    assert isinstance(arrays, dict)
    return rule, divide(rule, data.rows, arrays, document.training.seed)


def evaluations(document: Document, sets: DataSets, folder: Path) -> dict[str, EvaluationEvent]:
    """What a run says about the parts of the rows."""
    folder.mkdir()
    events: list[RunEvent] = []
    ended = train(Train(document=document, output=str(folder)), sets, events.append, Commands())
    assert ended.outcome == "finished", ended
    return {event.on: event for event in events if isinstance(event, EvaluationEvent)}


def printed(output: str, part: str) -> dict[str, float]:
    """The evaluation that a script has printed."""
    (text,) = re.findall(rf"^Evaluation on the {part} rows: (.*)$", output, re.MULTILINE)
    scores: dict[str, float] = ast.literal_eval(text)
    return scores


def with_rows(source: str) -> str:
    """The script, writing also the rows of each part to a file."""
    names = re.findall(r"^ {4}(training, .+?) = split_", source, re.MULTILINE)
    assert len(names) == 1, source
    kept = [name for name in names[0].split(", ") if name != "_"]
    saved = ", ".join(f"{name}={name}" for name in kept)
    lines = f'    np.savez("rows.npz", {saved})\n    x_train ='
    return source.replace("    x_train =", lines, 1)


@pytest.mark.parametrize("settings", DIVISIONS.values(), ids=DIVISIONS)
def test_a_script_has_the_rows_and_the_metrics_of_a_run(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    document, sets = flowers(tmp_path, **settings)
    source = generate(document, "script", data=sets).source
    assert "sklearn" not in source
    output = run(with_rows(source), tmp_path)
    rule, parts = parts_of(document, sets)
    with np.load(tmp_path / "rows.npz") as rows:
        assert {*rows} == {"training", *rule.parts}
        for part in rows:
            assert rows[part].tolist() == getattr(parts, part).tolist()
            assert len(rows[part])
    evaluated = evaluations(document, sets, tmp_path / "run")
    first = "validation" if "validation" in rule.parts else "training"
    assert [*evaluated] == [first, "test"]
    for part, event in evaluated.items():
        assert event.samples == len(getattr(parts, part))
        assert sum(map(sum, event.confusions[0].matrix)) == event.samples
        assert printed(output, part) == pytest.approx(event.metrics, rel=1e-4)


def test_a_script_evaluates_the_test_arrays_of_a_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    arrays = {}
    for part, count in {"test": 15, "train": 60}.items():
        kinds = np.arange(count) % 3
        arrays |= {f"x_{part}": rng.normal(kinds[:, None], 0.8, (count, 4)), f"y_{part}": kinds}
    description = read(tmp_path, npz(**arrays), "own.npz")
    sets = as_data_sets(description, tmp_path / "read")
    document = use_data(IRIS, description.data)
    training = document.training.model_copy(update={"epochs": 3, "test_split": 0.0})
    document = document.model_copy(update={"training": training})
    source = generate(document, "script", data=sets).source
    file = f"{description.data.id}.npz"
    assert f'load_arrays("{file}")' in source
    shutil.copy(sets.files[description.data.id], tmp_path / file)
    output = run(with_rows(source), tmp_path)
    with np.load(tmp_path / "rows.npz") as rows:
        assert rows["test"].tolist() == [*range(60, 75)]
        assert sorted([*rows["training"], *rows["validation"]]) == [*range(60)]
    evaluated = evaluations(document, sets, tmp_path / "run")
    assert evaluated["test"].samples == 15
    for part in ("validation", "test"):
        assert printed(output, part) == pytest.approx(evaluated[part].metrics, rel=1e-4)


def test_a_notebook_has_the_same_lines(tmp_path: Path) -> None:
    document, sets = flowers(tmp_path, **DIVISIONS["by group"])
    cells = json.loads(generate(document, "notebook", data=sets).source)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    output = run("\n".join(code), tmp_path)
    event = evaluations(document, sets, tmp_path / "run")["test"]
    assert printed(output, "test") == pytest.approx(event.metrics, rel=1e-4)


@pytest.mark.parametrize("settings", DIVISIONS.values(), ids=DIVISIONS)
def test_the_division_comes_back_from_a_script(settings: dict[str, Any], tmp_path: Path) -> None:
    document, sets = flowers(tmp_path, **settings)
    source = generate(document, "script", data=sets).source
    answer = from_python(source, sets)
    assert isinstance(answer, Imported)
    assert answer.problems == ()
    assert answer.document.training.division.by == document.training.division.by
    assert generate(answer.document, "script", data=sets).source == source


def test_nothing_reads_the_test_rows_before_the_end(tmp_path: Path) -> None:
    document, sets = flowers(tmp_path)
    lines = generate(document, "script", data=sets).source.splitlines()
    used = [at for at, line in enumerate(lines) if "x_test" in line]
    (fitted,) = (at for at, line in enumerate(lines) if "model.fit(" in line)
    assert len(used) == 2
    assert used[0] < fitted < used[1]
    assert lines[used[1]].startswith("    test_scores = model.evaluate(x_test, y_test")


def test_the_options_of_a_script_have_the_fraction_for_test(tmp_path: Path) -> None:
    document, sets = flowers(tmp_path, division=Division(by="group", column="plant"))
    source = generate(document, "script", data=sets, options=True).source
    output = run(source, tmp_path, "--help")
    assert "--test-split" in output
    assert "fraction of the rows for test" in output


def test_classes_for_pytorch_hold_out_the_same_rows(tmp_path: Path) -> None:
    document, sets = flowers(tmp_path, division=Division(by="group", column="plant"))
    source = generate(document, "script", "torch", data=sets).source
    lines = " ".join(source.split())
    assert 'training, validation, test = split_by_group( data["plant"], VALIDATION' in lines
    assert "test_scores = evaluate(model, measures, test_inputs, test_targets, BATCH_" in lines
    assert {"load_table", "split_by_group"} <= {
        part.name for part in ast.parse(source).body if isinstance(part, ast.FunctionDef)
    }


def test_a_division_that_is_impossible_is_a_comment(tmp_path: Path) -> None:
    document, sets = flowers(tmp_path, division=Division(by="group", column="plants"))
    source = generate(document, "script", data=sets).source
    ast.parse(source)
    assert "model.fit(" not in source
    assert "“plants”" in source

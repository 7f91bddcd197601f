"""A data set that is passed as an argument works in check, code and training like the others."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.check import check
from engine.code import generate
from engine.data import previewing
from engine.data.adopting import use_data
from engine.data.built_in import BUILT_IN
from engine.data.catalogue import Column, DataSets
from engine.data.description import Description
from engine.data.files.reading import as_data_sets, read_file
from engine.data.loading import load
from engine.data.preview import Preview, with_statistics
from engine.data.previewing import preview
from engine.data.stores import rows_file
from engine.document import Division, Document, Training
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.problems import problem
from engine.processes import checker, reader
from engine.processes.exchange import Serve, serve
from engine.processes.executors.local import LocalExecutor
from engine.protocol import EvaluationEvent, RunEvent, StartedEvent, Train
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.points import POINTS, ROWS, on_points, write_points
from tests.engine.runs import all_events, final_event
from tests.engine.scripts import run

pytestmark = pytest.mark.filterwarnings(  # Keras on JAX
    "ignore:__array__ implementation:DeprecationWarning"
)


@pytest.fixture
def data(tmp_path: Path) -> DataSets:
    return write_points(tmp_path)


def test_a_data_set_is_found_by_its_id_and_by_its_hash(data: DataSets) -> None:
    (points,) = data.sets
    assert data.find("points") is points
    assert data.find(points.hash or "-") is points
    assert [data.find(name) for name in ("", "None", "digits")] == [None, None, None]
    assert BUILT_IN.find("points") is None


def test_added_data_sets_take_precedence(data: DataSets) -> None:
    both = BUILT_IN.plus(data)
    assert both.ids == ["points", *BUILT_IN.ids]
    assert both.files == data.files
    other = DataSets(sets=(POINTS.model_copy(update={"title": "Other"}),))
    assert both.plus(other).ids == both.ids
    assert both.plus(other).files == {}
    assert [item.title for item in both.plus(other).sets if item.id == "points"] == ["Other"]


def test_the_check_uses_the_data_sets_of_its_argument(data: DataSets) -> None:
    verdict = check(on_points(), data)
    assert (verdict.ok, verdict.problems) == (True, ())
    assert verdict.bound == {"x": ("point",), "y": ("side",)}
    assert check(on_points(data.sets[0].hash or ""), data).ok
    (problem,) = check(on_points(units=3), data).problems
    assert problem.code == "too_many_classes"
    codes = [(problem.code, problem.hint) for problem in check(on_points()).problems]
    assert codes == [("unknown_data", f"There are: {', '.join(BUILT_IN.ids)}.")]


def ask(table: Mapping[str, Serve], type: str, body: bytes, **fields: object) -> Any:
    """The answer of a process to one request."""
    head = json.dumps({"id": 1, "type": type, "length": len(body), **fields}).encode()
    answers = io.BytesIO()
    serve(io.BytesIO(head + b"\n" + body), answers, table, {}, problem("checker_failed"))
    *_, last = answers.getvalue().split(b"\n", 2)
    return json.loads(last)


def test_requests_to_the_checker_may_contain_data_sets(data: DataSets) -> None:
    document = on_points().model_dump_json(by_alias=True).encode()
    own = data.model_dump(mode="json")
    alone = ask(checker.SERVE, "check", document)
    assert [problem["code"] for problem in alone["problems"]] == ["unknown_data"]
    verdict = ask(checker.SERVE, "check", document, data_sets=own)
    assert verdict["bound"] == {"x": ["point"], "y": ["side"]}
    assert ask(checker.SERVE, "preview", b"", data="points", data_sets=own)["rows"] == ROWS


def test_requests_to_the_reader_may_contain_data_sets(data: DataSets) -> None:
    document = on_points().model_dump_json(by_alias=True).encode()
    own = data.model_dump(mode="json")
    code = ask(reader.SERVE, "code", document, form="script", style="keras", data_sets=own)
    assert 'load_arrays("points.npz")' in code["source"]
    source = code["source"].encode()
    read = ask(reader.SERVE, "import", source, name="train.py", data_sets=own)
    assert read["document"]["training"]["data"] == "points"
    alone = ask(reader.SERVE, "import", source, name="train.py")
    assert alone["document"]["training"]["data"] == ""
    edit = {"source": code["source"].replace("EPOCHS = 2", "EPOCHS = 3"), "base": code["source"]}
    body = json.dumps({"document": on_points().to_json(), "edit": edit}).encode()
    merged = ask(reader.SERVE, "merge", body, data_sets=own)["document"]["training"]
    assert (merged["data"], merged["epochs"]) == ("points", 3)


def test_a_preview_shows_the_rows_of_the_file(data: DataSets) -> None:
    shown = preview("points", data)
    assert isinstance(shown, Preview)
    assert [column.name for column in shown.columns] == ["point", "side", "label"]
    assert sum(shown.columns[1].counts or ()) == ROWS
    assert set(shown.columns[2].rows) == {"inside", "outside"}


def test_a_run_trains_on_the_file(data: DataSets, tmp_path: Path) -> None:
    events: list[RunEvent] = []
    command = Train(document=on_points(), output=str(tmp_path))
    assert train(command, data, events.append, Commands()).outcome == "finished"
    (started,) = [event for event in events if isinstance(event, StartedEvent)]
    assert started.samples + started.validation_samples == ROWS


async def test_a_worker_trains_on_rows_that_its_command_names_by_hash(
    data: DataSets, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    (described,) = data.sets
    assert described.hash
    Path(data.files["points"]).rename(rows_file(tmp_path, described.hash))
    named = DataSets(sets=data.sets)
    command = Train(document=on_points(), output=str(tmp_path / "run"), data=named)
    executor = LocalExecutor(spare=False, data=tmp_path)
    events = await all_events(await executor.start(command.as_text()))
    await executor.close()
    assert final_event(events).outcome == "finished"
    (evaluation,) = [event for event in events if isinstance(event, EvaluationEvent)]
    assert evaluation.confusions[0].labels == ("inside", "outside")


@pytest.mark.parametrize("form", ["script", "notebook"])
def test_code_loads_the_file_from_its_own_folder(form: str, data: DataSets) -> None:
    source = generate(on_points(), form, data=data).source  # type: ignore[arg-type]
    assert 'load_arrays("points.npz")' in source.replace('\\"', '"')
    assert "No data is chosen" not in source


def test_the_script_runs_and_reads_back(data: DataSets, tmp_path: Path) -> None:
    source = generate(on_points(), "script", data=data).source
    run(source, tmp_path)
    assert list(tmp_path.glob("*.keras"))
    read = from_python(source, data)
    assert isinstance(read, Imported)
    assert read.document.training.data == "points"
    assert generate(read.document, "script", data=data).source == source


def truncate(data: DataSets) -> None:
    path = Path(data.files["points"])
    path.write_bytes(path.read_bytes()[:-200])


def delete(data: DataSets) -> None:
    Path(data.files["points"]).unlink()


def pickle_objects(data: DataSets) -> None:
    np.savez(data.files["points"], point=np.array([print], dtype=object))


@pytest.mark.parametrize("break_file", [truncate, delete, pickle_objects])
@pytest.mark.parametrize("hashed", [True, False])
def test_an_unreadable_file_is_a_problem(break_file: object, hashed: bool, data: DataSets) -> None:
    assert callable(break_file)
    break_file(data)
    if not hashed:
        data = data.model_copy(update={"sets": (POINTS,)})
    problem = load("points", data)
    assert getattr(problem, "code", None) == "file_unreadable"


def test_a_file_must_agree_with_its_description(data: DataSets) -> None:
    """Without a hash, shapes and types are compared."""
    assert isinstance(load("points", data.model_copy(update={"sets": (POINTS,)})), dict)
    for change in ({"rows": ROWS + 1}, {"columns": POINTS.columns[::2] + POINTS.columns[:1]}):
        described = POINTS.model_copy(update=change)
        result = load("points", data.model_copy(update={"sets": (described,)}))
        assert getattr(result, "code", None) == ("file_unreadable" if "rows" in change else None)
    other = POINTS.columns[0].model_copy(update={"shape": (3,)})
    described = POINTS.model_copy(update={"columns": (other,)})
    result = load("points", data.model_copy(update={"sets": (described,)}))
    assert getattr(result, "code", None) == "file_unreadable"


def test_a_preview_of_few_rows_shows_each_once_with_all_its_digits(tmp_path: Path) -> None:
    path = tmp_path / "few.npz"
    np.savez(path, price=np.array([[212_345.0], [np.nan], [0.1]], dtype="float32"))
    price = Column(name="price", shape=(1,), dtype="float32", role="target")
    few = POINTS.model_copy(update={"id": "few", "rows": 3, "columns": (price,), "hash": None})
    shown = preview("few", DataSets(sets=(few,), files={"few": str(path)}))
    assert isinstance(shown, Preview)
    assert shown.indices == (0, 1, 2)
    assert shown.columns[0].rows == [[212_345.0], [None], [0.1]]


def test_statistics_of_large_columns_come_from_the_description(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "trees.csv"
    rows = [f"{row}.5,{'oak' if row % 3 else 'elm'},a {row} b c d e" for row in range(90)]
    table.write_text("\n".join(["height,kind,note", *rows]), encoding="utf-8")
    description = read_file(table, tmp_path)
    assert isinstance(description, Description)
    sets = as_data_sets(description, tmp_path)
    (id,) = sets.ids
    small = preview(id, sets)
    previewing._preview.cache_clear()
    monkeypatch.setattr(previewing, "LARGE", 0)
    large = preview(id, sets)
    assert isinstance(small, Preview)
    assert isinstance(large, Preview)
    assert small.columns[0].maximum == 89.5
    assert {(column.maximum, column.counts) for column in large.columns} == {(None, ())}
    assert with_statistics(large, description) == small == with_statistics(small, description)


def test_a_division_by_a_column_stays_only_where_the_data_set_has_it() -> None:
    iris, digits = BUILT_IN.find("iris"), BUILT_IN.find("digits")
    assert iris is not None
    assert digits is not None
    division = Division(by="stratified", column="species")
    document = Document(training=Training(division=division))
    assert use_data(document, iris).training.division == division
    assert use_data(document, digits).training.division == Division()

"""Convert the bytes of a model file to a document; the kind of file is detected from the bytes.

The bytes are untrusted: nothing is executed, unpickled, written to disk or used as a path.
"""

from functools import partial
from typing import Any

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.document.reading import read_json, validate_document
from engine.imports.archive import read_archive
from engine.imports.asking import Choices, Unread
from engine.imports.foreign import recognise
from engine.imports.graph_builder import Imported
from engine.imports.hdf5 import read_hdf5
from engine.imports.keras_1_json import is_keras_1, to_keras_2
from engine.imports.keras_json import from_keras_json
from engine.imports.notebooks import is_notebook, read_notebook
from engine.imports.python import Tools, from_python
from engine.imports.python.questions import read_answers
from engine.imports.saved import from_saved
from engine.imports.saved_model import is_metadata, read_metadata
from engine.imports.titles import with_title
from engine.problems import Problem, problem

_ZIP, _HDF5, _MARK = b"PK", b"\x89HDF", b"\xef\xbb\xbf"


def read_model(
    data: bytes,
    name: str = "",
    sets: DataSets = BUILT_IN,
    tools: Tools = Tools(),  # noqa: B008 (a frozen value)
    choices: Choices = Choices(),  # noqa: B008 (a frozen value)
) -> Imported | Unread | list[Problem]:
    """Return the document for a file, with problems for what a document can't hold.

    Reads Layerloom documents, `.keras` archives, HDF5 files, Keras JSON (Keras 1 to 3, and
    TensorFlow.js), the Keras metadata of a SavedModel, notebooks and Python source,
    distinguished by their content; `name`, the file's name, only decides whether text that
    looks like JSON is source, and is the title where nothing else is. `sets` are the data sets
    whose loading is recognised there, and `tools` what reading it needs of Keras; `choices` are
    for source and notebooks. Never raises for bad input: returns problems for a file without a
    model. Weights are read by engine.imports.weights.
    """
    return with_title(_read(data, name, sets, tools, choices), name)


def _read(
    data: bytes, name: str, sets: DataSets, tools: Tools, choices: Choices
) -> Imported | Unread | list[Problem]:
    if foreign := recognise(data):
        return [foreign]
    if data.startswith(_ZIP):
        return read_archive(data)
    if data.startswith(_HDF5):
        return read_hdf5(data)
    if is_metadata(data):
        return read_metadata(data)
    text = data.removeprefix(_MARK)
    given = read_answers(choices.answers) if choices.answers else {}
    if isinstance(given, Problem):
        return [given]
    read = partial(from_python, data=sets, tools=tools, choice=choices.model, answers=given)
    if _is_json(text) and not name.lower().endswith(".py"):
        value = read_json(text)
        if isinstance(value, dict) and is_notebook(value):
            return read_notebook(value, read)
        return read_value(value)
    source = _decoded(text)
    return [problem("import_unknown_file")] if source is None else read(source)


def _is_json(text: bytes) -> bool:
    start = text.lstrip()[:3]
    return start[:1] in (b"{", b"[", b'"') and start != b'"""'


def read_value(value: Any | Problem) -> Imported | list[Problem]:
    """Read a parsed JSON value: a document or Keras JSON. Never raises."""
    if isinstance(value, str):  # json.dump(model.to_json()) writes JSON encoded twice
        value = read_json(value)
    if isinstance(value, Problem):
        return [value]
    if not isinstance(value, dict):
        return [problem("import_unknown_file")]
    if "modelTopology" in value:
        return _read_tensorflow_js(value)
    if value.get("format") == "graph-model":
        return [problem("import_graph_model")]
    if "class_name" in value:
        return from_keras_json(to_keras_2(value) if is_keras_1(value) else value)
    if "graphs" not in value and "version" not in value:
        return [problem("import_unknown_file")]
    document = validate_document(value)
    return document if isinstance(document, list) else Imported(document=document, placed=True)


def _read_tensorflow_js(value: dict[str, Any]) -> Imported | list[Problem]:
    """Read the model.json of TensorFlow.js, whose weights are in other files."""
    topology = value["modelTopology"]
    if not isinstance(topology, dict) or value.get("format") == "graph-model":
        return [problem("import_graph_model")]
    model = topology.get("model_config", topology)
    training = topology.get("training_config", value.get("trainingConfig"))
    return from_saved(model, training, str(topology.get("keras_version", "2")))


def _decoded(data: bytes) -> str | None:
    """The text of a file; None for one that is not text."""
    try:
        source = data.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in source else source

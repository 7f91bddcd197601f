"""Load the weights of a `.keras` file into a model that was built from its document.

Keras stores a layer's weights under its class and a count, and a rebuilt model may count its
layers differently. So Keras writes the model's initial weights to a file (the skeleton), each
array in it is replaced by that of the same layer in the `.keras` file, and Keras reads it back.
An HDF5 file of older versions of Keras is read by engine.imports.hdf5_weights.
"""

import io
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import keras

from engine.catalogue import snake_case
from engine.document import MAIN, MAX_BYTES, Document
from engine.document.reading import read_json
from engine.graph.names import layer_names
from engine.imports.archive import CONFIG, WEIGHTS, ArchiveError, open_archive, read_member
from engine.imports.hdf5_arrays import BROKEN, HarmfulError, child, fits
from engine.imports.hdf5_weights import SIGNATURE, read_hdf5_weights
from engine.imports.keras_json import from_keras_json
from engine.imports.keras_values import name_of
from engine.keras.build import BuildError, build_model
from engine.keras.lean import without_tensorflow
from engine.problems import Problem, phrase, problem

# A file also contains the optimizer's state: up to a few times the size of the weights.
MAX_RATIO, MARGIN = 8, 64_000_000
_OLD_LAYERS = "_layer_checkpoint_dependencies"  # until Keras 2.13
_SEED = "seed_generator"


def load_weights(model: keras.Model, data: bytes) -> list[Problem]:
    """Load the weights of a `.keras` or HDF5 file; return problems for what is missing.

    `model` must have been built (engine.keras.build) from the document that engine.imports read
    from `data`, or from an edited version of it: layers are matched by name, and variables without
    an array of their shape and dtype keep their values. Never raises for bad input; a damaged or
    malicious file changes nothing. HDF5 is parsed in this process, so call it in an expendable one.
    """
    try:
        if data.startswith(SIGNATURE):
            missing = read_hdf5_weights(model, data)
            return [problem("import_weights_missing", names=missing)] if missing else []
        config, stored = _members(model, data)
        imported = from_keras_json(config)
        if isinstance(imported, list):
            return imported
        old_paths = dict(_paths(imported.document, MAIN, config, model, ("", "")))
        with tempfile.TemporaryDirectory() as folder, without_tensorflow():
            skeleton = Path(folder) / "model.weights.h5"
            model.save_weights(skeleton)
            missing = _fill(skeleton, stored, old_paths)
            model.load_weights(skeleton)
    except ArchiveError as error:
        return [error.problem]
    except HarmfulError as error:
        return [problem("import_bad_weights", why=error.why)]
    return [problem("import_weights_missing", names=missing)] if missing else []


def write_weights(document: Document, data: bytes, path: Path) -> list[Problem]:
    """Convert the weights in a `.keras` file for the document's model; see `load_weights`.

    `path` ends in ".weights.h5", for `model.load_weights` in generated code.
    """
    try:
        model = build_model(document)
    except BuildError as error:
        return [error.problem]
    problems = load_weights(model, data)
    try:
        with without_tensorflow():
            model.save_weights(path)
    except OSError as error:
        unwritable = problem("import_weights_unwritable", name=path.name, detail=str(error))
        return [*problems, unwritable]
    return problems


def _members(model: keras.Model, data: bytes) -> tuple[Any, bytes]:
    """The archive's config and weights. Raises ArchiveError."""
    size = sum(variable.value.nbytes for variable in model.variables)
    with open_archive(data) as archive:
        config = read_json(read_member(archive, CONFIG, MAX_BYTES))
        stored = read_member(archive, WEIGHTS, MAX_RATIO * size + MARGIN)
    if isinstance(config, Problem):
        raise ArchiveError(phrase("{file} is not valid JSON", file=CONFIG))
    return config, stored


# --- paths of layers ------------------------------------------------------------------------


def _paths(
    document: Document, graph: str, config: Any, model: keras.Model, at: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    """For each layer of the model: its paths in the skeleton and in the `.keras` file."""
    nodes = {node.name: node for node in document.graph(graph).nodes if not node.shares}
    names = layer_names(document.graph(graph))
    built = _numbered((type(layer).__name__, layer.name) for layer in model.layers)
    layers = config["config"]["layers"] if isinstance(config["config"], dict) else config["config"]
    # Ops are listed among the layers, but have no path in the file.
    saved = [layer for layer in layers if ".ops" not in str(layer.get("module"))]
    kinds = [str(layer["class_name"]).rpartition(">")[2] for layer in saved]
    stored = _numbered(zip(kinds, map(name_of, saved), strict=True))
    for layer in saved:
        node = nodes.get(name_of(layer)[:200])
        if node is None or names[node.id] not in built:
            continue
        new = f"{at[0]}layers/{built[names[node.id]]}"
        old = f"{at[1]}layers/{stored[name_of(layer)]}"
        inner = model.get_layer(names[node.id])
        if node.graph is not None and isinstance(inner, keras.Model):
            yield from _paths(document, node.graph, layer, inner, (f"{new}/", f"{old}/"))
        else:
            yield new, old


def _numbered(layers: Any) -> dict[str, str]:
    """Layer name → Keras's key for it in files: the class in snake case, numbered per class."""
    counts: dict[str, int] = {}
    keys = {}
    for kind, name in layers:
        key = snake_case(kind)
        count = counts.get(key, 0)
        counts[key] = count + 1
        keys[name] = f"{key}_{count}" if count else key
    return keys


# --- arrays ---------------------------------------------------------------------------------


def _fill(skeleton: Path, stored: bytes, old_paths: Mapping[str, str]) -> list[str]:
    """Replace each array of the skeleton by the file's; return the layers without one."""
    missing: dict[str, None] = {}
    try:
        with h5py.File(skeleton, "r+") as target, h5py.File(io.BytesIO(stored), "r") as source:
            for path in _arrays(target):
                layer = _layer_of(path, old_paths)
                array = _find(source, old_paths[layer] + path[len(layer) :]) if layer else None
                if array is not None and fits(array, target[path].shape, target[path].dtype):
                    target[path][...] = array[...]
                elif _SEED not in path:
                    missing[_readable(layer or path)] = None
    except BROKEN as error:
        raise HarmfulError(
            phrase("{file} is damaged ({error})", file=WEIGHTS, error=str(error))
        ) from error
    return list(missing)


def _readable(path: str) -> str:
    """A path of layers in readable form: "functional › dense_1"."""
    return path.partition("/vars/")[0].removeprefix("layers/").replace("/layers/", " › ")


def _arrays(file: h5py.File) -> list[str]:
    """The paths of all arrays in a trusted file."""
    paths: list[str] = []

    def visit(path: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            paths.append(path)

    file.visititems(visit)
    return paths


def _layer_of(path: str, old_paths: Mapping[str, str]) -> str | None:
    """The longest layer path that is a prefix of an array's path."""
    while path and path not in old_paths:
        path = path.rpartition("/")[0]
    return path or None


def _find(source: h5py.File, path: str) -> h5py.Dataset | None:
    """Follow a path through hard links only. Raises HarmfulError for any other link."""
    if child(source, _OLD_LAYERS) is not None:
        path = path.replace("layers/", f"{_OLD_LAYERS}/")
    current: Any = source
    for step in path.split("/"):
        current = child(current, step)
    return current if isinstance(current, h5py.Dataset) else None

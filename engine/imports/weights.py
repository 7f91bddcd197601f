"""The weights of a `.keras` file → a model that was built from its document.

Keras stores weights by the place of a layer among those of its class, and a rebuilt model may
count its layers differently. So Keras writes the model's fresh weights as a skeleton, each
array of it is replaced by the file's array of the same layer, and Keras reads the skeleton back.
Of the file only plain arrays of the expected type and shape are read: no links, nothing that
lies in other files, no objects, no pickles.
"""

import io
import tempfile
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Any

import h5py
import keras

from engine.catalogue import snake_case
from engine.document import MAIN, MAX_BYTES, Document
from engine.document.reading import read_json
from engine.graph.names import layer_names
from engine.imports.archive import CONFIG, WEIGHTS, ArchiveError, open_archive, read_member
from engine.imports.keras_json import from_keras_json
from engine.imports.keras_values import name_of
from engine.keras.build import BuildError, build_model
from engine.keras.lean import without_tensorflow
from engine.problems import Problem
from engine.problems.imports import weights_missing, weights_unreadable, weights_unwritable

# A file also holds what its optimizer remembers: up to a few times the weights.
TIMES, ROOM = 8, 64_000_000
CHUNK = 1_000_000
# Filters that come with HDF5; others would be loaded from plugins.
_FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
_BROKEN = (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError)
_OLD_LAYERS = "_layer_checkpoint_dependencies"  # until Keras 2.13
_SEED = "seed_generator"


class _HarmfulError(Exception):
    """A file made to do harm, or damaged; the text says where."""


def load_weights(model: keras.Model, data: bytes) -> list[Problem]:
    """Give `model` the weights of a `.keras` file; return what could not be loaded.

    `model` must have been built (engine.keras.build) from the document that engine.imports made of
    `data`, or from an edited one: layers are matched by name, and what finds no array of its
    shape and type keeps its own. Never raises for bad input; a file that is damaged or made to
    do harm changes nothing. HDF5 is read in this process, so call it in one that may die.
    """
    try:
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
    except _HarmfulError as error:
        return [weights_unreadable(str(error))]
    return [weights_missing(missing)] if missing else []


def write_weights(document: Document, data: bytes, path: Path) -> list[Problem]:
    """Write the weights in a `.keras` file as those of the document's model; see `load_weights`.

    `path` ends in ".weights.h5" and is what `model.load_weights` of the code reads.
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
        return [*problems, weights_unwritable(path.name, str(error))]
    return problems


def _members(model: keras.Model, data: bytes) -> tuple[Any, bytes]:
    """The archive's config and weights. Raises ArchiveError."""
    size = sum(variable.value.nbytes for variable in model.variables)
    with open_archive(data) as archive:
        config = read_json(read_member(archive, CONFIG, MAX_BYTES))
        stored = read_member(archive, WEIGHTS, TIMES * size + ROOM)
    if isinstance(config, Problem):
        raise ArchiveError(f"{CONFIG} is no JSON")
    return config, stored


# --- which layer lies where -----------------------------------------------------------------


def _paths(
    document: Document, graph: str, config: Any, model: keras.Model, at: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    """For each layer of the model: its path in the skeleton, and that in the file."""
    nodes = {node.name: node for node in document.graph(graph).nodes if not node.shares}
    called = layer_names(document.graph(graph))
    built = _numbered((type(layer).__name__, layer.name) for layer in model.layers)
    layers = config["config"]["layers"] if isinstance(config["config"], dict) else config["config"]
    # Operations stand among the layers, and have no place of their own in the file.
    saved = [layer for layer in layers if ".ops" not in str(layer.get("module"))]
    kinds = [str(layer["class_name"]).rpartition(">")[2] for layer in saved]
    stored = _numbered(zip(kinds, map(name_of, saved), strict=True))
    for layer in saved:
        node = nodes.get(name_of(layer)[:200])
        if node is None or called[node.id] not in built:
            continue
        new = f"{at[0]}layers/{built[called[node.id]]}"
        old = f"{at[1]}layers/{stored[name_of(layer)]}"
        inner = model.get_layer(called[node.id])
        if node.graph is not None and isinstance(inner, keras.Model):
            yield from _paths(document, node.graph, layer, inner, (f"{new}/", f"{old}/"))
        else:
            yield new, old


def _numbered(layers: Any) -> dict[str, str]:
    """Layer name → Keras's name for its place: the class in snake case, counted per class."""
    counts: dict[str, int] = {}
    found = {}
    for kind, name in layers:
        place = snake_case(kind)
        count = counts.get(place, 0)
        counts[place] = count + 1
        found[name] = f"{place}_{count}" if count else place
    return found


# --- arrays ---------------------------------------------------------------------------------


def _fill(skeleton: Path, stored: bytes, old_paths: Mapping[str, str]) -> list[str]:
    """Replace each array of the skeleton by the file's; return the layers that had none."""
    missing: dict[str, None] = {}
    try:
        with h5py.File(skeleton, "r+") as target, h5py.File(io.BytesIO(stored), "r") as source:
            for path in _arrays(target):
                layer = _layer_of(path, old_paths)
                found = _find(source, old_paths[layer] + path[len(layer) :]) if layer else None
                if found is not None and _fits(found, target[path]):
                    target[path][...] = found[...]
                elif _SEED not in path:
                    missing[_shown(layer or path)] = None
    except _BROKEN as error:
        raise _HarmfulError(f"{WEIGHTS} is damaged ({str(error)[:200]})") from error
    return list(missing)


def _shown(path: str) -> str:
    """A path of layers as people read it: "functional › dense_1"."""
    return path.partition("/vars/")[0].removeprefix("layers/").replace("/layers/", " › ")


def _arrays(file: h5py.File) -> list[str]:
    """The paths of the arrays in a file that this process wrote itself."""
    found: list[str] = []

    def visit(path: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found.append(path)

    file.visititems(visit)
    return found


def _layer_of(path: str, old_paths: Mapping[str, str]) -> str | None:
    """The longest path of a layer that leads to an array."""
    while path and path not in old_paths:
        path = path.rpartition("/")[0]
    return path or None


def _find(source: h5py.File, path: str) -> h5py.Dataset | None:
    """Follow a path by hard links alone. Raises _HarmfulError for any other link."""
    if _child(source, _OLD_LAYERS) is not None:
        path = path.replace("layers/", f"{_OLD_LAYERS}/")
    current: Any = source
    for step in path.split("/"):
        current = _child(current, step)
    return current if isinstance(current, h5py.Dataset) else None


def _child(group: Any, name: str) -> Any:
    """What a hard link of a group leads to; h5py's own "in" would follow every kind of link."""
    if not isinstance(group, h5py.Group):
        return None
    links, key = group.id.links, name.encode()
    if not links.exists(key):
        return None
    if links.get_info(key).type != h5py.h5l.TYPE_HARD:
        raise _HarmfulError(f"“{group.name}/{name}” is a link")
    return group[name]


def _fits(found: h5py.Dataset, wanted: h5py.Dataset) -> bool:
    """Whether an array can be read as it is. Raises _HarmfulError for one that must not be."""
    if found.external or found.is_virtual:
        raise _HarmfulError(f"“{found.name}” lies in another file")
    if found.shape != wanted.shape or found.dtype != wanted.dtype or found.dtype.hasobject:
        return False
    settings = found.id.get_create_plist()
    filters = {settings.get_filter(index)[0] for index in range(settings.get_nfilters())}
    if not filters <= _FILTERS:
        raise _HarmfulError(f"“{found.name}” is compressed in a way that Keras does not use")
    if found.chunks and prod(found.chunks) * found.dtype.itemsize > found.nbytes + CHUNK:
        raise _HarmfulError(f"“{found.name}” would grow far beyond its size")
    return True

"""Every layer of the palette: the check agrees with the functional model that Keras builds."""

import inspect
import re
from typing import Any

import keras
import pytest
from keras.src.backend.common import global_state

from engine.catalogue import Entry, Port, derive, derive_ranks, load, palette
from engine.catalogue.params import validate
from engine.catalogue.refusals import Place
from engine.check import check
from engine.check.verdict import Tensor
from engine.document import Document
from engine.graph.ports import Outline
from engine.keras.build import build_model, resolve
from engine.problems import phrase
from tests.engine.documents import chain, document, node
from tests.engine.layer_cases import case_document, entries
from tests.engine.round_trips import assert_code_round_trip, assert_json_round_trip


def built(document: Document) -> keras.Model:
    """The model that Keras builds, without allocating weights."""
    try:
        with keras.StatelessScope(initialize_variables=False):
            return build_model(document)
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_check_agrees_with_keras(entry: Entry) -> None:
    document = case_document(entry)
    verdict = check(document)
    assert [problem for problem in verdict.problems if problem.severity == "error"] == []
    model = built(document)
    layer = model.get_layer(model.layers[-1].name)
    outputs = keras.tree.flatten(layer.output)
    checked = verdict.nodes["layer"]
    assert [(output.shape, output.dtype) for output in checked.outputs] == [
        (tuple(output.shape), output.dtype) for output in outputs
    ]
    trainable = sum(
        keras.src.utils.summary_utils.count_params([w]) for w in model.trainable_weights
    )
    assert (checked.trainable, checked.trainable + checked.non_trainable) == (
        trainable,
        model.count_params(),
    )


RANKED = ("Convolution", "Pooling", "Recurrent", "Normalization", "Merging", "Reshaping")
SHAPES = derive_ranks.EXAMPLES


@pytest.mark.parametrize(
    "entry",
    [e for e in entries() if e.ranks and e.category in RANKED and "Adaptive" not in e.name],
    ids=lambda entry: entry.name,
)
@pytest.mark.parametrize("axes", range(1, 5))
def test_ranks_agree_with_the_check(entry: Entry, axes: int) -> None:
    """What the page offers for a shape is what the check accepts, with the params of new nodes."""
    ports = [port for port in entry.inputs if not port.optional]
    params = {param.name: param.start for param in entry.params if param.start is not None}
    kinds = [(dtype, shape) for dtype in derive_ranks.DTYPES for shape in SHAPES[axes]]
    documents = [_fed(entry, ports, params, shape, dtype) for dtype, shape in kinds]
    accepted = any(check(document).nodes.get("layer") for document in documents)
    assert accepted == (axes in entry.ranks)


def _fed(
    entry: Entry, ports: list[Port], params: dict[str, Any], shape: tuple[int, ...], dtype: str
) -> Document:
    nodes = [node("layer", entry.name, **params), node("x", "Input", shape=[*shape], dtype=dtype)]
    nodes.append(node("y", "Input", shape=[*shape], dtype=dtype))
    edges = [f"x > layer.{port.name}" for port in ports]
    edges += [f"y > layer.{port.name}" for port in ports if port.variadic]
    return document(nodes, edges)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
@pytest.mark.filterwarnings("ignore::UserWarning")  # of the models that Keras leaves unbuilt
def test_a_layer_survives_json_and_code(entry: Entry) -> None:
    with keras.StatelessScope(initialize_variables=False):
        assert_json_round_trip(case_document(entry))
        assert_code_round_trip(case_document(entry))


def test_every_public_layer_is_placeable_or_refused_with_a_reason() -> None:
    public = {
        name for name in dir(keras.layers) if inspect.isclass(getattr(keras.layers, name))
    } | {"Input"}
    listed = {entry.name: entry for entry in load().layers if entry.kind == "layer"}
    assert set(listed) == public
    placeable = [name for name, entry in listed.items() if not entry.refused]
    assert len(placeable) == sum(len(lines) for lines in palette.LAYERS.values())
    other = "It is another name of "
    aliases = [entry.name for entry in listed.values() if (entry.refused or "").startswith(other)]
    refused = set(listed).difference(placeable, aliases)
    # Keras 3.15: 128 layers, 20 of which have another name as well, and 17 names of no layer here.
    assert (len(placeable), len(aliases), len(refused)) == (128, 20, 17)
    assert refused == set(palette.REFUSED)


def test_every_entry_is_complete() -> None:
    catalogue = load()
    names = {category.name for category in catalogue.categories}
    for entry in catalogue.layers:
        if not entry.refused:
            assert entry.category in names, entry.name
            assert 1 <= len(entry.code) <= 2, entry.name
            assert entry.outputs, entry.name
    for entry in (*catalogue.layers, *catalogue.objects):
        assert entry.summary or entry.refused, entry.name
        assert "`" not in entry.summary + entry.help, entry.name
        for param in entry.params:
            assert param.help, f"{entry.name}.{param.name}"
            assert "\n" not in param.help
            assert not (param.required and param.nullable)
            assert (param.type != "choice") or param.choices


def test_catalogue_is_small_enough_to_send() -> None:
    assert derive.PATH.stat().st_size < 450_000


def test_tensors_of_several_outputs_are_named_after_the_ports() -> None:
    entry = load().layer("LSTM")
    assert entry is not None
    assert check(case_document(entry)).nodes["layer"].outputs == (
        Tensor(port="output", shape=(None, 4), dtype="float32"),
        Tensor(port="state_h", shape=(None, 4), dtype="float32"),
        Tensor(port="state_c", shape=(None, 4), dtype="float32"),
    )


@pytest.mark.parametrize(
    ("layer", "params", "ports"),
    [
        ("Bidirectional", {"class": "LSTM", "params": {"units": 3, "return_state": True}},
         ["forward_state_1", "forward_state_2", "backward_state_1", "backward_state_2"]),
        ("Bidirectional", {"class": "GRU", "params": {"units": 3, "return_state": True}},
         ["forward_state_1", "backward_state_1"]),
        ("Bidirectional", {"class": "GRU", "params": {"units": 3}}, []),
        ("RNN", {"class": "GRUCell", "params": {"units": 3}}, ["state_1"]),
        ("RNN", {"class": "LSTMCell", "params": {"units": 3}}, ["state_1", "state_2"]),
    ],
)  # fmt: skip
def test_there_is_a_port_for_each_state(layer: str, params: Any, ports: list[str]) -> None:
    inner: dict[str, Any] = {"layer": params}
    if layer == "RNN":
        inner = {"cell": params, "return_state": True}
    document = chain(node("x", "Input", shape=[5, 6]), node("r", layer, **inner))
    names = [output.port for output in check(document).nodes["r"].outputs]
    ports_of_node = Outline(document).ports("main", "r")
    assert ports_of_node is not None
    assert names == [output.name for output in ports_of_node.outputs] == ["output", *ports]


def test_defaults_fit_their_types() -> None:
    catalogue = load()
    for entry in (*catalogue.layers, *catalogue.objects):
        defaults = {
            param.name: param.default for param in entry.params if param.default is not None
        }
        place = Place(phrase("{name}", name=entry.name))
        assert validate(without_required(entry), defaults, place) == [], entry.name


def without_required(entry: Entry) -> Entry:
    """The entry with only those parameters that have a default."""
    optional = tuple(param for param in entry.params if not param.required)
    return entry.model_copy(update={"params": optional})


def test_true_and_false_are_booleans() -> None:
    catalogue = load()
    flags = [
        (entry.name, param.name, param.type)
        for entry in (*catalogue.layers, *catalogue.objects)
        for param in entry.params
        if isinstance(param.default, bool) != (param.type == "boolean")
        and param.default is not None
    ]
    assert flags == []


def test_parameters_that_keras_documents_as_floats_take_fractions() -> None:
    catalogue = load()
    whole = [
        (entry.name, param.name)
        for entry in (*catalogue.layers, *catalogue.objects)
        if not entry.refused
        for param in entry.params
        if param.type == "integer" and param.name in documented_floats(resolve(entry.path))
    ]
    assert whole == []


def documented_floats(value: object) -> set[str]:
    """The parameters that a docstring calls floats."""
    text = inspect.getdoc(value) or ""
    return set(re.findall(r"^ +(\w+): (?:[Aa] )?(?:[Oo]ptional )?[Ff]loat\b", text, re.MULTILINE))

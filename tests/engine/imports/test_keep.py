"""An edit of code changes only what it changes: ids, places and settings stay."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine import templates
from engine.code import Form, generate
from engine.document import (
    MAIN,
    Binding,
    Document,
    Edge,
    Graph,
    Node,
    ObjectSpec,
    Position,
    Target,
)
from engine.graph.layout import lay_out
from engine.imports.colours import Palette
from engine.imports.drawing import Imported
from engine.imports.keep import keep
from engine.imports.placing import HEIGHT, MOST, WIDTH
from engine.imports.python import from_python
from tests.engine.code.strategies import sound_documents

FORMS: tuple[Form, ...] = ("functional", "sequential", "function", "script")
TEMPLATES = [template.document for template in templates.load()]


def code(document: Document, form: Form = "functional") -> str:
    return generate(document, form).source


def read(source: str) -> Document:
    answer = from_python(source)
    assert isinstance(answer, Imported), answer
    return answer.document


def edited(document: Document, old: str, new: str, form: Form = "functional") -> Document:
    """The document after its code was edited by hand."""
    source = code(document, form)
    assert old in source
    return keep(document, read(source.replace(old, new)), read(source))


def members(document: Document) -> dict[str, Any]:
    """A document whose order of nodes and edges carries no meaning."""
    graphs = {
        graph.id: {
            "name": graph.name,
            "nodes": {node.id: node for node in graph.nodes},
            "edges": {edge.id: edge for edge in graph.edges},
            "outputs": graph.outputs,
        }
        for graph in document.graphs
    }
    return {**dict(document), "graphs": graphs}


def node(document: Document, id: str) -> Node:
    return next(one for one in document.main.nodes if one.id == id)


def named(document: Document, name: str) -> Node:
    return next(one for one in document.main.nodes if one.name == name)


def wires(document: Document) -> set[tuple[str, str, str, str]]:
    return {(e.source, e.source_port, e.target, e.target_port) for e in document.main.edges}


def overlaps(document: Document) -> list[tuple[str, str]]:
    nodes = document.main.nodes
    return [
        (a.id, b.id)
        for index, a in enumerate(nodes)
        for b in nodes[index + 1 :]
        if abs(a.position.x - b.position.x) < WIDTH and abs(a.position.y - b.position.y) < HEIGHT
    ]


DENSE = templates.load()[0].document


# --- nothing edited -----------------------------------------------------------------------------
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("document", TEMPLATES, ids=lambda document: document.name)
def test_code_that_nobody_edited_changes_nothing(document: Document, form: Form) -> None:
    same = read(code(document, form))
    assert keep(document, same, same) == document
    if form != "script":
        assert keep(document, same) == document


@pytest.mark.parametrize("document", TEMPLATES, ids=lambda document: document.name)
def test_both_styles_of_imports_read_as_one(document: Document) -> None:
    plain = document.model_copy(update={"target": Target(backend="tensorflow")})
    assert read(generate(plain, "script", "tf.keras").source) == read(code(plain, "script"))


@settings(max_examples=40, deadline=None)
@given(sound_documents(), st.sampled_from(FORMS))
def test_random_graphs_stay_as_they_are(document: Document, form: Form) -> None:
    answer = from_python(code(document, form))
    if isinstance(answer, Imported):
        kept = keep(document, answer.document, answer.document)
        assert kept == document


def test_loose_nodes_and_explicit_defaults_which_no_code_says_stay() -> None:
    graph = DENSE.main
    loose = (
        Node(id="loose", layer="Dropout", name="later", position=Position(x=900, y=5)),
        Node(id="half", layer="Add", position=Position(x=900, y=105)),
    )
    hidden = node(DENSE, "hidden")
    spelled = hidden.model_copy(update={"params": {**hidden.params, "use_bias": True}})
    nodes = tuple(spelled if one.id == "hidden" else one for one in graph.nodes)
    wire = Edge(id="w", source="loose", target="half")
    main = Graph(id=MAIN, nodes=(*nodes, *loose), edges=(*graph.edges, wire))
    document = DENSE.model_copy(update={"graphs": (main,)})
    changed = edited(document, "Dense(64", "Dense(32")
    assert node(changed, "hidden").params == {**spelled.params, "units": 32}
    changed = edited(changed, "Dense(32", "Dense(64")
    assert members(changed) == members(document)


# --- edits --------------------------------------------------------------------------------------
def test_a_changed_argument_changes_one_parameter() -> None:
    changed = edited(DENSE, "Dense(64", "Dense(48")
    hidden = node(DENSE, "hidden")
    expected = hidden.model_copy(update={"params": {**hidden.params, "units": 48}})
    nodes = tuple(expected if one.id == "hidden" else one for one in DENSE.main.nodes)
    main = DENSE.main.model_copy(update={"nodes": nodes})
    assert members(changed) == members(DENSE.model_copy(update={"graphs": (main,)}))


def test_a_layer_in_the_middle_finds_a_place_beside_its_neighbours() -> None:
    line = 'x = layers.Dropout(0.5, name="drop")(x)\n'
    source = 'name="hidden")(x)\n'
    changed = edited(DENSE, source, source + line)
    new = named(changed, "drop")
    assert new.id not in {one.id for one in DENSE.main.nodes}
    assert [one for one in changed.main.nodes if one.id != new.id] == [*DENSE.main.nodes]
    assert wires(changed) - wires(DENSE) == {
        ("hidden", "output", new.id, "inputs"),
        (new.id, "output", "score", "inputs"),
    }
    kept = {edge.id for edge in changed.main.edges} & {edge.id for edge in DENSE.main.edges}
    assert kept == {"image-flat", "flat-hidden"}
    assert overlaps(changed) == []
    hidden, score = node(changed, "hidden").position, node(changed, "score").position
    assert hidden.y <= new.position.y <= score.y
    assert abs(new.position.x - hidden.x) < 300


def test_a_layer_that_is_gone_takes_its_wires_and_bindings_along() -> None:
    two = next(one for one in TEMPLATES if one.name == "Iris, two inputs")
    bound = (Binding(node="sepal", column="sepal"), Binding(node="petal", column="petal"))
    two = two.model_copy(update={"training": two.training.model_copy(update={"bindings": bound})})
    source = code(two)
    lines = [line for line in source.splitlines() if not line.startswith("petal")]
    text = (
        "\n".join(lines).replace(", petal_branch]", ", sepal]").replace("[sepal, petal]", "sepal")
    )
    changed = keep(two, read(text), read(source))
    assert {one.id for one in two.main.nodes} - {one.id for one in changed.main.nodes} == {
        "petal",
        "petal_branch",
    }
    assert changed.training == two.training.model_copy(update={"bindings": bound[:1]})


def test_a_layer_of_another_kind_under_the_same_name_stays_where_it_was() -> None:
    changed = edited(DENSE, "layers.Flatten(", "layers.GlobalMaxPooling2D(")
    before, after = node(DENSE, "flat"), node(changed, "flat")
    assert (after.layer, after.position) == ("GlobalMaxPooling2D", before.position)


def test_a_new_name_is_the_same_layer() -> None:
    changed = edited(DENSE, 'name="hidden"', 'name="middle"')
    assert node(changed, "hidden").name == "middle"
    assert changed.main.edges == DENSE.main.edges


def test_a_script_changes_training_and_nothing_else() -> None:
    changed = edited(DENSE, "EPOCHS = 20", "EPOCHS = 3", "script")
    training = DENSE.training.model_copy(update={"epochs": 3})
    assert members(changed) == members(DENSE.model_copy(update={"training": training}))
    changed = edited(DENSE, 'optimizer="adam"', "optimizer=keras.optimizers.SGD(0.1)", "script")
    assert changed.training.optimizer == ObjectSpec(class_="SGD", params={"learning_rate": 0.1})


def test_what_others_did_on_the_canvas_meanwhile_stays() -> None:
    """The edit began at DENSE; meanwhile somebody set epochs and moved and added nodes."""
    source = code(DENSE)
    nodes = tuple(
        one.model_copy(update={"position": Position(x=1, y=2)}) if one.id == "score" else one
        for one in DENSE.main.nodes
    )
    extra = Node(id="extra", layer="Dense", params={"units": 5}, position=Position(x=500, y=0))
    wire = Edge(id="w", source="flat", target="extra")
    main = DENSE.main.model_copy(
        update={"nodes": (*nodes, extra), "edges": (*DENSE.main.edges, wire)}
    )
    training = DENSE.training.model_copy(update={"epochs": 99})
    now = DENSE.model_copy(update={"graphs": (main,), "training": training})
    changed = keep(now, read(source.replace("Dense(64", "Dense(48")), read(source))
    assert node(changed, "hidden").params["units"] == 48
    hidden = node(now, "hidden")
    restored = tuple(hidden if one.id == "hidden" else one for one in changed.main.nodes)
    whole = changed.main.model_copy(update={"nodes": restored})
    assert members(now.model_copy(update={"graphs": (whole,)})) == members(now)


def test_inputs_that_code_puts_in_another_order_change_places() -> None:
    two = next(one for one in TEMPLATES if one.name == "Iris, two inputs")
    source = code(two)
    lines = source.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("sepal = "))
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    text = "\n".join(lines).replace("[sepal, petal]", "[petal, sepal]")
    changed = keep(two, read(text), read(source))
    assert node(changed, "petal").position == node(two, "sepal").position
    assert node(changed, "sepal").position == node(two, "petal").position
    assert wires(changed) == wires(two)


NESTED = """
import keras
from keras import layers

def build_part(units):
    first = keras.Input((4,), name="first")
    second = keras.Input((4,), name="second")
    x = layers.Concatenate()([first, second])
    return keras.Model([first, second], layers.Dense(units, name="inner")(x), name="part")

a = keras.Input((4,), name="a")
b = keras.Input((4,), name="b")
part = build_part(3)
x = part([a, b])
y = layers.Dense(2, name="end")(x)
model = keras.Model([a, b], y, name="whole")
"""


def test_the_inside_of_a_sub_model_is_edited_in_place() -> None:
    base = read(NESTED)
    changed = keep(base, read(NESTED.replace("build_part(3)", "build_part(7)")), read(NESTED))
    before, after = base.graphs[1], changed.graphs[1]
    assert before.id == after.id
    differing = [b for a, b in zip(before.nodes, after.nodes, strict=True) if a != b]
    assert [(one.name, one.params) for one in differing] == [("inner", {"units": 7})]
    assert changed.main == base.main


def test_a_model_from_elsewhere_takes_the_place_of_an_empty_canvas() -> None:
    model = read(NESTED)
    kept = keep(Document(name="Mine"), model)
    assert kept.name == model.name
    assert {one.position for one in kept.main.nodes} == {
        one.position for one in lay_out(model).main.nodes
    }
    assert len(kept.graphs) == 2


def test_many_new_layers_are_laid_out_beside_the_old_ones() -> None:
    stack = "\n".join(f"x = layers.Dense({n + 1})(x)" for n in range(MOST + 20))
    changed = edited(DENSE, "\nscore = ", f"\n{stack}\nscore = ")
    assert len(changed.main.nodes) == len(DENSE.main.nodes) + MOST + 20
    assert overlaps(changed) == []
    assert [node(changed, one.id) for one in DENSE.main.nodes] == [*DENSE.main.nodes]


# --- laws ---------------------------------------------------------------------------------------
@st.composite
def edits(draw: st.DrawFn) -> tuple[Document, Document]:
    """A random graph, and the same with one change that code can say."""
    document = draw(sound_documents())
    main = document.main
    kind = draw(st.sampled_from(["param", "insert", "remove"]))
    if kind == "param":
        dense = [one.id for one in main.nodes if one.layer == "Dense" and not one.shares]
        chosen = draw(st.sampled_from(dense))
        nodes = tuple(
            one.model_copy(update={"params": {**one.params, "activation": "tanh"}})
            if one.id == chosen
            else one
            for one in main.nodes
        )
        return document, _with_main(document, main.model_copy(update={"nodes": nodes}))
    edge = draw(st.sampled_from(main.edges))
    rest = tuple(one for one in main.edges if one.id != edge.id)
    if kind == "remove":
        # Take the wire's beginning from the input instead.
        moved = edge.model_copy(update={"source": "n0", "source_port": "output"})
        return document, _with_main(document, main.model_copy(update={"edges": (*rest, moved)}))
    new = Node(id="new", layer="Dense", params={"units": 4, "activation": "elu"})
    first = edge.model_copy(update={"id": "new1", "target": "new", "target_port": "inputs"})
    second = edge.model_copy(update={"id": "new2", "source": "new", "source_port": "output"})
    changed = {"nodes": (*main.nodes, new), "edges": (*rest, first, second)}
    return document, _with_main(document, main.model_copy(update=changed))


def _with_main(document: Document, main: Graph) -> Document:
    graphs = tuple(main if graph.id == MAIN else graph for graph in document.graphs)
    return document.model_copy(update={"graphs": graphs})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(edits())
def test_the_result_is_the_edited_graph_with_the_old_nodes_in_place(
    pair: tuple[Document, Document],
) -> None:
    old, wanted = pair
    said, new = from_python(code(old)), from_python(code(wanted))
    assume(isinstance(said, Imported) and isinstance(new, Imported))
    assert isinstance(said, Imported)
    assert isinstance(new, Imported)
    kept = keep(old, new.document, said.document)
    palette = Palette()
    read_so, drawn_so, is_so = (
        sorted(palette.colours(one.main).values()) for one in (new.document, wanted, kept)
    )
    # A layer that feeds nothing any more is no part of what is written.
    assume(read_so == drawn_so)
    assert is_so == drawn_so
    places = {one.id: one.position for one in old.main.nodes}
    moved = [one for one in kept.main.nodes if places.get(one.id, one.position) != one.position]
    # Inputs without names are told apart by their order alone, and may change places.
    assert [one for one in moved if one.layer != "Input"] == []

"""Merging edited code into a document: ids, positions and other settings are preserved."""

from typing import Any

import pytest
from hypothesis import given, settings
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
from engine.imports.graph_builder import Imported
from engine.imports.merge import merge_edit
from engine.imports.placing import HEIGHT, MAX_NEW, WIDTH
from engine.imports.python import from_python
from tests.engine.code.strategies import valid_documents

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
    return merge_edit(document, read(source.replace(old, new)), read(source))


def members(document: Document) -> dict[str, Any]:
    """A document's content regardless of the order of nodes and edges."""
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


def by_id(document: Document, id: str) -> Node:
    return next(node for node in document.main.nodes if node.id == id)


def by_name(document: Document, name: str) -> Node:
    return next(node for node in document.main.nodes if node.name == name)


def edge_ports(document: Document) -> set[tuple[str, str, str, str]]:
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
def test_unedited_code_changes_nothing(document: Document, form: Form) -> None:
    same = read(code(document, form))
    assert merge_edit(document, same, same) == document
    if form != "script":
        assert merge_edit(document, same) == document


@pytest.mark.parametrize("document", TEMPLATES, ids=lambda document: document.name)
def test_both_import_styles_read_the_same(document: Document) -> None:
    plain = document.model_copy(update={"target": Target(backend="tensorflow")})
    assert read(generate(plain, "script", "tf.keras").source) == read(code(plain, "script"))


@settings(max_examples=40, deadline=None)
@given(valid_documents(), st.sampled_from(FORMS))
def test_unedited_code_of_random_graphs_changes_nothing(document: Document, form: Form) -> None:
    answer = from_python(code(document, form))
    if isinstance(answer, Imported):
        merged = merge_edit(document, answer.document, answer.document)
        assert merged == document


def test_unconnected_nodes_and_explicit_defaults_are_kept() -> None:
    graph = DENSE.main
    loose = (
        Node(id="loose", layer="Dropout", name="later", position=Position(x=900, y=5)),
        Node(id="half", layer="Add", position=Position(x=900, y=105)),
    )
    hidden = by_id(DENSE, "hidden")
    spelled = hidden.model_copy(update={"params": {**hidden.params, "use_bias": True}})
    nodes = tuple(spelled if node.id == "hidden" else node for node in graph.nodes)
    edge = Edge(id="w", source="loose", target="half")
    main = Graph(id=MAIN, nodes=(*nodes, *loose), edges=(*graph.edges, edge))
    document = DENSE.model_copy(update={"graphs": (main,)})
    changed = edited(document, "Dense(64", "Dense(32")
    assert by_id(changed, "hidden").params == {**spelled.params, "units": 32}
    changed = edited(changed, "Dense(32", "Dense(64")
    assert members(changed) == members(document)


# --- edits --------------------------------------------------------------------------------------
def test_a_changed_argument_changes_one_parameter() -> None:
    changed = edited(DENSE, "Dense(64", "Dense(48")
    hidden = by_id(DENSE, "hidden")
    expected = hidden.model_copy(update={"params": {**hidden.params, "units": 48}})
    nodes = tuple(expected if node.id == "hidden" else node for node in DENSE.main.nodes)
    main = DENSE.main.model_copy(update={"nodes": nodes})
    assert members(changed) == members(DENSE.model_copy(update={"graphs": (main,)}))


def test_an_inserted_layer_is_placed_next_to_its_neighbours() -> None:
    line = 'x = layers.Dropout(0.5, name="drop")(x)\n'
    source = 'name="hidden")(x)\n'
    changed = edited(DENSE, source, source + line)
    new = by_name(changed, "drop")
    assert new.id not in {node.id for node in DENSE.main.nodes}
    assert [node for node in changed.main.nodes if node.id != new.id] == [*DENSE.main.nodes]
    assert edge_ports(changed) - edge_ports(DENSE) == {
        ("hidden", "output", new.id, "inputs"),
        (new.id, "output", "score", "inputs"),
    }
    common = {edge.id for edge in changed.main.edges} & {edge.id for edge in DENSE.main.edges}
    assert common == {"image-flat", "flat-hidden"}
    assert overlaps(changed) == []
    hidden, score = by_id(changed, "hidden").position, by_id(changed, "score").position
    assert hidden.y <= new.position.y <= score.y
    assert abs(new.position.x - hidden.x) < 300


def bypassing(document: Document, key: str) -> Document:
    nodes = tuple(n.model_copy(update={"bypassed": n.id == key}) for n in document.main.nodes)
    return document.model_copy(
        update={"graphs": (document.main.model_copy(update={"nodes": nodes}),)}
    )


def test_an_edit_of_what_a_bypassed_node_passes_on_replaces_its_edge() -> None:
    document = bypassing(DENSE, "hidden")
    source = 'layers.Flatten(name="flat")(image)\n'
    changed = edited(document, source, source + 'x = layers.Dropout(0.5, name="drop")(x)\n')
    new = by_name(changed, "drop")
    assert edge_ports(changed) == {
        ("image", "output", "flat", "inputs"),
        ("flat", "output", "hidden", "inputs"),
        ("flat", "output", new.id, "inputs"),
        (new.id, "output", "score", "inputs"),
    }
    assert by_id(changed, "hidden").bypassed


def test_an_edit_beside_a_bypassed_node_keeps_its_edges() -> None:
    nodes = [
        Node(id="x", name="row", layer="Input", params={"shape": [4]}),
        Node(id="a", name="a", layer="Dense", params={"units": 4}),
        Node(id="b", name="b", layer="Dense", params={"units": 4}),
        Node(id="drop", layer="Dropout", params={"rate": 0.5}, bypassed=True),
        Node(id="sum", name="sum", layer="Add"),
    ]
    pairs = [("x", "a"), ("x", "b"), ("a", "drop"), ("drop", "sum"), ("b", "sum")]
    edges = [
        Edge(id=f"{a}-{b}", source=a, target=b, target_port="inputs", order=order)
        for order, (a, b) in enumerate(pairs)
    ]
    document = Document(graphs=(Graph(id=MAIN, nodes=tuple(nodes), edges=tuple(edges)),))
    changed = edited(document, "([a, b])", "([a, b, row])")
    kept = {edge.id: edge.source for edge in changed.main.edges if edge.target == "sum"}
    assert sorted(kept.values()) == ["b", "drop", "x"]
    assert {"drop-sum", "b-sum"} <= kept.keys()


def test_removing_a_layer_removes_its_edges_and_bindings() -> None:
    two = next(document for document in TEMPLATES if document.name == "Iris, two inputs")
    bound = (Binding(node="sepal", column="sepal"), Binding(node="petal", column="petal"))
    two = two.model_copy(update={"training": two.training.model_copy(update={"bindings": bound})})
    source = code(two)
    lines = [line for line in source.splitlines() if not line.startswith("petal")]
    text = (
        "\n".join(lines).replace(", petal_branch]", ", sepal]").replace("[sepal, petal]", "sepal")
    )
    changed = merge_edit(two, read(text), read(source))
    assert {node.id for node in two.main.nodes} - {node.id for node in changed.main.nodes} == {
        "petal",
        "petal_branch",
    }
    assert changed.training == two.training.model_copy(update={"bindings": bound[:1]})


def test_a_layer_of_another_class_with_the_same_name_keeps_its_position() -> None:
    changed = edited(DENSE, "layers.Flatten(", "layers.GlobalMaxPooling2D(")
    before, after = by_id(DENSE, "flat"), by_id(changed, "flat")
    assert (after.layer, after.position) == ("GlobalMaxPooling2D", before.position)


def test_a_renamed_layer_keeps_its_id_and_edges() -> None:
    changed = edited(DENSE, 'name="hidden"', 'name="middle"')
    assert by_id(changed, "hidden").name == "middle"
    assert changed.main.edges == DENSE.main.edges


def test_a_script_changes_training_and_nothing_else() -> None:
    changed = edited(DENSE, "EPOCHS = 20", "EPOCHS = 3", "script")
    training = DENSE.training.model_copy(update={"epochs": 3})
    assert members(changed) == members(DENSE.model_copy(update={"training": training}))
    changed = edited(DENSE, 'optimizer="adam"', "optimizer=keras.optimizers.SGD(0.1)", "script")
    assert changed.training.optimizer == ObjectSpec(class_="SGD", params={"learning_rate": 0.1})


def test_an_edit_keeps_the_encoding_of_a_target() -> None:
    output = DENSE.main.nodes[-1].id
    bindings = (Binding(node=output, column="digit", encoding="one_hot"),)
    training = DENSE.training.model_copy(update={"bindings": bindings})
    changed = edited(
        DENSE.model_copy(update={"training": training}), "EPOCHS = 20", "EPOCHS = 3", "script"
    )
    assert changed.training == training.model_copy(update={"epochs": 3})


def test_concurrent_changes_on_the_canvas_are_kept() -> None:
    """The edit began at DENSE; meanwhile somebody set epochs and moved and added nodes."""
    source = code(DENSE)
    nodes = tuple(
        node.model_copy(update={"position": Position(x=1, y=2)}) if node.id == "score" else node
        for node in DENSE.main.nodes
    )
    extra = Node(id="extra", layer="Dense", params={"units": 5}, position=Position(x=500, y=0))
    edge = Edge(id="w", source="flat", target="extra")
    main = DENSE.main.model_copy(
        update={"nodes": (*nodes, extra), "edges": (*DENSE.main.edges, edge)}
    )
    training = DENSE.training.model_copy(update={"epochs": 99})
    now = DENSE.model_copy(update={"graphs": (main,), "training": training})
    changed = merge_edit(now, read(source.replace("Dense(64", "Dense(48")), read(source))
    assert by_id(changed, "hidden").params["units"] == 48
    hidden = by_id(now, "hidden")
    restored = tuple(hidden if node.id == "hidden" else node for node in changed.main.nodes)
    whole = changed.main.model_copy(update={"nodes": restored})
    assert members(now.model_copy(update={"graphs": (whole,)})) == members(now)


def test_reordering_inputs_moves_no_card() -> None:
    two = next(document for document in TEMPLATES if document.name == "Iris, two inputs")
    source = code(two)
    lines = source.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("sepal = "))
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    text = "\n".join(lines).replace("[sepal, petal]", "[petal, sepal]")
    changed = merge_edit(two, read(text), read(source))
    assert (two.main.inputs, changed.main.inputs) == (("sepal", "petal"), ("petal", "sepal"))
    for id in ("sepal", "petal"):
        assert by_id(changed, id).position == by_id(two, id).position
    assert edge_ports(changed) == edge_ports(two)


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


def test_a_sub_model_is_edited_in_place() -> None:
    base = read(NESTED)
    changed = merge_edit(base, read(NESTED.replace("build_part(3)", "build_part(7)")), read(NESTED))
    before, after = base.graphs[1], changed.graphs[1]
    assert before.id == after.id
    differing = [b for a, b in zip(before.nodes, after.nodes, strict=True) if a != b]
    assert [(node.name, node.params) for node in differing] == [("inner", {"units": 7})]
    assert changed.main == base.main


def test_another_model_replaces_an_empty_document() -> None:
    model = read(NESTED)
    merged = merge_edit(Document(name="Mine"), model)
    assert merged.name == model.name
    assert {node.position for node in merged.main.nodes} == {
        node.position for node in lay_out(model).main.nodes
    }
    assert len(merged.graphs) == 2


def test_many_new_layers_are_laid_out_beside_the_others() -> None:
    stack = "\n".join(f"x = layers.Dense({n + 1})(x)" for n in range(MAX_NEW + 20))
    changed = edited(DENSE, "\nscore = ", f"\n{stack}\nscore = ")
    assert len(changed.main.nodes) == len(DENSE.main.nodes) + MAX_NEW + 20
    assert overlaps(changed) == []
    assert [by_id(changed, node.id) for node in DENSE.main.nodes] == [*DENSE.main.nodes]

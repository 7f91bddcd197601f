"""Merging edited code into a document: ids, positions and other settings are preserved."""

from itertools import pairwise
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


# --- laws ---------------------------------------------------------------------------------------
@st.composite
def edits(draw: st.DrawFn) -> tuple[Document, Document]:
    """A random graph, and the same with one change that code can express."""
    document = draw(valid_documents())
    main = document.main
    kind = draw(st.sampled_from(["param", "insert", "remove"]))
    if kind == "param":
        dense = [node.id for node in main.nodes if node.layer == "Dense" and not node.shares]
        chosen = draw(st.sampled_from(dense))
        nodes = tuple(
            node.model_copy(update={"params": {**node.params, "activation": "tanh"}})
            if node.id == chosen
            else node
            for node in main.nodes
        )
        return document, _with_main(document, main.model_copy(update={"nodes": nodes}))
    edge = draw(st.sampled_from(main.edges))
    rest = tuple(other for other in main.edges if other.id != edge.id)
    if kind == "remove":
        # Connect the edge's target to the input instead.
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
    base, new = from_python(code(old)), from_python(code(wanted))
    assume(isinstance(base, Imported) and isinstance(new, Imported))
    assert isinstance(base, Imported)
    assert isinstance(new, Imported)
    merged = merge_edit(old, new.document, base.document)
    palette = Palette()
    actual, expected, merged_colours = (
        sorted(palette.colours(document.main).values())
        for document in (new.document, wanted, merged)
    )
    # Code leaves out layers that no longer lead to an output.
    assume(actual == expected)
    assert merged_colours == expected
    positions = {node.id: node.position for node in old.main.nodes}
    moved = [
        node for node in merged.main.nodes if positions.get(node.id, node.position) != node.position
    ]
    # Inputs without names are distinguished only by their order, and may swap positions.
    assert [node for node in moved if node.layer != "Input"] == []


@pytest.mark.parametrize("omitted", [{}, {"axis": 3}, {"axis": -1}, {"momentum": 0.99}], ids=str)
def test_parameters_that_code_leaves_out_are_kept(omitted: dict[str, Any]) -> None:
    nodes = [Node(id="image", layer="Input", params={"shape": [9, 9, 3]})]
    edges = []
    for branch in range(4):
        size = {"filters": 8, "kernel_size": 3, "padding": "same"}
        params = [size | {"dilation_rate": 2 + branch % 2}, omitted, {"rate": 0.1 * branch}]
        layers = ("Conv2D", "BatchNormalization", "Dropout")
        ids = [f"{layer}{branch}" for layer in layers]
        nodes += [
            Node(id=id, layer=layer, params=values)
            for id, layer, values in zip(ids, layers, params, strict=True)
        ][::-1]
        edges += [*pairwise(("image", *ids, "join"))][:: 1 if branch else -1]
    nodes.append(Node(id="join", layer="Concatenate", params={"axis": 3}))
    wires = [
        Edge(id=f"e{place}", source=source, target=target, order=-place)
        for place, (source, target) in enumerate(edges)
    ]
    graph = Graph(id=MAIN, inputs=("image",), nodes=tuple(nodes[::-1]), edges=tuple(wires))
    old = Document(graphs=(graph,))
    base = read(code(old))
    assert merge_edit(old, base, base) == old


def test_telling_alike_layers_apart_takes_bounded_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[int] = []
    real = Palette.colours

    def counting(self: Palette, graph: Graph, *labels: Any) -> dict[str, int]:
        looked_at.append(len(graph.nodes))
        return real(self, graph, *labels)

    monkeypatch.setattr(Palette, "colours", counting)

    def work(count: int) -> int:
        nodes = [Node(id=f"n{place}", layer="Flatten") for place in range(count)]
        document = Document(graphs=(Graph(id="main", nodes=tuple(nodes)),))
        looked_at.clear()
        assert merge_edit(document, document, document) == document
        return sum(looked_at)

    assert work(2_000) < 2 * work(200)

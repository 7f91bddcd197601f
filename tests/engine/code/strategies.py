"""Random documents: valid ones whose tensors all have one shape, and hostile or invalid ones."""

from typing import Any

from hypothesis import strategies as st

from engine.document import Document
from engine.document.reading import validate_document

WIDTH = 4
MERGES = ("Add", "Multiply", "Average", "Maximum", "Subtract", "Concatenate")


class Drawing:
    """A graph under construction; tensors have the shape (batch, 4), so that any node takes any."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.nodes: list[dict[str, Any]] = []
        self.edges: list[dict[str, Any]] = []
        self.tensors: list[tuple[str, str]] = []
        self.owners: list[str] = []

    def place(
        self, layer: str, *sources: tuple[str, str], port: str = "inputs", **rest: Any
    ) -> str:
        """Add a node with edges from `sources`."""
        id = f"n{len(self.nodes)}"
        name = self.draw(st.sampled_from(["", "", id, "dense", "x", "left_1", "left_2"]))
        position = {"x": self.draw(st.integers(0, 3)) * 100.0, "y": len(self.nodes) * 50.0}
        self.nodes.append({"id": id, "layer": layer, "name": name, "position": position, **rest})
        for source in sources:
            self.connect(source, id, port)
        return id

    def connect(self, source: tuple[str, str], target: str, port: str) -> None:
        edge = {"id": f"e{len(self.edges)}", "source": source[0], "source_port": source[1]}
        order = len(self.edges)
        self.edges.append({**edge, "target": target, "target_port": port, "order": order})

    def any_tensor(self) -> tuple[str, str]:
        """A tensor, more often one of the last."""
        count = min(len(self.tensors), self.draw(st.sampled_from([1, 2, 20])))
        return self.tensors[-self.draw(st.integers(1, count))]

    def dense(self) -> str:
        self.owners.append(self.place("Dense", self.any_tensor(), params={"units": WIDTH}))
        return self.owners[-1]

    def merge(self) -> str:
        layer = self.draw(st.sampled_from(MERGES))
        count = 2 if layer == "Subtract" else self.draw(st.integers(2, 3))
        key = self.place(layer, *(self.any_tensor() for _ in range(count)))
        if layer == "Concatenate":
            return self.place("Dense", (key, "output"), params={"units": WIDTH})
        return key

    def shared(self) -> str:
        owner = self.draw(st.sampled_from(self.owners))
        return self.place("Dense", self.any_tensor(), shares=owner)

    def recurrent(self) -> str:
        row = self.place("RepeatVector", self.any_tensor(), params={"n": 2})
        params = {"units": WIDTH, "return_state": True, "unroll": True}
        key = self.place("LSTM", (row, "output"), port="sequences", params=params)
        if self.draw(st.booleans()):
            self.connect(self.any_tensor(), key, "initial_state")
            self.connect(self.any_tensor(), key, "initial_state")
        states = self.draw(st.sets(st.sampled_from(["state_h", "state_c"])))
        self.tensors += [(key, state) for state in sorted(states)]
        return key

    def sub_model(self) -> str:
        return self.place("Model", self.any_tensor(), graph="part")


@st.composite
def valid_documents(draw: st.DrawFn) -> Document:
    """Random graphs of layers, merges, shared layers, states and sub-models."""
    drawing = Drawing(draw)
    for _ in range(draw(st.integers(1, 2))):
        drawing.tensors.append((drawing.place("Input", params={"shape": [WIDTH]}), "output"))
    kinds = [
        drawing.dense,
        drawing.dense,
        drawing.merge,
        drawing.shared,
        drawing.recurrent,
        drawing.sub_model,
    ]
    drawing.tensors.append((drawing.dense(), "output"))
    for _ in range(draw(st.integers(0, 11))):
        drawing.tensors.append((draw(st.sampled_from(kinds))(), "output"))
    graphs = [{"id": "main", "nodes": drawing.nodes, "edges": drawing.edges}, PART]
    document = validate_document({"version": 1, "graphs": graphs})
    assert isinstance(document, Document), document
    return document


PART = {
    "id": "part",
    "name": "part",
    "nodes": [
        {"id": "a", "layer": "Input", "params": {"shape": [WIDTH]}},
        {"id": "b", "layer": "Dense", "params": {"units": WIDTH, "activation": "relu"}},
        {"id": "c", "layer": "Add"},
    ],
    "edges": [
        {"id": "e1", "source": "a", "target": "b"},
        {"id": "e2", "source": "b", "target": "c"},
        {"id": "e3", "source": "a", "target": "c", "order": 1},
    ],
}

NASTY = [
    '"); __import__("os").system("x") #',
    "'''\n\"\"\"\nimport os\n",
    "{}",
    "{name}",
    "%s",
    "\\",
    "a\u202eb\u2066c",
    "\u2028x\u2029",
    "\x1b[31m\x85\x07",
    "\ufeff\u200b",
    "class",
    "None",
    "list",
    "print",
    "keras",
    "layers",
    "x",
    "l",
    "model",
    "__class__",
    "_",
    "1st layer",
    "Übung 図 💡",
    "a" * 200,
    "# noqa",
    "e\u0301" * 50,
]
words = st.one_of(st.sampled_from(NASTY), st.text(st.characters(codec="utf-8"), max_size=200)).map(
    lambda text: text.replace("\0", "")[:200]
)
LAYERS = """
Input Dense Conv2D Add Concatenate LSTM MultiHeadAttention Dropout Flatten Lambda Model
StringLookup TextVectorization Bidirectional Attention Nothing
"""
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(words, inner, max_size=2)
        | st.fixed_dictionaries(
            {"class": st.sampled_from(["L2", "Dense", "LSTMCell", "HeNormal", "Evil", "relu"])},
            optional={"params": st.dictionaries(st.sampled_from(["l2", "units"]), inner)},
        )
    ),
    max_leaves=6,
)
PARAMS = """
shape units filters kernel_size activation kernel_regularizer kernel_initializer vocabulary
rate layer name dtype return_state num_heads key_dim nonsense batch_size
"""
ids = st.sampled_from([*"abcdefgh", "main"])
nodes = st.fixed_dictionaries(
    {"id": ids, "layer": st.one_of(st.sampled_from(LAYERS.split()), words), "name": words},
    optional={
        "params": st.dictionaries(st.sampled_from(PARAMS.split()), values, max_size=4),
        "shares": ids,
        "graph": ids,
    },
)
PORTS = "output inputs sequences query value state_h initial_state odd"
ports = st.sampled_from(PORTS.split())
edges_between = st.fixed_dictionaries(
    {"source": ids, "target": ids, "source_port": ports, "target_port": ports}
)
graphs = st.builds(
    lambda id, name, nodes, edges, outputs: {
        "id": id,
        "name": name,
        "nodes": nodes,
        "edges": [{"id": f"e{index}", **edge} for index, edge in enumerate(edges)],
        "outputs": outputs,
    },
    ids,
    words,
    st.lists(nodes, max_size=8, unique_by=lambda node: str(node["id"])),
    st.lists(edges_between, max_size=12),
    st.lists(st.fixed_dictionaries({"node": ids, "port": ports}), max_size=2),
)
objects = st.fixed_dictionaries(
    {"class": st.one_of(st.sampled_from(["Adam", "MeanSquaredError", "EarlyStopping"]), words)},
    optional={"params": st.dictionaries(st.sampled_from(["learning_rate", "patience"]), values)},
)
trainings = st.fixed_dictionaries(
    {"data": st.one_of(st.sampled_from(["digits", "iris", "diabetes", ""]), words)},
    optional={
        "optimizer": objects,
        "loss": objects,
        "metrics": st.lists(objects, max_size=2),
        "callbacks": st.lists(objects, max_size=2),
        "bindings": st.lists(st.fixed_dictionaries({"node": ids, "column": words}), max_size=2),
        "split": st.sampled_from([0.0, 0.5]),
    },
)


def _hostile(name: str, main: Any, others: list[Any], training: Any) -> Document:
    others = [other for other in others if other["id"] != "main"]
    raw = {"version": 1, "name": name, "graphs": [{**main, "id": "main"}, *others]}
    document = validate_document({**raw, "training": training})
    assert isinstance(document, Document), document
    return document


hostile_documents = st.builds(
    _hostile,
    words,
    graphs,
    st.lists(graphs, max_size=3, unique_by=lambda graph: str(graph["id"])),
    trainings,
)

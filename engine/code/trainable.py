"""A document as the source that trains it on an engine with Keras 2.3.1, in an old interpreter.

It has no data, and does not train: the process that runs it (engine/legacy/worker.py) calls its
functions.
"""

from collections.abc import Mapping

from engine.code.forms import module_text
from engine.code.lines.arguments import Notes
from engine.code.program import Program, build_program, model_function, submodels
from engine.code.scripts.callbacks import callbacks
from engine.code.scripts.training import compiling, make_plan
from engine.code.syntax.tree import Function, Return
from engine.code.targets import get
from engine.data.catalogue import DataSets
from engine.data.defaults import Chosen
from engine.document import Document, Graph
from engine.graph.kinds import is_op
from engine.graph.names import layer_names
from engine.problems.render import ENGLISH

STYLE = "keras-2"


def trainable(document: Document, data: DataSets, chosen: Mapping[str, Chosen]) -> str:
    """Return source that defines `build_model`, `compile_model` and `create_callbacks`.

    `chosen` are the losses and metrics of the outputs, by node. All layers are named like those
    of engine.keras.build, by which weights find them. `document` has nothing that Keras 2.3.1
    lacks (engine.graph.keras2, engine.data.keras2).
    """
    program = build_program(_named(document), get(STYLE), data, ENGLISH)
    text, _ = module_text(
        program,
        [
            *submodels(program),
            *model_function(program),
            _compiling(program, chosen),
            _callbacks(program),
        ],
    )
    return text


def _named(document: Document) -> Document:
    """Give each layer its name, which the code leaves to Keras otherwise."""
    graphs = tuple(map(_named_layers, document.graphs))
    return document.model_copy(update={"graphs": graphs})


def _named_layers(graph: Graph) -> Graph:
    names = layer_names(graph)
    nodes = tuple(
        node if node.shares or is_op(node) else node.model_copy(update={"name": names[node.id]})
        for node in graph.nodes
    )
    return graph.model_copy(update={"nodes": nodes})


def _compiling(program: Program, chosen: Mapping[str, Chosen]) -> Function:
    plan = make_plan(program)
    plan.chosen = {program.main.names[node]: choice for node, choice in chosen.items()}
    return Function("compile_model", tuple(compiling(plan)), (("model", "", None),), typed=False)


def _callbacks(program: Program) -> Function:
    made = Return(callbacks(program, Notes()))
    return Function("create_callbacks", (made,), typed=False)

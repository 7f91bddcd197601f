"""Calls of `layer.adapt(…)`, for layers that learn from the data before training."""

from collections.abc import Iterator

from engine.code import targets
from engine.code.scripts.training import Plan
from engine.code.syntax.tree import (
    Attribute,
    Call,
    Do,
    Expression,
    Item,
    Literal,
    Path,
    Statement,
    Variable,
)
from engine.graph.adaptable import learns

MODEL, TRAINED = Variable("model"), Variable("x_train")
INPUTS = Attribute(MODEL, "inputs")


def adapting(plan: Plan) -> Iterator[Statement]:
    """Adapt each layer that has to, with the training rows as they arrive at its input."""
    flow = plan.program.main
    for key in flow.order:
        written = flow.written[key]
        if written.owner.id != key or learns(written.owner) is None or not written.tensors:
            continue
        source, _ = written.tensors[0]
        layer = _layer(flow.names[key])
        rows = _rows(plan, flow.names[source])
        if not flow.written[source].is_input:
            upstream = Call(Path(targets.MODEL), (INPUTS, Attribute(layer, "input")))
            rows = Call(Attribute(upstream, "predict"), (TRAINED,))
        yield Do(Call(Attribute(layer, "adapt"), (rows,)))


def _rows(plan: Plan, name: str) -> Expression:
    return Item(TRAINED, Literal(name)) if len(plan.inputs) > 1 else TRAINED


def _layer(name: str) -> Expression:
    return Call(Attribute(MODEL, "get_layer"), (Literal(name),))

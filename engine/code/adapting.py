"""What a script does for layers that learn from the data before training: `layer.adapt(…)`."""

from collections.abc import Iterator

from engine.code import targets
from engine.code.training import Plan
from engine.code.tree import (
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


def adapting(found: Plan) -> Iterator[Statement]:
    """Show each layer that has to learn the rows of the training as they come to it."""
    flow = found.made.main
    for key in flow.order:
        written = flow.written[key]
        if written.owner.id != key or learns(written.owner) is None or not written.tensors:
            continue
        source, _ = written.tensors[0]
        layer = _layer(flow.names[key])
        given = _rows(found, flow.names[source])
        if not flow.written[source].is_input:
            reaching = Call(Path(targets.MODEL), (INPUTS, Attribute(layer, "input")))
            given = Call(Attribute(reaching, "predict"), (TRAINED,))
        yield Do(Call(Attribute(layer, "adapt"), (given,)))


def _rows(found: Plan, name: str) -> Expression:
    return Item(TRAINED, Literal(name)) if len(found.inputs) > 1 else TRAINED


def _layer(name: str) -> Expression:
    return Call(Attribute(MODEL, "get_layer"), (Literal(name),))

"""Recurrent layers of PyTorch."""

from engine.code.modules.building import call as make
from engine.code.modules.building import group, invoke, item, method
from engine.code.modules.layout import channels_last
from engine.code.modules.resolved import Recurrence, recurrence
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, one, refusal
from engine.code.tree import Assign, Expression, Variable
from engine.values import Json

_CLASSES = {"LSTM": "torch.nn.LSTM", "GRU": "torch.nn.GRU", "SimpleRNN": "torch.nn.RNN"}
_MERGES = {"sum": "sum", "ave": "mean", "mul": "prod"}


def _layer(found: Recurrence) -> Expression:
    options: dict[str, Json] = {"batch_first": True}
    if found.kind == "SimpleRNN" and found.activation == "relu":
        options["nonlinearity"] = "relu"
    elif found.activation != "tanh":
        raise refusal("activation", found.activation)
    if found.gate != "sigmoid":
        raise refusal("recurrent_activation", found.gate)
    if found.both:
        options["bidirectional"] = True
    if not found.bias:
        options["bias"] = False
    return make(_CLASSES[found.kind], found.features, found.units, **options)


def _recurrent(call: LayerCall) -> Lines:
    found = recurrence(call)
    layer = _layer(found)
    tensor = channels_last(call).value
    values = [method(tensor, "flip", 1) if found.backwards else tensor]
    if initial := call.inputs.get("initial_state"):
        states = [item(state.value, "None") for state in initial]
        values.append(group(*states) if found.kind == "LSTM" else states[0])
    computed = invoke(call.attribute, *values)
    if not found.states:
        return one(_output(call, found, item(computed, 0)), layer)
    steps, last = call.variable("sequence"), call.variable("states")
    output = _output(call, found, Variable(steps))
    kinds: list[Expression] = [Variable(last)]
    if found.kind == "LSTM":
        kinds = [item(Variable(last), index) for index in range(2)]
    ends = [Tensor(item(kind, 0), (found.units,)) for kind in kinds]
    return Lines((output, *ends), layer, before=(Assign((steps, last), computed),))


def _output(call: LayerCall, found: Recurrence, steps: Expression) -> Tensor:
    """The outputs of all steps, or of the last one."""
    length = call.tensor.shape[0]
    if found.sequences:
        return Tensor(steps, (length, found.width))
    return Tensor(item(steps, ":, -1"), (found.width,))


def _bidirectional(call: LayerCall) -> Lines:
    found = recurrence(call)
    if found.backwards or found.states or found.merge is None:
        raise refusal("layer", found.kind)
    layer, tensor = _layer(found), channels_last(call)
    computed = invoke(call.attribute, tensor.value)
    if found.sequences:
        value: Expression = item(computed, 0)
        if found.merge in _MERGES:
            parts = method(value, "unflatten", -1, [2, found.units])
            value = method(parts, _MERGES[found.merge], -2)
        return one(Tensor(value, (tensor.shape[0], found.width)), layer)
    last = item(computed, 1)  # the last state of each direction
    last = item(last, 0) if found.kind == "LSTM" else last
    if found.merge in _MERGES:
        return one(Tensor(method(last, _MERGES[found.merge], 0), (found.width,)), layer)
    joined = method(method(last, "movedim", 0, 1), "flatten", 1)
    return one(Tensor(joined, (found.width,)), layer)


WRITERS: dict[str, Writer] = {
    **dict.fromkeys(_CLASSES, _recurrent),
    "Bidirectional": _bidirectional,
}

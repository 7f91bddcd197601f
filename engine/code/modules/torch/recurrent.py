"""Recurrent layers of PyTorch."""

from engine.code.modules.building import call as make
from engine.code.modules.building import group, invoke, item, method
from engine.code.modules.layout import channels_last
from engine.code.modules.masking import mask_of_steps, passing, refuse_states, run_masked
from engine.code.modules.resolved import Recurrence, recurrence
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, refusal, single
from engine.code.syntax.tree import Assign, Call, Expression, Variable
from engine.values import Json

_CLASSES = {"LSTM": "torch.nn.LSTM", "GRU": "torch.nn.GRU", "SimpleRNN": "torch.nn.RNN"}
_MERGES = {"sum": "sum", "ave": "mean", "mul": "prod"}


def _layer(spec: Recurrence) -> Expression:
    options: dict[str, Json] = {"batch_first": True}
    if spec.kind == "SimpleRNN" and spec.activation == "relu":
        options["nonlinearity"] = "relu"
    elif spec.activation != "tanh":
        raise refusal("activation", spec.activation)
    if spec.gate != "sigmoid":
        raise refusal("recurrent_activation", spec.gate)
    if spec.both:
        options["bidirectional"] = True
    if not spec.bias:
        options["bias"] = False
    return make(_CLASSES[spec.kind], spec.features, spec.units, **options)


def _recurrent(call: LayerCall) -> Lines:
    spec = recurrence(call)
    layer = _layer(spec)
    tensor = channels_last(call).value
    refuse_states(call)
    values = [method(tensor, "flip", 1) if spec.backwards else tensor]
    if initial := call.inputs.get("initial_state"):
        states = [item(state.value, "None") for state in initial]
        values.append(group(*states) if spec.kind == "LSTM" else states[0])
    computed = invoke(call.attribute, *values)
    if mask := mask_of_steps(call):
        mask = method(mask, "flip", 1) if spec.backwards else mask
        computed = run_masked(call.attribute, values[0], mask)
    if not spec.states:
        return passing(call, single(_output(call, spec, item(computed, 0)), layer))
    steps, last = call.variable("sequence"), call.variable("states")
    output = _output(call, spec, Variable(steps))
    kinds: list[Expression] = [Variable(last)]
    if spec.kind == "LSTM":
        kinds = [item(Variable(last), index) for index in range(2)]
    ends = [Tensor(item(kind, 0), (spec.units,)) for kind in kinds]
    before = (Assign((steps, last), computed),)
    return passing(call, Lines((output, *ends), layer, before=before))


def _output(call: LayerCall, spec: Recurrence, steps: Expression) -> Tensor:
    """The outputs of all steps, or of the last one."""
    length = call.tensor.shape[0]
    if spec.sequences:
        return Tensor(steps, (length, spec.width))
    return Tensor(item(steps, ":, -1"), (spec.width,))


def _bidirectional(call: LayerCall) -> Lines:
    spec = recurrence(call)
    if spec.backwards or spec.states or spec.merge is None:
        raise refusal("layer", spec.kind)
    layer, tensor = _layer(spec), channels_last(call)
    computed = invoke(call.attribute, tensor.value)
    if tensor.mask:
        computed = run_masked(call.attribute, tensor.value, tensor.mask)
    return passing(call, _merged(spec, tensor, layer, computed))


def _merged(spec: Recurrence, tensor: Tensor, layer: Expression, computed: Call) -> Lines:
    """Join the outputs of both directions."""
    if spec.sequences:
        value: Expression = item(computed, 0)
        if spec.merge in _MERGES:
            parts = method(value, "unflatten", -1, [2, spec.units])
            value = method(parts, _MERGES[spec.merge], -2)
        return single(Tensor(value, (tensor.shape[0], spec.width)), layer)
    last = item(computed, 1)  # the last state of each direction
    last = item(last, 0) if spec.kind == "LSTM" else last
    if spec.merge in _MERGES:
        return single(Tensor(method(last, _MERGES[spec.merge], 0), (spec.width,)), layer)
    joined = method(method(last, "movedim", 0, 1), "flatten", 1)
    return single(Tensor(joined, (spec.width,)), layer)


WRITERS: dict[str, Writer] = {
    **dict.fromkeys(_CLASSES, _recurrent),
    "Bidirectional": _bidirectional,
}

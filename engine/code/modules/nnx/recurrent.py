"""Recurrent layers of Flax."""

from dataclasses import replace

from engine.code.modules.building import Operand, call, group, invoke, item
from engine.code.modules.masking import counted, mask_of_steps, passing, refuse_states, run_masked
from engine.code.modules.nnx.layers import make
from engine.code.modules.resolved import Recurrence, recurrence
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, refusal, single
from engine.code.syntax.tree import Assign, Call, Expression, Literal, Path, Variable

_CELLS = {"LSTM": "OptimizedLSTMCell", "SimpleRNN": "SimpleCell"}
_MERGES = {"concat": "", "sum": "add", "mul": "multiply"}


def _cell(layer_call: LayerCall, spec: Recurrence) -> Call:
    if not spec.bias:
        raise refusal("use_bias", False)
    options: dict[str, Operand] = {}
    functions = [("activation", spec.activation, "tanh", "activation_fn")]
    if spec.kind != "SimpleRNN":
        functions.append(("recurrent_activation", spec.gate, "sigmoid", "gate_fn"))
    for param, name, usual, argument in functions:
        if name == usual:
            continue
        path = layer_call.dialect.functions.get(name)
        if path is None or name in layer_call.dialect.options:
            raise refusal(param, name)
        options[argument] = Path(path)
    if spec.kind == "GRU":  # our own class: that of Flax has no bias for the recurrent kernel
        cell = make("GRUCell", spec.features, spec.units, **options)
        return replace(cell, function=Variable("GRUCell"))
    return make(_CELLS[spec.kind], spec.features, spec.units, **options)


def _recurrent(layer_call: LayerCall) -> Lines:
    spec = recurrence(layer_call)
    refuse_states(layer_call)
    masked = mask_of_steps(layer_call) is not None
    more: dict[str, Operand] = {"reverse": True} if spec.backwards and not masked else {}
    layer = call("flax.nnx.RNN", _cell(layer_call, spec), **more)
    keywords: list[tuple[str, Expression]] = []
    if initial := layer_call.inputs.get("initial_state"):
        states = [state.value for state in initial]
        carry = group(*reversed(states)) if spec.kind == "LSTM" else states[0]
        keywords.append(("initial_carry", carry))
    if not spec.states:
        computed = _computed(layer_call, spec, keywords)
        return passing(layer_call, single(_output(layer_call, spec, computed), layer))
    keywords.append(("return_carry", Literal(True)))
    computed = _computed(layer_call, spec, keywords)
    last, steps = layer_call.variable("carry"), layer_call.variable("sequence")
    carries: list[Expression] = [Variable(last)]
    if spec.kind == "LSTM":  # Flax has the cell's state first
        carries = [item(Variable(last), index) for index in (1, 0)]
    ends = [Tensor(state, (spec.units,)) for state in carries]
    output = _output(layer_call, spec, Variable(steps))
    before = (Assign((last, steps), computed),)
    return passing(layer_call, Lines((output, *ends), layer, before=before))


def _computed(
    layer_call: LayerCall, spec: Recurrence, keywords: list[tuple[str, Expression]]
) -> Expression:
    """The outputs of all steps, after the states if the keywords ask for these."""
    value, mask = layer_call.tensor.value, mask_of_steps(layer_call)
    if mask is None:
        return Call(layer_call.attribute, (value,), tuple(keywords))
    if spec.backwards:
        value, mask = item(value, ":, ::-1"), item(mask, ":, ::-1")
    computed = run_masked(layer_call.attribute, value, mask)
    return computed if keywords else item(computed, 1)


def _output(layer_call: LayerCall, spec: Recurrence, steps: Expression) -> Tensor:
    """The outputs of all steps, or of the last one."""
    if spec.sequences:
        return Tensor(steps, (layer_call.tensor.shape[0], spec.width))
    return Tensor(item(steps, ":, -1"), (spec.width,))


def _bidirectional(layer_call: LayerCall) -> Lines:
    spec = recurrence(layer_call)
    if spec.backwards or spec.states:
        raise refusal("layer", spec.kind)
    if spec.merge not in _MERGES:
        raise refusal("merge_mode", spec.merge)
    merge: dict[str, Operand] = {}
    if _MERGES[spec.merge]:
        merge["merge_fn"] = Path(f"jax.numpy.{_MERGES[spec.merge]}")
    directions = [call("flax.nnx.RNN", _cell(layer_call, spec)) for _ in range(2)]
    layer = call("flax.nnx.Bidirectional", *directions, **merge)
    computed: Expression = invoke(layer_call.attribute, layer_call.tensor.value)
    if mask := layer_call.tensor.mask:
        computed = item(run_masked(layer_call.attribute, layer_call.tensor.value, mask), 1)
        computed = counted(computed, mask) if spec.sequences else computed
    if spec.sequences:
        return passing(
            layer_call, single(Tensor(computed, (layer_call.tensor.shape[0], spec.width)), layer)
        )
    if spec.merge != "concat":
        raise refusal("merge_mode", spec.merge)
    steps = layer_call.variable("sequence")
    # The backward direction ends at the first step.
    ends = [
        item(Variable(steps), f":, -1, :{spec.units}"),
        item(Variable(steps), f":, 0, {spec.units}:"),
    ]
    value = call("jax.numpy.concatenate", group(*ends), axis=-1)
    before = (Assign((steps,), computed),)
    return passing(layer_call, Lines((Tensor(value, (spec.width,)),), layer, before=before))


WRITERS: dict[str, Writer] = {
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN"), _recurrent),
    "Bidirectional": _bidirectional,
}

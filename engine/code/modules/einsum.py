"""The sizes of an EinsumDense, as Keras finds them from its equation: the same for every library.

See keras.layers.EinsumDense: `...` stands for axes that the kernel does not touch, on the left
with the batch, on the right after the named axes.
"""

from dataclasses import dataclass

from engine.code.modules.geometry import known
from engine.code.modules.resolved import number
from engine.code.modules.tensors import LayerCall, Shape, refusal

DOTS = "..."


@dataclass(frozen=True)
class Einsum:
    """An equation with the shapes of its kernel and its bias, and that of the result."""

    equation: str
    kernel: tuple[int, ...]
    bias: tuple[int, ...] | None
    shape: Shape


def einsum(call: LayerCall) -> Einsum:
    """Resolve an EinsumDense. Raises RefusedError for an equation without an arrow, for example."""
    equation = "".join(str(call["equation"]).split())
    operands, arrow, after = equation.partition("->")
    before, comma, kernel = operands.partition(",")
    if not (arrow and comma) or DOTS in kernel or (DOTS in before) != (DOTS in after):
        raise refusal("equation", equation)
    axes: Shape = (None, *call.tensor.shape)
    inputs, outputs = before.replace(DOTS, ""), after.replace(DOTS, "")
    elided, left = len(axes) - len(inputs), before.startswith(DOTS)
    if elided < 0 or (elided and DOTS not in before) or left != after.startswith(DOTS):
        raise refusal("equation", equation)
    lengths = dict(zip(inputs, axes[elided if left else 0 :], strict=False))
    sizes = _output_sizes(call, outputs if left else outputs[1:], lengths)
    free = axes[1:elided] if left else axes[len(inputs) :]
    return Einsum(
        equation,
        tuple(known({**lengths, **sizes}.get(label)) for label in kernel),
        _bias(call, outputs, sizes, 0 if left else elided),
        (*free, *sizes.values()) if left else (*sizes.values(), *free),
    )


def _output_sizes(
    call: LayerCall, labels: str, lengths: dict[str, int | None]
) -> dict[str, int | None]:
    """The lengths of the axes that `output_shape` names; None there is that of the input."""
    given = call["output_shape"]
    values = given if isinstance(given, list) else [given]
    if len(values) != len(labels) or len(set(labels)) != len(labels):
        raise refusal("output_shape", given)
    pairs = zip(labels, values, strict=True)
    return {label: lengths.get(label) if n is None else number(n) for label, n in pairs}


def _bias(
    call: LayerCall, outputs: str, sizes: dict[str, int | None], after: int
) -> tuple[int, ...] | None:
    """The shape of the bias: it begins at the first axis that it has, and is 1 along others."""
    axes = call["bias_axes"]
    if not axes:
        return None
    axes = str(axes)
    if not set(axes) <= set(outputs) & set(sizes):
        raise refusal("bias_axes", axes)
    labels = outputs[min(map(outputs.index, axes)) :]
    return (*(known(sizes[label]) if label in axes else 1 for label in labels), *(1,) * after)

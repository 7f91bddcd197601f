"""What a call of a layer costs: multiply-adds, and the bytes of what it hands on.

A multiply-add is one multiplication whose product is added to others: what matrix products and
convolutions are made of, and what papers count (He et al., 2015: 3.8 · 10⁹ for ResNet50; some
call two of them "FLOPs"). What is done to each value alone (activations, normalization at rest)
is not counted, as is custom. Counts are those of inference, for one example.

They are read off the program that JAX makes of the layer's own `call` on abstract values, so
that no layer needs a rule of its own. Layers that use one kernel at each place of their output
would say the same, a millisecond later each: for these it is said at once (and tests compare).
"""

from collections.abc import Mapping
from math import prod
from typing import Any

import jax
import keras
from jax.extend.core import jaxprs_in_params
from keras.src.layers.merging.base_merge import Merge

from engine.catalogue import traits_of
from engine.check.computability import is_input_error, needs_trace, require_equal_shapes
from engine.keras.build import Op

BATCH = 13
"""Examples in a traced batch: a number that is seldom the length of another axis."""


class UnknownError(Exception):
    """What is counted depends on values, not on shapes."""


def multiply_adds(
    layer: Any, tensors: Mapping[str, Any], outputs: Any, *, shared: bool = False
) -> int | None:
    """Return the multiply-adds of one call for one example; None when they can't be known.

    `tensors` are the symbolic arguments of the call by name, the first given by position;
    `outputs` are the outputs. None if an axis other than the first is unknown. Raises Keras's
    exception if the call had to be traced and fails; a `shared` layer was built for another call.
    """
    given = [one for one in keras.tree.flatten(dict(tensors)) if isinstance(one, keras.KerasTensor)]
    must_trace = needs_trace(layer, shared=shared)
    if not must_trace and not _contracts(layer, given):
        return 0
    if any(None in one.shape[1:] for one in given):
        return None
    rows = {one.shape[0] for one in given if one.shape and one.shape[0]}
    batch = rows.pop() if len(rows) == 1 else BATCH
    try:
        if traits_of(type(layer).__name__).one_kernel and not shared:
            # `kernel` itself is computed where LoRA is on: gigabytes, for its shape alone.
            return _by_kernel(layer._kernel.shape, outputs[0].shape)
        if isinstance(layer, keras.layers.TimeDistributed):
            return _at_each_step(layer, given[0], shared=shared)
        program = traced(layer, tensors, batch)
        if must_trace:
            require_equal_shapes(program.out_avals, outputs)
        return counted(program) // batch
    except UnknownError:
        return None
    except Exception as error:
        if must_trace and is_input_error(error):
            raise
        return None  # what JAX can't trace has no known cost, and no other fault


def _contracts(layer: Any, given: list[Any]) -> bool:
    """Whether there are two things to multiply: a kernel and a tensor, or two tensors."""
    if isinstance(layer, Op):
        return len(given) > 1
    if isinstance(layer, Merge) and not isinstance(layer, keras.layers.Dot):
        return False  # sums, products and the like of single values, or no sums at all
    return len(given) > 1 or any(len(weight.shape) > 1 for weight in layer.weights)


def _by_kernel(kernel: tuple[int, ...], output: tuple[int, ...]) -> int:
    """Each value of the kernel is used once at each place of the output."""
    return prod(kernel) * prod(output[1:]) // kernel[-1]


def _at_each_step(layer: Any, tensor: Any, *, shared: bool) -> int | None:
    """Every step costs what the first one does: Keras would trace them one by one."""
    shape = (tensor.shape[0], *tensor.shape[2:])
    output = keras.KerasTensor(layer.layer.compute_output_shape(shape))
    first = keras.KerasTensor(shape, dtype=tensor.dtype)
    each = multiply_adds(layer.layer, {"inputs": first}, [output], shared=shared)
    return None if each is None else int(tensor.shape[1]) * each


def traced(layer: Any, tensors: Mapping[str, Any], batch: int) -> Any:
    """Return JAX's program of one call. Raises whatever Keras and JAX raise."""
    for inner in [] if isinstance(layer, Op) else layer._flatten_layers():
        if getattr(inner, "unroll", False):
            inner.unroll = False  # a loop costs the same, and is traced once
    variables = [] if isinstance(layer, Op) else layer.variables
    values = [jax.ShapeDtypeStruct(one.shape, one.dtype) for one in variables]

    def call(state: Any, given: Any) -> Any:
        with keras.StatelessScope(state_mapping=list(zip(variables, state, strict=True))):
            if isinstance(layer, Op):
                return layer({**tensors, **given})
            first, *rest = {**tensors, **given}.items()
            return layer(first[1], **dict(rest))

    abstract = {key: _abstract(value, batch) for key, value in tensors.items() if _is_tensor(value)}
    return jax.make_jaxpr(call)(values, abstract).jaxpr


def _is_tensor(value: Any) -> bool:
    return any(isinstance(one, keras.KerasTensor) for one in keras.tree.flatten(value))


def _abstract(value: Any, batch: int) -> Any:
    def abstract(tensor: Any) -> Any:
        shape = (tensor.shape[0] or batch, *tensor.shape[1:]) if tensor.shape else ()
        return jax.ShapeDtypeStruct(shape, tensor.dtype)

    return keras.tree.map_structure(abstract, value)


def counted(program: Any) -> int:
    """Return the multiply-adds in JAX's program. Raises UnknownError."""
    return sum(_equation(one) for one in program.eqns)


def _equation(equation: Any) -> int:
    match equation.primitive.name:
        case "dot_general":
            (left, _), _ = equation.params["dimension_numbers"]
            shape: tuple[int, ...] = equation.invars[0].aval.shape
            return _size(equation.outvars[0]) * int(prod(shape[axis] for axis in left))
        case "conv_general_dilated":
            return _convolution(equation)
        case "while":
            raise UnknownError("how often a loop runs depends on values")
        case "scan":
            return int(equation.params["length"]) * counted(equation.params["jaxpr"].jaxpr)
        case "cond":
            return max(counted(branch.jaxpr) for branch in equation.params["branches"])
        case _:
            return sum(counted(inner) for inner in jaxprs_in_params(equation.params))


def _convolution(equation: Any) -> int:
    """Each tap of the kernel at each place; the zeros between a transposed one's rows aside."""
    kernel: tuple[int, ...] = equation.invars[1].aval.shape
    numbers = equation.params["dimension_numbers"]
    if prod(equation.params["lhs_dilation"]) == 1:
        return _size(equation.outvars[0]) * prod(kernel) // int(kernel[numbers.rhs_spec[0]])
    image: tuple[int, ...] = equation.invars[0].aval.shape
    batch, _, *space = numbers.lhs_spec
    places = prod(image[axis] for axis in (batch, *space))
    return int(places) * prod(kernel)


def _size(variable: Any) -> int:
    shape: tuple[int, ...] = variable.aval.shape
    return prod(shape)

"""The cost of a layer call in multiply-adds.

A multiply-add is one multiplication whose product is added to a sum, the unit of matrix products
and convolutions, and of the counts in papers (He et al., 2015: 3.8 · 10⁹ for ResNet50; some
count each as two FLOPs). Elementwise work (activations, normalization in inference) is not
counted, as is usual. Counts are those of inference, for one example.

They are counted in the program to which JAX traces the layer's `call` with abstract values, so
that no layer needs its own rule. For layers that apply one kernel at each output position, a
formula gives the same count and saves a millisecond each (tests compare the two).
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
"""Examples in a traced batch: a number that is rarely the length of another axis."""


class UnknownError(Exception):
    """The cost depends on values, not only on shapes."""


def multiply_adds(
    layer: Any, tensors: Mapping[str, Any], outputs: Any, *, shared: bool = False
) -> int | None:
    """Return the multiply-adds of one call for one example.

    None if the cost is unknown, as it is if an axis other than the first is unknown. `tensors`
    are the symbolic arguments by name, of which the first is passed by position; `outputs` are
    the symbolic outputs; a `shared` layer was built for another call. Raises Keras's exception if
    the call had to be traced and fails.
    """
    values = keras.tree.flatten(dict(tensors))
    inputs = [value for value in values if isinstance(value, keras.KerasTensor)]
    must_trace = needs_trace(layer, shared=shared)
    if not must_trace and not _contracts(layer, inputs):
        return 0
    if any(None in tensor.shape[1:] for tensor in inputs):
        return None
    batches = {tensor.shape[0] for tensor in inputs if tensor.shape and tensor.shape[0]}
    batch = batches.pop() if len(batches) == 1 else BATCH
    try:
        if traits_of(type(layer).__name__).one_kernel and not shared:
            # With LoRA, `kernel` is computed: gigabytes, only for its shape.
            return _by_kernel(layer._kernel.shape, outputs[0].shape)
        if isinstance(layer, keras.layers.TimeDistributed):
            return _at_each_step(layer, inputs[0], shared=shared)
        program = traced(layer, tensors, batch)
        if must_trace:
            require_equal_shapes(program.out_avals, outputs)
        return counted(program) // batch
    except UnknownError:
        return None
    except Exception as error:
        if must_trace and is_input_error(error):
            raise
        return None  # a call that JAX can't trace may be valid, with unknown cost


def _contracts(layer: Any, inputs: list[Any]) -> bool:
    """Whether there are two factors: a kernel and a tensor, or two tensors."""
    if isinstance(layer, Op):
        return len(inputs) > 1
    if isinstance(layer, Merge) and not isinstance(layer, keras.layers.Dot):
        return False  # elementwise, or without sums
    return len(inputs) > 1 or any(len(weight.shape) > 1 for weight in layer.weights)


def _by_kernel(kernel: tuple[int, ...], output: tuple[int, ...]) -> int:
    """Use each value of the kernel once at each position of the output."""
    return prod(kernel) * prod(output[1:]) // kernel[-1]


def _at_each_step(layer: Any, tensor: Any, *, shared: bool) -> int | None:
    """Multiply the cost of the first step: Keras would trace all steps one by one."""
    shape = (tensor.shape[0], *tensor.shape[2:])
    output = keras.KerasTensor(layer.layer.compute_output_shape(shape))
    first = keras.KerasTensor(shape, dtype=tensor.dtype)
    step = multiply_adds(layer.layer, {"inputs": first}, [output], shared=shared)
    return None if step is None else int(tensor.shape[1]) * step


def traced(layer: Any, tensors: Mapping[str, Any], batch: int) -> Any:
    """Trace one call to a JAX program; raise whatever Keras and JAX raise."""
    for inner in [] if isinstance(layer, Op) else layer._flatten_layers():
        if getattr(inner, "unroll", False):
            inner.unroll = False  # a loop has the same cost, and its body is traced once
    variables = [] if isinstance(layer, Op) else layer.variables
    values = [jax.ShapeDtypeStruct(variable.shape, variable.dtype) for variable in variables]

    def call(state: Any, arguments: Any) -> Any:
        with keras.StatelessScope(state_mapping=list(zip(variables, state, strict=True))):
            if isinstance(layer, Op):
                return layer({**tensors, **arguments})
            first, *rest = {**tensors, **arguments}.items()
            return layer(first[1], **dict(rest))

    abstract = {key: _abstract(value, batch) for key, value in tensors.items() if _is_tensor(value)}
    return jax.make_jaxpr(call)(values, abstract).jaxpr


def _is_tensor(value: Any) -> bool:
    return any(isinstance(leaf, keras.KerasTensor) for leaf in keras.tree.flatten(value))


def _abstract(value: Any, batch: int) -> Any:
    def abstract(tensor: Any) -> Any:
        shape = (tensor.shape[0] or batch, *tensor.shape[1:]) if tensor.shape else ()
        return jax.ShapeDtypeStruct(shape, tensor.dtype)

    return keras.tree.map_structure(abstract, value)


def counted(program: Any) -> int:
    """Return the multiply-adds in a JAX program. Raises UnknownError."""
    return sum(_equation(equation) for equation in program.eqns)


def _equation(equation: Any) -> int:
    match equation.primitive.name:
        case "dot_general":
            (left, _), _ = equation.params["dimension_numbers"]
            shape: tuple[int, ...] = equation.invars[0].aval.shape
            return _size(equation.outvars[0]) * int(prod(shape[axis] for axis in left))
        case "conv_general_dilated":
            return _convolution(equation)
        case "while":
            raise UnknownError("the number of iterations depends on values")
        case "scan":
            return int(equation.params["length"]) * counted(equation.params["jaxpr"].jaxpr)
        case "cond":
            return max(counted(branch.jaxpr) for branch in equation.params["branches"])
        case _:
            return sum(counted(inner) for inner in jaxprs_in_params(equation.params))


def _convolution(equation: Any) -> int:
    """Count kernel values by output positions, without the zeros of a transposed convolution."""
    kernel: tuple[int, ...] = equation.invars[1].aval.shape
    numbers = equation.params["dimension_numbers"]
    if prod(equation.params["lhs_dilation"]) == 1:
        return _size(equation.outvars[0]) * prod(kernel) // int(kernel[numbers.rhs_spec[0]])
    image: tuple[int, ...] = equation.invars[0].aval.shape
    batch, _, *space = numbers.lhs_spec
    positions = prod(image[axis] for axis in (batch, *space))
    return int(positions) * prod(kernel)


def _size(variable: Any) -> int:
    shape: tuple[int, ...] = variable.aval.shape
    return prod(shape)

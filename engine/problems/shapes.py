"""Words for tensors that do not fit, in the place of Keras's own."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.document import Edge
from engine.problems import Fix, Problem
from engine.problems.graphs import called

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class Wire:
    """A tensor that comes in: from where, over which wire, at which port, and its shape."""

    source: str
    edge: Edge
    shape: Shape

    @property
    def gives(self) -> str:
        """“join” gives (batch, 8, 8, 32)"""
        return f"{called(self.source)} gives {spoken(self.shape)}"


@dataclass(frozen=True)
class Spot:
    """Where a problem with shapes is: the node, what messages call it, and what comes in."""

    graph: str
    node: str
    name: str
    layer: str
    wires: tuple[Wire, ...]
    detail: str

    @property
    def gives(self) -> str:
        """What comes in, in words; of many wires the first four."""
        *most, last = [wire.gives for wire in self.wires[:4]]
        return f"{', '.join(most)} and {last}" if most else last


def spoken(shape: Shape) -> str:
    """A shape in words: (batch, 8, 8, 32); an open axis is “?”."""
    if not shape:
        return "()"
    axes = ["?" if axis is None else str(axis) for axis in shape]
    if shape[0] is None:
        axes[0] = "batch"
    return f"({', '.join(axes)})"


def problem(spot: Spot, code: str, message: str, **more: object) -> Problem:
    """A problem at a spot; the wire is named when only one can be meant."""
    fields: dict[str, object] = {
        "code": code,
        "message": message,
        "graph": spot.graph,
        "node": spot.node,
        "detail": spot.detail,
    }
    if len(spot.wires) == 1:
        fields["edge"] = spot.wires[0].edge.id
    return Problem.model_validate(fields | more)


NEEDS = {
    1: ("a single value", "(batch)"),
    2: ("a list of values", "(batch, features)"),
    3: ("a sequence", "(batch, timesteps, features)"),
    4: ("an image", "(batch, height, width, channels)"),
    5: ("a volume", "(batch, depth, height, width, channels)"),
}
"""What tensors of each rank are, for most layers."""

LIST = 2

NEEDS_OF = {
    "ConvLSTM1D": ("a sequence of sequences", "(batch, time, steps, channels)"),
    "ConvLSTM2D": ("a sequence of images", "(batch, time, height, width, channels)"),
    "ConvLSTM3D": ("a sequence of volumes", "(batch, time, depth, height, width, channels)"),
}


def wrong_rank(spot: Spot, wire: Wire, rank: int, least: bool, fix: Fix | None) -> Problem:
    """A tensor with too many or too few axes."""
    what, axes = NEEDS_OF.get(spot.layer) or NEEDS.get(rank) or (f"{rank} axes", f"{rank} axes")
    least_words = " or more axes" if least and rank == LIST else ""
    return problem(
        spot,
        "wrong_rank",
        f"{spot.layer} needs {what}. It takes {axes}{least_words}; {wire.gives}.",
        edge=wire.edge.id,
        port=wire.edge.target_port,
        hint=_rank_hint(len(wire.shape), rank),
        fix=fix,
    )


def _rank_hint(came: int, needed: int) -> str:
    if came > needed:
        return "Take axes away first: Flatten, Reshape or a global pooling do."
    return "Add the missing axis with Reshape, or give the Input another shape."


def shapes_differ(spot: Spot, fix: Fix | None) -> Problem:
    """Tensors that should be merged value by value, but are not of one shape."""
    return problem(
        spot,
        "shapes_differ",
        f"{spot.layer} needs inputs of the same shape; {spot.gives}.",
        hint="Give the layers before it the same size, or project one of them.",
        fix=fix,
    )


def cannot_concatenate(spot: Spot, axis: int, fix: Fix | None) -> Problem:
    """Tensors that differ in more than the axis along which they are joined."""
    ranks = {len(wire.shape) for wire in spot.wires}
    where = "the last one" if axis == -1 else f"axis {axis}"
    return problem(
        spot,
        "cannot_concatenate",
        f"{spot.layer} joins tensors that are alike in all axes but {where}; {spot.gives}.",
        hint="Flatten both first, or bring them to the same number of axes."
        if len(ranks) > 1
        else "Make the other axes equal, or join along another axis.",
        fix=fix,
    )


def cannot_broadcast(spot: Spot, fix: Fix | None) -> Problem:
    """Tensors that an operation can't bring together value by value."""
    return problem(
        spot,
        "shapes_differ",
        f"{called(spot.name)} works value by value; {spot.gives}.",
        hint="Counted from the last axis, lengths must be equal, or 1 in one of the two.",
        fix=fix,
    )


def cannot_multiply(spot: Spot) -> Problem:
    """Tensors whose product is not defined."""
    return problem(
        spot,
        "axes_differ",
        f"{called(spot.name)} needs rows as long as the columns of the second are high; "
        f"{spot.gives}.",
        hint="The last axis of the first tensor meets the last but one of the second.",
    )


def cannot_reshape(spot: Spot, target: Sequence[int], fix: Fix | None) -> Problem:
    """A target shape with another number of values than comes in."""
    wire = spot.wires[0]
    came = product(wire.shape[1:])
    wanted = product([axis for axis in target if axis != -1])
    open_axis = -1 in target
    want = f"a multiple of {wanted}" if open_axis else str(wanted)
    shape = ", ".join("?" if axis == -1 else str(axis) for axis in target)
    return problem(
        spot,
        "cannot_reshape",
        f"({shape}) holds {want} values; {wire.gives}, which are {came}.",
        param="target_shape",
        hint="The number of values must stay the same. One axis may be -1: it takes the rest.",
        fix=fix,
    )


def product(axes: Sequence[int | None]) -> int | str:
    """The number of values of a shape, or “?” when an axis is open."""
    size = 1
    for axis in axes:
        if axis is None:
            return "?"
        size *= axis
    return size


def window_too_large(spot: Spot, param: str, window: Sequence[int], fix: Fix | None) -> Problem:
    """A convolution or pooling window that is larger than what it slides over."""
    size = "×".join(str(side) for side in window)
    return problem(
        spot,
        "window_too_large",
        f"The window of {size} does not fit: {spot.wires[0].gives}.",
        param=param,
        hint="Make the window smaller, pad the borders (padding “same”), or pool less before.",
        fix=fix,
    )


def open_axis(spot: Spot, fix: Fix | None) -> Problem:
    """A layer whose weights depend on an axis of unknown length."""
    return problem(
        spot,
        "open_axis",
        f"{called(spot.name)} must know the length of the axis it works on; {spot.wires[0].gives}.",
        hint="Give the Input a whole shape, or pool the open axis away (GlobalAveragePooling).",
        fix=fix,
    )


def wrong_number_of_wires(spot: Spot, wanted: str, fix: Fix | None) -> Problem:
    """A merge that takes exactly two tensors, say."""
    return problem(
        spot,
        "wrong_number_of_wires",
        f"{spot.layer} takes {wanted}; {len(spot.wires)} {_come(len(spot.wires))} in.",
        port=spot.wires[0].edge.target_port,
        hint="Add or remove wires.",
        fix=fix,
    )


def _come(count: int) -> str:
    return "comes" if count == 1 else "come"


def axes_differ(spot: Spot, sizes: tuple[int, int], axes: tuple[int, int]) -> Problem:
    """A dot product along axes of different lengths."""
    return problem(
        spot,
        "axes_differ",
        f"Dot multiplies along axis {axes[0]} of the first tensor and axis {axes[1]} of the "
        f"second, which must be equally long; they are {sizes[0]} and {sizes[1]}.",
        param="axes",
        hint="Choose other axes (1 is the first behind the batch), or make them equally long.",
    )


def axis_outside(spot: Spot, param: str, axis: object, fix: Fix | None) -> Problem:
    """An axis that the tensor does not have."""
    wire = spot.wires[0]
    rank = len(wire.shape)
    return problem(
        spot,
        "axis_outside",
        f"{called(spot.name)} works along axis {axis}, which is not there: {wire.gives}.",
        param=param,
        hint=f"Axes go from {-rank} to {rank - 1}; axis 0 is the batch and -1 the last one.",
        fix=fix,
    )


def other_size(spot: Spot, axis: int, wanted: int, fix: Fix | None) -> Problem:
    """A shared layer, or sub-model, that was built for another number of values."""
    wire = spot.wires[0]
    return problem(
        spot,
        "other_size",
        f"{called(spot.name)} was made for {wanted} values along axis {axis}; {wire.gives}.",
        edge=wire.edge.id,
        hint="A shared layer takes the same shape at every call.",
        fix=fix,
    )


def wrong_model_input(spot: Spot, wire: Wire, wanted: Shape) -> Problem:
    """A tensor that does not fit the Input of a sub-model."""
    return problem(
        spot,
        "wrong_model_input",
        f"The sub-model of {called(spot.name)} takes {spoken(wanted)} there; {wire.gives}.",
        edge=wire.edge.id,
        port=wire.edge.target_port,
        hint="Change the shape of the Input inside it, or what comes in.",
    )


def fails_for_call(spot: Spot, path: Sequence[str], inside: Problem) -> Problem:
    """A sub-model that can't be computed for what comes in at one of its calls.

    `path` names the calls that lead from this one to the node with the problem `inside`.
    """
    calls = [called(name) for name in (spot.name, *path)]
    where = " in ".join(f"the sub-model of {name}" for name in reversed(calls))
    return problem(
        spot,
        "fails_for_call",
        f"{spot.gives}, and {where} has a problem with that: {inside.message}",
        severity=inside.severity,
        hint=inside.hint,
    )


def wrong_state(spot: Spot, wire: Wire, wanted: Shape, fix: Fix | None) -> Problem:
    """A state that a recurrent layer can't begin with."""
    return problem(
        spot,
        "wrong_state",
        f"{called(spot.name)} begins with states of {spoken(wanted)}; {wire.gives}.",
        edge=wire.edge.id,
        port=wire.edge.target_port,
        hint="A state has as many values as the layer has units.",
        fix=fix,
    )


def wrong_number_of_states(spot: Spot, wanted: int, came: int) -> Problem:
    """Fewer or more states than a recurrent layer keeps."""
    states = "one state" if wanted == 1 else f"{wanted} states"
    return problem(
        spot,
        "wrong_number_of_states",
        f"{called(spot.name)} begins with {states} at “initial_state”; {came} came.",
        port="initial_state",
        hint="An LSTM keeps two (h and c), a GRU and a SimpleRNN one, each direction its own.",
    )


def wrong_mask(spot: Spot, wire: Wire, wanted: Shape) -> Problem:
    """A mask of another size than what it is for."""
    return problem(
        spot,
        "wrong_mask",
        f"A mask of {called(spot.name)} must be {spoken(wanted)}; {wire.gives}.",
        edge=wire.edge.id,
        port=wire.edge.target_port,
        hint="A mask says for each step whether it counts.",
    )


def not_comparable(spot: Spot, query: Wire, key: Wire, fix: Fix | None) -> Problem:
    """A query and keys of different length, which attention would multiply."""
    return problem(
        spot,
        "not_comparable",
        f"{called(spot.name)} compares a query with keys of as many features; {query.gives} and "
        f"{key.gives}.",
        edge=key.edge.id,
        port=key.edge.target_port,
        hint="Project one of them with Dense, or use MultiHeadAttention, which projects both.",
        fix=fix,
    )


def wrong_equation(spot: Spot, equation: str, axes: int) -> Problem:
    """An einsum equation that speaks of another number of axes than come in."""
    wire = spot.wires[0]
    return problem(
        spot,
        "wrong_equation",
        f"The equation {equation} of {called(spot.name)} speaks of {axes} axes; {wire.gives}.",
        param="equation",
        hint="One letter for each axis, the batch too; “...” stands for any number of them.",
    )


def wrong_channels(spot: Spot) -> Problem:
    """An image without colours, for a layer that changes them."""
    return problem(
        spot,
        "wrong_channels",
        f"{spot.layer} changes colours: it needs images of three channels; {spot.gives}.",
        hint="RGB images have shape (height, width, 3).",
    )


def bad_value_of(
    spot: Spot, param: str | None, message: str, hint: str | None = None, fix: Fix | None = None
) -> Problem:
    """A value that fits its type, but not the layer."""
    return problem(spot, "bad_param", message, param=param, hint=hint, fix=fix)


def cannot_make(spot: Spot, param: str | None) -> Problem:
    """The layer itself can't be made with these parameters."""
    return problem(
        spot,
        "cannot_make",
        f"{called(spot.name)} can't be made with this value of {param}."
        if param
        else f"{called(spot.name)} can't be made with these parameters.",
        param=param,
        hint="Look at its parameters; Keras's own words are under “Why?”.",
    )


def does_not_fit(spot: Spot) -> Problem:
    """Anything else that Keras refuses."""
    return problem(
        spot,
        "does_not_fit",
        f"{called(spot.name)} can't take this: {spot.gives}.",
        hint="Keras's own words are under “Why?”.",
    )

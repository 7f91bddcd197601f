"""The ops of the palette: functions of `keras.ops` that can be placed as nodes, one line each.

THE place where an operation is added. A line is like those of `palette.py`; what it leaves
open comes from Keras's signature and docstring. In the notation of the ports

- `x=` is a tensor or a constant: it has an edge, or is a parameter of the same name,
- `xs*` takes several wires in order,
- `output#param` repeats the output: 3 times, or once more than the list [2, 5] has cuts.

Ops that call user functions, draw random numbers or fix the batch axis are left out.
"""

from engine.catalogue.entries import Traits
from engine.catalogue.palette import Line
from engine.catalogue.param_rules import (
    ANYTHING,
    AXES,
    COUNT,
    POSITIVE,
    REAL,
    SHAPE,
    TEXT,
    WHOLE,
    Rule,
    choice,
    each,
)

CATEGORY = "Operations"
PREFIX = "ops."

L = Line
PAIR = "x1= x2="

OPERATIONS: tuple[Line, ...] = (
    # Arithmetic, value by value.
    L("add", "+", inputs=PAIR, traits=Traits(merges="sum")),
    L("subtract", "−", inputs=PAIR, traits=Traits(merges="sum")),
    L("multiply", "×", inputs=PAIR, traits=Traits(merges="product")),
    L("divide", "÷", inputs=PAIR),
    L("true_divide", "÷", inputs=PAIR, about="The same as divide: what x / y makes in Python."),
    L("power", "xⁿ", inputs=PAIR),
    L("mod", inputs=PAIR),
    L("floor_divide", inputs=PAIR),
    L("maximum", inputs=PAIR, traits=Traits(merges="sum")),
    L("minimum", inputs=PAIR, traits=Traits(merges="sum")),
    L("negative", "−x"),
    L("abs", "|x", about="The values without their signs."),
    L("sign", "±"),
    L("square", "x²"),
    L("sqrt", "√x"),
    L("rsqrt"),
    L("reciprocal"),
    L("exp", "eˣ"),
    L("expm1"),
    L("log", "ln"),
    L("log1p"),
    L("sin"),
    L("cos"),
    L("tan"),
    L("sinh"),
    L("cosh"),
    L("arctan"),
    L("erf"),
    L("floor"),
    L("ceil"),
    L("round"),
    L("clip"),
    # Products.
    L("matmul", "@", inputs="x1 x2"),
    L("einsum", "Σ", inputs="operands*"),
    L("tensordot", inputs="x1 x2"),
    # Activations.
    L("relu"),
    L("relu6"),
    L("leaky_relu"),
    L("elu"),
    L("selu"),
    L("gelu"),
    L("silu"),
    L("sigmoid"),
    L("log_sigmoid"),
    L("hard_sigmoid"),
    L("hard_silu"),
    L("tanh"),
    L("softplus"),
    L("softsign"),
    L("softmax"),
    L("log_softmax"),
    L("normalize"),
    # Shapes.
    L("reshape"),
    L("transpose"),
    L("swapaxes"),
    L("moveaxis"),
    L("expand_dims"),
    L("squeeze"),
    L("concatenate", inputs="xs*"),
    L("stack", inputs="x*"),
    L("split", outputs="output#indices_or_sections"),
    L(
        "get_item",
        "x[",
        about="Takes a part of a tensor: x[key].\nThe key is written as in Python, with the batch "
        "axis first: “:, 0” is the first of each example, “..., ::2” every second value.",
    ),
    L("slice", inputs="inputs"),
    L("take", inputs="x indices="),
    L("take_along_axis", inputs="x indices"),
    L("pad"),
    L("repeat"),
    L("tile"),
    L("flip"),
    L("roll"),
    L("broadcast_to"),
    # Reductions.
    L("mean"),
    L("sum"),
    L("max"),
    L("min"),
    L("prod"),
    L("var"),
    L("std"),
    L("any"),
    L("all"),
    L("logsumexp"),
    L("argmax"),
    L("argmin"),
    L("moments", outputs="mean variance", omit="synchronized"),
    L("top_k", outputs="values indices"),
    L("sort"),
    L("argsort"),
    L("cumsum"),
    # Choices and comparisons.
    L("where", inputs="condition x1= x2="),
    L("equal", inputs=PAIR),
    L("not_equal", inputs=PAIR),
    L("greater", inputs=PAIR),
    L("greater_equal", inputs=PAIR),
    L("less", inputs=PAIR),
    L("less_equal", inputs=PAIR),
    L("logical_and", inputs="x1 x2"),
    L("logical_or", inputs="x1 x2"),
    L("logical_not"),
    # Types and new tensors.
    L("cast"),
    L("one_hot", omit="sparse"),
    L("zeros_like"),
    L("ones_like"),
    L("full_like"),
)

RULES: dict[str, Rule] = {
    **each("x1 x2 fill_value x_min x_max initial constant_values", REAL),
    **each("axis1 axis2", WHOLE),
    **each("source destination shift indices", AXES),
    **each("newshape", {**SHAPE, "minimum": -1}),
    **each("start_indices", {**SHAPE, "minimum": 0}),
    **each("repeats", {"type": "integer_or_integers", "minimum": 1}),
    **each(
        "ops.concatenate.axis ops.stack.axis ops.split.axis ops.argmax.axis ops.argmin.axis "
        "ops.argsort.axis ops.sort.axis ops.repeat.axis ops.take.axis ops.take_along_axis.axis "
        "ops.one_hot.axis ops.cumsum.axis",
        WHOLE,
    ),
    "indices_or_sections": {"type": "integer_or_integers", "minimum": 1, "maximum": 4096},
    "ops.tensordot.axes": ANYTHING,
    "ops.transpose.axes": SHAPE,
    "ops.top_k.k": COUNT,
    "ops.normalize.order": COUNT,
    "ops.elu.alpha": POSITIVE,
    "ops.leaky_relu.negative_slope": POSITIVE,
    "pad_width": ANYTHING,
    "ops.pad.mode": choice("constant", "reflect", "symmetric"),
    "decimals": {"type": "integer", "minimum": -100, "maximum": 100},
    "key": {"type": "slices"},
    "subscripts": TEXT,
    "ops.slice.shape": {**SHAPE, "minimum": 0},
    "ops.broadcast_to.shape": {**SHAPE, "minimum": 1},
    "ops.take.indices": {"type": "integer_or_integers"},
}
"""Types of op parameters that follow neither from param_rules nor from a default."""

BY_NAME = frozenset({"axis", "axes", "axis1", "axis2", "num_classes", "k", "shift", "repeats"})
"""Required parameters that are written as keywords."""

HELP: dict[str, str] = {
    "x1": "A number, where no wire brings the first tensor.",
    "x2": "A number, where no wire brings the second tensor.",
    "ops.where.x1": "A number for where the condition holds, unless a wire brings it.",
    "ops.where.x2": "A number for where it does not, unless a wire brings it.",
    "indices": "Which items to take, unless a wire brings their numbers.",
    "axis": "The axis to work along; 0 is the batch and -1 the last one.",
    "axes": "The axes to work along; 0 is the batch and -1 the last one.",
    "axis1": "The first axis to swap.",
    "axis2": "The second axis to swap.",
    "ops.transpose.axes": "The new order of the axes; 0 is the batch.",
    "newshape": "The new shape with the batch axis first, which is -1: it takes the rest.",
    "indices_or_sections": "Into how many equal parts, or where to cut.",
    "key": "The part to take, as in Python: “:, 0” or “..., 1:3”; the batch axis comes first.",
    "keepdims": "Whether the axes stay, with length 1.",
    "dtype": "The type of the values that come out.",
    "k": "How many of the largest values.",
    "initial": "A value to begin with.",
    "subscripts": "The axes of each tensor and of the result, such as “bij,bjk->bik”.",
    "pad_width": "How much to add before and after each axis: [[0, 0], [1, 1]].",
    "constant_values": "What to fill with.",
    "shape": "The shape of what is taken, with the batch axis first.",
    "start_indices": "Where to begin along each axis, the batch first.",
    "x_min": "What lies below becomes this.",
    "x_max": "What lies above becomes this.",
    "fill_value": "The value of the new tensor.",
    "repeats": "How often.",
    "shift": "How far.",
    "source": "Where the axes are.",
    "destination": "Where they go.",
    "sorted": "Whether the largest value comes first.",
    "decimals": "How many decimals stay.",
}

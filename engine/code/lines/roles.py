"""Names for functions and branches, by what they compute."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from engine.catalogue import snake_case, traits_of
from engine.code.lines.flow import END, Flow, Value, Written
from engine.code.lines.regions import Region
from engine.code.syntax.tree import Literal

LONGEST, BRANCHES = 3, 3
"""The most words of a function's name, else it is a block; the fewest branches of a module."""

SIZE, PAIR = "kernel_size", 2

MAIN, SHORTCUT, SKIP, OTHER = "x", "shortcut", "skip", "other"
"""Names of the tensors that functions take. What is added to the main path's tensor is a shortcut,
what is concatenated with it a skip connection."""

OPERANDS = ("query", "value", "key")
OPERANDS_IN_LIST = ("Attention", "AdditiveAttention")
"""What attention takes, and the layers that take it as a list in this order."""

_ROLES = {"attention": "attended", "zeropadding": "padded", "embedding": "embedded"}
"""Names for tensors by words in the name of the layer that computes them."""

_WORDS = {
    "BatchNormalization": "bn",
    "LayerNormalization": "norm",
    "GroupNormalization": "norm",
    "MultiHeadAttention": "attention",
    "SeparableConv": "separable_conv",
    "DepthwiseConv": "depthwise_conv",
    "GlobalAveragePooling": "squeeze",
    "MaxPooling": "pool",
    "AveragePooling": "pool",
    "ZeroPadding": "pad",
    "Conv": "conv",
    "Dense": "dense",
    "ReLU": "relu",
}
_MAIN = ("depthwise_conv", "separable_conv", "conv", "dense", "pool")


def function_name(flow: Flow, members: list[Region], body: Flow) -> str:
    """A name for a function whose body has these lines."""
    layers = [layer for member in members for layer in member.nodes]
    classes = [flow.written[key].owner.layer for key in layers]
    if "MultiHeadAttention" in classes:
        return "transformer_block" if "Dense" in classes else "attention_block"
    if "Concatenate" in classes:
        return _joining(body, classes)
    if "Add" in classes:
        return _adding(body)
    if classes[-1] == "Multiply" and any(layer.startswith("Global") for layer in classes):
        return "squeeze_excite"
    words = list(dict.fromkeys(_word(flow, key) for key in layers))
    if len(words) <= LONGEST:
        return "_".join(words)
    return f"{next((word for word in words if word in _MAIN), words[0])}_block"


def _joining(body: Flow, classes: list[str]) -> str:
    """A name for a function that concatenates."""
    joins = [written for written in body.written.values() if written.owner.layer == "Concatenate"]
    if classes.count("Add") > 1:
        return "cell"
    if any("Transpose" in layer or "UpSampling" in layer for layer in classes):
        return "up_block"
    if max((len(written.tensors) for written in joins), default=0) >= BRANCHES:
        return "inception_module"
    return "dense_block" if _has_direct_input(body, "Concatenate") else "join_block"


def _adding(body: Flow) -> str:
    """A name for a function that adds."""
    names = [body.written[key].node.name for key in body.inputs]
    if len(names) > 1 and SHORTCUT not in names:
        return "add_block"
    return "residual_block" if _has_direct_input(body, "Add") else "projection_block"


def _has_direct_input(body: Flow, layer: str) -> bool:
    """Whether a merging layer of this class takes a tensor from outside."""
    merging = (written for written in body.written.values() if written.owner.layer == layer)
    return any(value[0] in body.inputs for written in merging for value in written.tensors)


def role_of_branch(flow: Flow, nodes: Sequence[str]) -> str:
    """A name for a branch with these lines: `pooled`, `branch_5x5`; empty if none is right."""
    lines = [flow.written[key] for key in nodes]
    kinds = [line.function or line.owner.layer for line in lines]
    user = _only_user(flow, lines[-1].value)
    if user and (operand := _operand(user, lines[-1].value)):
        return operand
    if user and kinds[0].startswith("Global") and user.owner.layer == "Multiply":
        return "gate"
    if role := _role(kinds[-1]):
        return role
    if any("pool" in kind.lower() for kind in kinds):
        return "pooled"
    pairs = [size if isinstance(size, list) else [size, size] for size in _sizes(lines)]
    if not pairs or any(len(pair) != PAIR for pair in pairs):
        return ""
    return "branch_" + "x".join(str(max(axis)) for axis in zip(*pairs, strict=True))


@lru_cache(maxsize=1_000)
def _role(layer: str) -> str:
    return next((role for word, role in _ROLES.items() if word in layer.lower()), "")


def _only_user(flow: Flow, value: Value) -> Written | None:
    uses = flow.uses.get(value, [END])
    return flow.written[flow.order[uses[0]]] if len(uses) == 1 and uses[0] != END else None


def takes_operands(written: Written) -> bool:
    """Whether a layer has a port for each operand of attention."""
    return len(written.sources) >= len(OPERANDS) and written.sources.keys() >= {*OPERANDS}


def _operand(user: Written, value: Value) -> str:
    """What a tensor is for the attention that uses it; empty when it uses it more than once."""
    if len(user.tensors) < len(OPERANDS):
        return ""
    if user.owner.layer in OPERANDS_IN_LIST:
        values = next(iter(user.sources.values()))
        named = dict(zip(OPERANDS, values, strict=False))
    else:
        named = {port: values[0] for port, values in user.sources.items()}
    named = {port: tensor for port, tensor in named.items() if port in OPERANDS}
    if len(set(named.values())) < len(OPERANDS):
        return ""
    return next((port for port, tensor in named.items() if tensor == value), "")


def _sizes(lines: Iterable[Written]) -> list[object]:
    """The sizes of the kernels in these lines, those given to functions included."""
    values = (value for line in lines for value in line.arguments.values.values())
    return [value.value for value in values if isinstance(value, Literal) and value.param == SIZE]


def tensor_names(inputs: Sequence[Value], lines: Sequence[Written]) -> tuple[str, ...]:
    """Names for the tensors that a function with these lines takes."""
    if len(inputs) == 1:
        return (MAIN,)
    roles = [_role_of_input(value, lines) for value in inputs]
    if roles.count("") == 1 and len(roles) == PAIR:
        return tuple(role or MAIN for role in roles)
    return (MAIN, OTHER)


def _role_of_input(value: Value, lines: Sequence[Written]) -> str:
    """“shortcut” for a tensor that is only added to another, perhaps projected; else “skip”.

    “skip” is one that is only concatenated. Empty for all others.
    """
    users = [line for line in lines if value in line.tensors]
    while len(users) == 1 and len(users[0].tensors) == 1 and _projects(users[0]):
        value = users[0].value
        users = [line for line in lines if value in line.tensors]
    merges = {merged_as(user, value) for user in users if len(user.tensors) > 1 or user.function}
    if len(merges) != 1 or len(merges) < len({merged_as(user, value) for user in users}):
        return ""
    return merges.pop()


def merged_as(user: Written, value: Value) -> str:
    """What a tensor is for one that takes several: “shortcut” or “skip”; else empty."""
    if user.function:
        port = next(port for port, values in user.sources.items() if value in values)
        return port if port in (SHORTCUT, SKIP) else ""
    if len(user.tensors) == 1:
        return ""
    if user.owner.layer in ("Concatenate", "ops.concatenate"):
        return SKIP
    return SHORTCUT if traits_of(user.owner.layer).merges == "sum" else ""


def _projects(line: Written) -> bool:
    """Whether a line only fits a shortcut to what it is added to: a 1 × 1 convolution."""
    sizes = _sizes([line])
    return sizes == [1] or (not sizes and line.owner.layer == "BatchNormalization")


def _word(flow: Flow, key: str) -> str:
    written = flow.written[key]
    layer = written.owner.layer
    if layer == "Activation":
        value = written.arguments.values.get("activation")
        return str(value.value) if isinstance(value, Literal) else "activation"
    for start, word in _WORDS.items():
        if layer.startswith(start):
            return word
    return snake_case(layer.removeprefix("ops."))

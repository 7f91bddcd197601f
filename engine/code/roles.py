"""Names for functions and branches, by what they compute."""

from engine.catalogue import snake_case
from engine.code.flow import Flow
from engine.code.regions import Region
from engine.code.tree import Literal

LONGEST, BRANCHES = 3, 3
"""The most words of a function's name, else it is a block; the fewest branches of a module."""

SIZE, PAIR = "kernel_size", 2

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
    layers = [layer for member in members for layer in _layers(flow, member)]
    classes = [flow.written[key].owner.layer for key in layers]
    if "MultiHeadAttention" in classes:
        return "transformer_block" if "Dense" in classes else "attention_block"
    if "Concatenate" in classes:
        return _joining(body, classes)
    if "Add" in classes:
        return "residual_block" if _has_direct_input(body, "Add") else "projection_block"
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
    if max((len(written.tensors) for written in joins), default=0) >= BRANCHES:
        return "inception_module"
    return "dense_block" if _has_direct_input(body, "Concatenate") else "join_block"


def _has_direct_input(body: Flow, layer: str) -> bool:
    """Whether a merging layer of this class takes a tensor from outside."""
    merging = (written for written in body.written.values() if written.owner.layer == layer)
    return any(value[0] in body.inputs for written in merging for value in written.tensors)


def role_of_branch(flow: Flow, nodes: list[str]) -> str:
    """A name for a branch with these lines: `pooled`, `branch_5x5`; empty if none is better."""
    lines = [flow.written[key] for key in nodes]
    kinds = [line.function or line.owner.layer for line in lines]
    if kinds[0].startswith("Global") and "Multiply" in _users(flow, nodes[-1]):
        return "gate"
    if any("pool" in kind.lower() for kind in kinds):
        return "pooled"
    values = [value for line in lines for value in line.arguments.values.values()]
    sizes = [value.value for value in values if isinstance(value, Literal) and value.param == SIZE]
    pairs = [size if isinstance(size, list) else [size, size] for size in sizes]
    if not pairs or any(len(pair) != PAIR for pair in pairs):
        return ""
    return "branch_" + "x".join(str(max(axis)) for axis in zip(*pairs, strict=True))


def _users(flow: Flow, key: str) -> set[str]:
    value = flow.written[key].value
    return {line.owner.layer for line in flow.written.values() if value in line.tensors}


def _layers(flow: Flow, region: Region) -> list[str]:
    if region.parts is None:
        return [region.root]
    return [*_layers(flow, region.parts[0]), *_layers(flow, region.parts[1])]


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

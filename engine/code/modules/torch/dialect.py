"""How PyTorch spells functions."""

from engine.code.modules.building import call
from engine.code.modules.dialect import Dialect
from engine.code.syntax.tree import Attribute

F = "torch.nn.functional."
_ACTIVATIONS = {
    **{name: f"{F}{name}" for name in ("relu", "relu6", "elu", "selu", "celu", "gelu", "silu")},
    **{name: f"{F}{name}" for name in ("mish", "softplus", "softsign", "softmax", "log_softmax")},
    "approximate_gelu": f"{F}gelu",
    "swish": f"{F}silu",
    "leaky_relu": f"{F}leaky_relu",
    "sigmoid": "torch.sigmoid",
    "tanh": "torch.tanh",
    "exponential": "torch.exp",
    "hard_sigmoid": f"{F}hardsigmoid",
    "hard_silu": f"{F}hardswish",
    "hard_swish": f"{F}hardswish",
    "hard_tanh": f"{F}hardtanh",
    "hard_shrink": f"{F}hardshrink",
    "soft_shrink": f"{F}softshrink",
    "tanh_shrink": f"{F}tanhshrink",
    "log_sigmoid": f"{F}logsigmoid",
}
_SAME = (
    "negative abs sign square sqrt rsqrt reciprocal exp expm1 log log1p sin cos tan sinh cosh "
    "arctan erf floor ceil round maximum minimum mean sum squeeze tile "
    "zeros_like ones_like"
)
_OTHERS = {
    "max": "amax",
    "min": "amin",
    "clip": "clamp",
    "concatenate": "cat",
    "transpose": "permute",
    "expand_dims": "unsqueeze",
}

DIALECT = Dialect(
    axis="dim",
    keep="keepdim",
    flattens=True,
    array=lambda like, values: call("torch.tensor", values, device=Attribute(like, "device")),
    options={"approximate_gelu": {"approximate": "tanh"}},
    functions={
        **_ACTIVATIONS,
        **{f"ops.{name}": f"torch.{name}" for name in _SAME.split()},
        **{f"ops.{name}": f"torch.{other}" for name, other in _OTHERS.items()},
    },
)

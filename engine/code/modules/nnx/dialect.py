"""How JAX and Flax spell functions."""

from engine.code.modules.building import call
from engine.code.modules.dialect import Dialect
from engine.code.syntax.tree import Variable

RNGS = Variable("rngs")

_NNX = (
    "relu relu6 elu selu celu gelu silu swish sigmoid tanh softplus softmax log_softmax "
    "hard_sigmoid hard_silu hard_swish hard_tanh log_sigmoid leaky_relu"
)
_SAME = (
    "negative abs sign square sqrt reciprocal exp expm1 log log1p sin cos tan sinh cosh arctan "
    "floor ceil round maximum minimum mean sum max min clip concatenate transpose expand_dims "
    "squeeze tile zeros_like ones_like"
)

DIALECT = Dialect(
    axis="axis",
    keep="keepdims",
    array=lambda _, values: call("jax.numpy.asarray", values),
    draws={RNGS.name: RNGS},
    functions={
        **{name: f"flax.nnx.{name}" for name in _NNX.split()},
        "approximate_gelu": "flax.nnx.gelu",
        "softsign": "flax.nnx.soft_sign",
        "mish": "jax.nn.mish",
        "exponential": "jax.numpy.exp",
        **{f"ops.{name}": f"jax.numpy.{name}" for name in _SAME.split()},
        "ops.rsqrt": "jax.lax.rsqrt",
        "ops.erf": "jax.lax.erf",
    },
    options={"gelu": {"approximate": False}, "approximate_gelu": {"approximate": True}},
)

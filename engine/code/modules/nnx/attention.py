"""Attention of Flax."""

from engine.code.modules.attention import attention
from engine.code.modules.building import Operand, invoke
from engine.code.modules.nnx.layers import make
from engine.code.modules.tensors import (
    LayerCall,
    Lines,
    RefusedError,
    Tensor,
    Writer,
    single,
)
from engine.problems import phrase


def _multi_head_attention(layer_call: LayerCall) -> Lines:
    spec = attention(layer_call)
    if spec.value_features != spec.key_features:
        raise RefusedError(phrase("its key and its value have different numbers of features"))
    options: dict[str, Operand] = {
        name: value
        for name, value, usual in (
            ("qkv_features", spec.heads * spec.size, spec.features),
            ("out_features", spec.outputs, spec.features),
            ("in_kv_features", spec.key_features, spec.features),
            ("use_bias", spec.bias, True),
            ("dropout_rate", spec.dropout, 0.0),
        )
        if value != usual
    }
    layer = make("MultiHeadAttention", spec.heads, spec.features, **options, decode=False)
    tensors = (spec.query.value, spec.key.value, spec.value.value)
    return single(Tensor(invoke(layer_call.attribute, *tensors), spec.shape), layer)


WRITERS: dict[str, Writer] = {"MultiHeadAttention": _multi_head_attention}

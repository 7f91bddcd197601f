"""Attention of PyTorch: our own class, because PyTorch derives the size of heads from features."""

from engine.code.modules.attention import attention
from engine.code.modules.building import Operand, create, invoke
from engine.code.modules.layout import last
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, single

CLASS = "MultiHeadAttention"


def _multi_head_attention(call: LayerCall) -> Lines:
    spec = attention(call)
    options: dict[str, Operand] = {
        name: value
        for name, value, usual in (
            ("key_features", spec.key_features, spec.features),
            ("value_features", spec.value_features, spec.features),
            ("outputs", spec.outputs, spec.features),
            ("bias", spec.bias, True),
            ("dropout", spec.dropout, 0.0),
        )
        if value != usual
    }
    layer = create(CLASS, spec.features, spec.heads, spec.size, **options)
    tensors = [spec.query, spec.value, *([spec.key] if "key" in call.inputs else [])]
    computed = invoke(call.attribute, *map(last, tensors))
    return single(Tensor(computed, spec.shape), layer)


WRITERS: dict[str, Writer] = {CLASS: _multi_head_attention}

"""Attention with several heads, with all sizes resolved: the same for every library."""

from dataclasses import dataclass

from engine.code.modules.geometry import known
from engine.code.modules.resolved import number, numbers
from engine.code.modules.tensors import LayerCall, RefusedError, Shape, Tensor, refusal
from engine.problems import phrase

SEQUENCE = 3
"""The rank of a sequence, with the axis of the batch."""


@dataclass(frozen=True)
class Attention:
    """A MultiHeadAttention without masks; features are those of its tensors."""

    query: Tensor
    key: Tensor
    value: Tensor
    heads: int
    size: int
    features: int
    key_features: int
    value_features: int
    outputs: int
    bias: bool
    dropout: float

    @property
    def shape(self) -> Shape:
        """The shape of the result."""
        return (*self.query.shape[:-1], self.outputs)


def attention(call: LayerCall) -> Attention:
    """Resolve the sizes of a call. Raises RefusedError for masks and for more axes."""
    if not call.inputs.keys() <= {"query", "value", "key"}:
        raise RefusedError(phrase("it has a mask"))
    (query,), (value,) = call.inputs["query"], call.inputs["value"]
    (key,) = call.inputs.get("key", (value,))
    if {tensor.rank for tensor in (query, key, value)} != {SEQUENCE}:
        raise RefusedError(phrase("it takes more than sequences of features"))
    features = known(query.shape[-1])
    sizes = (features,) if call["output_shape"] is None else numbers(call["output_shape"])
    if len(sizes) > 1:
        raise refusal("output_shape", [*sizes])
    size = number(call["key_dim"])
    if call["value_dim"] not in (None, size):  # which Keras can't compute on every backend
        raise refusal("value_dim", call["value_dim"])
    dropout = call["dropout"]
    assert isinstance(dropout, int | float)
    return Attention(
        query=query,
        key=key,
        value=value,
        heads=number(call["num_heads"]),
        size=size,
        features=features,
        key_features=known(key.shape[-1]),
        value_features=known(value.shape[-1]),
        outputs=sizes[0],
        bias=bool(call["use_bias"]),
        dropout=float(dropout),
    )

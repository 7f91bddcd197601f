"""Shapes and types of tensors, and the Inputs that take them."""

from typing import NamedTuple

from engine.values import Json

Shape = tuple[int | None, ...]


class Spec(NamedTuple):
    """The shape and the type of a tensor."""

    shape: Shape
    dtype: str = "float32"


def input_params(spec: Spec) -> dict[str, Json]:
    """The parameters of an Input for a tensor of rank 1 or more."""
    params: dict[str, Json] = {"shape": list(spec.shape[1:])}
    if spec.shape[0] is not None:
        params["batch_size"] = spec.shape[0]
    if spec.dtype != "float32":
        params["dtype"] = spec.dtype
    return params

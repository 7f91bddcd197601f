"""`extract_patches` of patches that do not overlap, as layers and ops of a document."""

from typing import Any

from engine.imports.python.layers import apply, make_layer
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Path,
    Unknown,
)
from engine.imports.python.values import (
    Tensor,
)
from engine.problems import phrase
from engine.values.named import is_integer

_KERAS = ("images", "size", "strides", "dilation_rate", "padding")
_TENSORFLOW = ("images", "sizes", "strides", "rates", "padding")
_ROWS_AND_COLUMNS = slice(1, 3)
"""The sizes that count among TensorFlow's four."""


def keras_patches(state: State, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`keras.ops.image.extract_patches(images, size)`."""
    arguments = dict(zip(_KERAS, args, strict=False)) | kwargs
    size = _pair(arguments.get("size"))
    strides = _pair(arguments.get("strides") or arguments.get("size"))
    regular = _pair(arguments.get("dilation_rate", 1)) == (1, 1)
    padding = arguments.get("padding", "valid")
    return _patches(
        state, arguments.get("images"), size, strides == size and regular, padding, line
    )


def tensorflow_patches(state: State, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`tf.image.extract_patches(images, sizes, strides, rates, padding)`."""
    arguments = dict(zip(_TENSORFLOW, args, strict=False)) | kwargs
    lists = [arguments.get(name) for name in ("sizes", "strides", "rates")]
    if not all(isinstance(value, list | tuple) for value in lists):
        return _refused(line)
    size, strides, rates = (_pair(list(value)[_ROWS_AND_COLUMNS]) for value in lists if value)
    regular = strides == size and rates == (1, 1)
    images, padding = arguments.get("images"), arguments.get("padding")
    return _patches(state, images, size, regular, padding, line)


def _pair(value: Any) -> tuple[int, int] | None:
    pair = (value, value) if isinstance(value, int) else value
    is_pair = isinstance(pair, list | tuple) and [*map(is_integer, pair)] == [True, True]
    return (pair[0], pair[1]) if is_pair else None


def _refused(line: int) -> Unknown:
    return Unknown(line, phrase("extract_patches with patches that overlap, or of unknown size"))


def _patches(
    state: State, images: Any, size: tuple[int, int] | None, regular: bool, padding: Any, line: int
) -> Any:
    """Patches side by side: axes are split into patches and positions, and put in order."""
    if not isinstance(images, Tensor) or size is None or min(size) < 1 or not regular:
        return _refused(line)
    spec = state.spec_of(images)
    known = spec.shape[1:] if spec is not None else ()
    sizes = [length for length in known if length is not None]
    if len(known) != len(("rows", "columns", "channels")) or len(sizes) < len(known):
        return _refused(line)
    rows, columns, channels = sizes
    rest = (rows % size[0], columns % size[1])
    if any(rest) and str(padding).lower() != "valid":
        return _refused(line)

    def layer(name: str, *args: Any) -> None:
        nonlocal images
        images = apply(state, make_layer(state, name, list(args), {}, line), [images], {}, line)

    if any(rest):
        layer("Cropping2D", [[0, rest[0]], [0, rest[1]]])
    rows, columns = rows // size[0], columns // size[1]
    layer("Reshape", [rows, size[0], columns, size[1], channels])
    transpose = Path("keras.ops.transpose")
    images = state.call(transpose, [images], {"axes": [0, 1, 3, 2, 4, 5]}, line)
    layer("Reshape", [rows, columns, size[0] * size[1] * channels])
    return images

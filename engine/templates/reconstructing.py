"""Autoencoders [1] for data sets without a target: what a model returns is compared with its input.

Between the two lies a narrow part, so that the model has to find what describes the rows.

1. G. Hinton, R. Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks, 2006,
   https://doi.org/10.1126/science.1127647
"""

from collections.abc import Mapping, Sequence
from math import prod

from engine.data.catalogue import TEXT, Column
from engine.data.description import ColumnProfile
from engine.document import Binding, Node
from engine.templates.building import Builder
from engine.templates.scaling import scale_of
from engine.values import Json

NAME = "reconstruction"
HALVINGS = 2
"""How often an image is halved before it is doubled again."""
FILTERS, CHANNELS = 32, 8
"""Filters of the first convolution, and numbers that describe each place of the smallest image."""
UNITS = 32
MOST = 8
"""Numbers that describe a row of a table."""

_Profiles = Mapping[str, ColumnProfile]


def shaped_column(columns: Sequence[Column]) -> Column | None:
    """Return the first image or sequence, which a model is proposed for before a table."""
    numbers = (column for column in columns if column.dtype != TEXT and not column.classes)
    return next((column for column in numbers if len(column.shape) in (2, 3)), None)


def add_shaped(builder: Builder, column: Column, profiles: _Profiles) -> None:
    """Add an autoencoder of images or sequences."""
    profile = profiles.get(column.name)
    if len(column.shape) == 2 and column.shape[0] != column.shape[1]:  # noqa: PLR2004
        end = _sequence(builder, builder.start(column), column, profile)
    else:
        end = _image(builder, builder.start(column), column, profile)
    builder.end(end, column)


def add_table(
    builder: Builder, start: Node, columns: Sequence[Column], profiles: _Profiles
) -> None:
    """Add an autoencoder after the input for a table, whose columns it compares side by side."""
    width = sum(len(column.classes) or prod(column.shape) for column in columns)
    wide: dict[str, Json] = {"units": UNITS, "activation": "relu"}
    end = builder.add("Dense", wide, "encoder", start)
    end = builder.add("Dense", {"units": max(1, min(MOST, width // 3))}, "code", end)
    end = builder.add("Dense", wide, "decoder", end)
    scale = _scales(columns, profiles)
    end = builder.add("Dense", {"units": width}, f"{NAME}_standardized" if scale else NAME, end)
    if scale:
        end = builder.add("Rescaling", scale, NAME, end)
    for column in columns:
        encoding = "one_hot" if column.classes else ""
        builder.bindings.append(Binding(node=end.id, column=column.name, encoding=encoding))


def _scales(columns: Sequence[Column], profiles: _Profiles) -> dict[str, Json]:
    """A scale and an offset for each value of a row; empty if no column has large numbers."""
    found = [(column, scale_of(profiles.get(column.name))) for column in columns]
    if not any(scale for _, scale in found):
        return {}
    scales: list[Json] = []
    offsets: list[Json] = []
    for column, scale in found:
        many = len(column.classes) or prod(column.shape)
        scales += [scale.get("scale", 1.0)] * many
        offsets += [scale.get("offset", 0.0)] * many
    return {"scale": scales, "offset": offsets}


def _image(builder: Builder, start: Node, column: Column, profile: ColumnProfile | None) -> Node:
    """Halve the image twice, describe each place by a few numbers, and double it again."""
    height, width, channels = (*column.shape, 1)[:3]
    rest = [-side % 2**HALVINGS for side in (height, width)]
    end = start
    if column.dtype == "uint8":
        end = builder.add("Rescaling", {"scale": 1 / 255}, f"{start.name}_scaled", end)
    if len(column.shape) == 2:  # noqa: PLR2004
        end = builder.add(
            "Reshape", {"target_shape": [height, width, 1]}, f"{start.name}_channel", end
        )
    border: list[Json] = [[0, rest[0]], [0, rest[1]]]
    if any(rest):
        end = builder.add("ZeroPadding2D", {"padding": border}, "padded", end)
    for level in range(HALVINGS):
        end = _convolution(builder, FILTERS >> level, f"down_{level + 1}", end)
        end = builder.add("MaxPooling2D", {}, f"halved_{level + 1}", end)
    end = _convolution(builder, CHANNELS, "code", end)
    for level in reversed(range(HALVINGS)):
        end = builder.add("UpSampling2D", {}, f"doubled_{level + 1}", end)
        end = _convolution(builder, FILTERS >> level, f"up_{level + 1}", end)
    if any(rest):
        end = builder.add("Cropping2D", {"cropping": border}, "cropped", end)
    return _painted(builder, end, column, channels, profile)


def _painted(
    builder: Builder, end: Node, column: Column, channels: int, profile: ColumnProfile | None
) -> Node:
    """Add the layers that return the values of an image, in its range and shape."""
    params: dict[str, Json] = {"filters": channels, "kernel_size": 3, "padding": "same"}
    scale: dict[str, Json] = {}
    if column.dtype == "uint8":
        params["activation"], scale = "sigmoid", {"scale": 255.0}
    elif profile and profile.minimum is not None and profile.maximum is not None:
        if profile.minimum >= 0 and profile.maximum <= 1:
            params["activation"] = "sigmoid"
        scale = scale_of(profile)
    flat = len(column.shape) == 2  # noqa: PLR2004
    end = builder.add("Conv2D", params, "pixels" if scale or flat else NAME, end)
    if flat:
        end = builder.add(
            "Reshape", {"target_shape": [*column.shape]}, "flat" if scale else NAME, end
        )
    return builder.add("Rescaling", scale, NAME, end) if scale else end


def _convolution(builder: Builder, filters: int, name: str, end: Node) -> Node:
    params: dict[str, Json] = {"filters": filters, "kernel_size": 3}
    params |= {"padding": "same", "activation": "relu"}
    return builder.add("Conv2D", params, name, end)


def _sequence(builder: Builder, start: Node, column: Column, profile: ColumnProfile | None) -> Node:
    """Read a sequence to its end, and write it from what is left."""
    steps, channels = column.shape
    end = builder.add("Normalization", {}, "", start)
    state = builder.add("LSTM", {"units": UNITS}, "encoder", end)
    repeated = builder.add("RepeatVector", {"n": steps}, "repeated", state)
    params: dict[str, Json] = {"units": UNITS, "return_sequences": True}
    end = builder.add("LSTM", params, "decoder", repeated)
    scale = scale_of(profile)
    end = builder.add("Dense", {"units": channels}, "values" if scale else NAME, end)
    return builder.add("Rescaling", scale, NAME, end) if scale else end

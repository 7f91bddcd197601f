"""What Keras makes of the metric names "accuracy" and "crossentropy" for an output and its loss."""

from engine.document import ObjectSpec

_ACCURACY, _CROSSENTROPY = ("accuracy", "acc"), ("crossentropy", "ce")
METRIC_NAMES = (*_ACCURACY, *_CROSSENTROPY)


def resolve(name: str, loss: ObjectSpec | None, units: int | None) -> ObjectSpec | None:
    """The metric that `name` stands for; None when the loss and the output don't tell.

    `units` is the length of the output's last axis. As keras.src.trainers.compile_utils: one unit
    means binary, otherwise the shape of the targets decides, which follows from the loss.
    """
    kind = _kind(loss, units)
    if kind is None:
        return None
    if name in _ACCURACY:
        return ObjectSpec(class_=f"{kind}Accuracy", params={"name": name})
    return ObjectSpec(class_=f"{kind}Crossentropy", params={"name": name})


def _kind(loss: ObjectSpec | None, units: int | None) -> str | None:
    if loss is not None and loss.class_ == "SparseCategoricalCrossentropy":
        return "SparseCategorical"
    if loss is not None and loss.class_ == "CategoricalCrossentropy":
        return "Categorical" if units != 1 else "Binary"
    if loss is None or units is None:
        return "Binary" if loss is not None and loss.class_ == "BinaryCrossentropy" else None
    return "Binary" if units == 1 else "Categorical"

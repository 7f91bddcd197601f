"""Names of attributes: that of the layer in Keras, where an attribute may have it."""

import keyword
from collections.abc import Collection

from engine.code.syntax.words import identifier

LONGEST = 60


def attribute(name: str, reserved: Collection[str]) -> str:
    """Return the attribute for a layer of this name in Keras; `reserved` are those of the base."""
    plain = name.isascii() and name.isidentifier() and not name.startswith("_")
    if not plain or keyword.iskeyword(name) or len(name) > LONGEST:
        name = identifier(name) or "layer"
    return f"{name}_layer" if name in reserved else name


def camel(title: str) -> str:
    """The name of a class for a title."""
    words = [word for word in identifier(title).split("_") if word]
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name and not name[0].isdigit() else "Model"

"""Questions about why a model answers as it does, and their answers."""

from typing import Literal

from pydantic import Field

from engine.document import Id
from engine.problems import Problem
from engine.protocol.tensors import NodePath, Picture, Values
from engine.values import Frozen

Method = Literal["saliency", "grad_cam", "occlusion"]

MAX_CHOICES = 1_000
"""Values of an output of which one can be chosen."""


class Explain(Frozen):
    """Which answer is to be explained, and how.

    `output` is an output node, None the first. `unit` is one of its values, or one of its classes;
    None is the one that the model decides for. `node` is where Grad-CAM looks, None the last node
    that it can look at.
    """

    method: Method = "saliency"
    output: Id | None = None
    unit: int | None = Field(default=None, ge=0)
    node: NodePath | None = None


class Answerer(Frozen):
    """An output whose answers can be explained: its classes, or how many values it has."""

    node: Id
    classes: tuple[str, ...] = ()
    units: int


class Attribution(Frozen):
    """What the parts of an input contribute to the score.

    `heat` has the axes rows and columns for a picture, which `picture` shows; else it has one axis,
    with a part for each of the `names`: columns, steps or words.
    """

    input: Id
    heat: Values
    picture: Picture | None = None
    names: tuple[str, ...] = ()


class Explanation(Frozen):
    """Why the model answers a sample as it does; `explain` is complete.

    `score` is what is explained: the value of the unit before its softmax or sigmoid where
    `is_before` says so. `nodes` are those at which Grad-CAM can look. `problem` says why there is
    no explanation.
    """

    explain: Explain
    outputs: tuple[Answerer, ...] = ()
    nodes: tuple[NodePath, ...] = ()
    score: float = 0.0
    is_before: bool = False
    parts: tuple[Attribution, ...] = ()
    problem: Problem | None = None


MAX_LATENT = 64
"""Values of a node that can be set by hand."""


class Latent(Frozen):
    """A place in the graph at which values are set by hand, and what follows from them is shown.

    `node` None is the smallest place. `values` None are those of the sample. `map` asks for the
    plane of the values with the numbers `x` and `y`, the others at their mean.
    """

    node: NodePath | None = None
    values: tuple[float, ...] | None = Field(default=None, max_length=MAX_LATENT)
    x: int = Field(default=0, ge=0)
    y: int = Field(default=1, ge=0)
    map: bool = False


class LatentMap(Frozen):
    """What follows from each place of a plane of two values, and rows of the data set on it.

    `picture` shows `tiles` × `tiles` pictures side by side, from the highest `y` down; or, of
    units, maps of the plane. It is None where the output is neither. A point is (x, y, class or
    target).
    """

    x: int
    y: int
    left: float
    right: float
    bottom: float
    top: float
    tiles: int
    picture: Picture | None = None
    points: tuple[tuple[float, float, float], ...] = ()
    classes: tuple[str, ...] = ()


class LatentShown(Frozen):
    """The values at a place, with the range that each has in the rows of the data set.

    `nodes` are the places that can be set: all that follows depends on nothing else. `output` is
    the picture of the first output that follows.
    """

    nodes: tuple[NodePath, ...] = ()
    node: NodePath | None = None
    values: tuple[float, ...] = ()
    ranges: tuple[tuple[float, float], ...] = ()
    output: Picture | None = None
    map: LatentMap | None = None
    problem: Problem | None = None

"""What the inside view shows: probes, which ask for it, and frames, which answer.

A frame passes by and is never stored: of two frames of a run, only the newer one matters.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from engine.data.division import Part
from engine.document import Id
from engine.problems import Problem
from engine.protocol.arithmetic import Arithmetic, Place, Untold
from engine.protocol.explaining import Explain, Explanation, Latent, LatentShown
from engine.protocol.slow import MOST_STEPS, SlowStep
from engine.protocol.tensors import NodePath, Picture, Values
from engine.values import Frozen

MAX_NODES = 64
"""Nodes that a probe may look at."""

MAX_VALUES = 2_000_000
"""Numbers of a person's own input: a photo of 800 × 800 pixels in colour."""

MAX_LISTED = 10_000
"""Numbers of an input that are given as a list; more come packed."""

MAX_SHOWN = 1_024
"""Numbers of an input that are told with a frame."""

MAX_PACKED = 4 * -(-4 * MAX_VALUES // 3)
"""Characters of so many numbers, packed."""

MAX_TEXT = 20_000
"""Characters of a person's own text."""


class RowSample(Frozen):
    """A row of a part of the data set; `row` counts from 0, and from the start again at the end.

    `number` is that of a row in the data set, which takes the place of `row` if the part has it.
    """

    type: Literal["row"] = "row"
    part: Part = "validation"
    row: int = Field(default=0, ge=0)
    number: int | None = Field(default=None, ge=0)


class OwnSample(Frozen):
    """A person's own input: for each Input node its numbers in a flat list, or its texts.

    The numbers of large inputs, such as photos, are `packed`: float32 in base64, the lowest byte
    first.
    """

    type: Literal["own"] = "own"
    values: dict[Id, Annotated[tuple[float, ...], Field(max_length=MAX_LISTED)]] = {}
    packed: dict[Id, Annotated[str, Field(max_length=MAX_PACKED)]] = {}
    texts: dict[Id, Annotated[str, Field(max_length=MAX_TEXT)]] = {}


Sample: TypeAlias = Annotated[RowSample | OwnSample, Field(discriminator="type")]


class Plane(Frozen):
    """Two features of the only input, by their numbers from 0; the others are at their mean."""

    x: int = Field(default=0, ge=0)
    y: int = Field(default=1, ge=0)


class Look(Frozen):
    """What to look at: the nodes in view, for one sample. Without nodes there are no frames.

    `detail` is the node among them whose values and weights are wanted, not only its picture; with
    a `place`, the arithmetic of its value there, too.
    With a `plane`, samples are spread over it, and the units of a node are maps of the plane.
    With `explain`, the answer is explained, and with `latent` values are set at a node; while a run
    trains, both with the weights of its newest checkpoint.
    With `step`, the model is in slow motion, after so many steps.
    """

    sample: Sample = RowSample()
    nodes: tuple[NodePath, ...] = Field(default=(), max_length=MAX_NODES)
    detail: NodePath | None = None
    place: Place | None = None
    plane: Plane | None = None
    explain: Explain | None = None
    latent: Latent | None = None
    step: int | None = Field(default=None, ge=0, le=MOST_STEPS)


class PlaneShown(Frozen):
    """The plane that is painted: what it spans, and rows of the data set on it.

    `names` are those of all features. A point is (x, y, class number or target), of the classes
    `classes`, or of a number.
    """

    plane: Plane
    names: tuple[str, ...]
    left: float
    right: float
    bottom: float
    top: float
    points: tuple[tuple[float, float, float], ...] = ()
    classes: tuple[str, ...] = ()


class SampleShown(Frozen):
    """The sample of a frame: for a row, its number, how many there are, and its true answers.

    What was packed is not sent back.

    `own` holds the values of the row, so that a person's own input can begin with them; inputs of
    more than MAX_SHOWN numbers are left out. `features` names the values of inputs that are rows of
    named values.
    """

    sample: Sample
    own: OwnSample = OwnSample()
    features: dict[str, tuple[str, ...]] = {}
    rows: int = 0
    truths: tuple[str, ...] = ()
    plane: PlaneShown | None = None


class Detail(Frozen):
    """The output of a node without the batch axis, and the weights of its layer.

    In slow motion, the gradients of its trainable weights, and what the next step adds to them.
    `attention` are its scores where the layer gives them: queries, keys, heads. `arithmetic` is how
    the value at the place comes about that was asked for; `untold` says why that can't be told.
    """

    node: NodePath
    output: Values
    attention: Values | None = None
    arithmetic: Arithmetic | None = None
    untold: Untold | None = None
    weights: tuple[Values, ...] = ()
    gradients: tuple[Values, ...] = ()
    steps: tuple[Values, ...] = ()


class Frame(Frozen):
    """The outputs of the nodes in view; `epoch` and `step` count from 1, 0 before training.

    With the weights of a checkpoint, `epoch` is the one after which it was written.
    `seconds` is the time that computing it took. `problem` says why there are no pictures.
    """

    type: Literal["frame"] = "frame"
    shown: SampleShown = SampleShown(sample=RowSample())
    epoch: int = 0
    step: int = 0
    seconds: float = 0.0
    pictures: tuple[Picture, ...] = ()
    detail: Detail | None = None
    explanation: Explanation | None = None
    latent: LatentShown | None = None
    slow: SlowStep | None = None
    problem: Problem | None = None

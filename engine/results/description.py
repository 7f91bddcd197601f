"""Descriptions of results: one for each output, by the kind of its target. No heavy imports.

Numbers that can't be computed, such as the precision of a class that is never predicted, are None.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from engine.data.division import Part
from engine.data.preview import ColumnPreview
from engine.values import Frozen, Json

FILE = "results.json"
"""The file in a run's folder that holds a `Results`."""

Order = Literal["worst", "best", "stored"]

Points: TypeAlias = tuple[tuple[float, float], ...]


class Curve(Frozen):
    """A curve by its points, and the area below it; a long curve has fewer points than rows."""

    points: Points
    area: float | None


class ClassScore(Frozen):
    """How well one class, or one label, is recognized.

    `support` counts the rows that have it, `predicted` those that are said to. The curves are
    those of this class against all others: the share of false alarms and of hits (ROC), and recall
    and precision.
    """

    name: str
    support: int
    predicted: int
    precision: float | None
    recall: float | None
    f1: float | None
    roc: Curve | None = None
    precision_recall: Curve | None = None


class Bin(Frozen):
    """Rows of similar confidence: their mean confidence, and the share that is right."""

    confidence: float
    right: float
    rows: int


class Calibration(Frozen):
    """Whether the model is right as often as it says; `error` is the mean difference (ECE)."""

    bins: tuple[Bin, ...]
    error: float


class Output(Frozen):
    """What is common to all kinds: the output's node, and the column that it is compared with.

    `kept` counts the rows whose predictions are in the file; the curves are computed from these.
    `invalid` counts those with a prediction that is not a finite number.
    """

    node: str
    column: str
    rows: int
    kept: int
    invalid: int = 0


class ClassesResult(Output):
    """One class for each row. `top` says how often the actual class is among the first k."""

    kind: Literal["classes"] = "classes"
    accuracy: float | None
    classes: tuple[ClassScore, ...]
    top: tuple[tuple[int, float], ...] = ()
    calibration: Calibration | None = None


class LabelsResult(Output):
    """Any number of labels for each row. `exact` is the share of rows with all labels right."""

    kind: Literal["labels"] = "labels"
    exact: float | None
    labels: tuple[ClassScore, ...]


class PlacesResult(Output):
    """A class for each place of a row, as in a mask or a sequence."""

    kind: Literal["places"] = "places"
    accuracy: float | None
    classes: tuple[ClassScore, ...]
    names: tuple[str, ...]
    shape: tuple[int, ...]


class Histogram(Frozen):
    """Counts of values between neighbouring edges: one more edge than counts."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


class Amount(Frozen):
    """One value of a row of numbers: its errors, and points of actual and predicted values.

    `residuals` are predicted less actual values, `bias` is their mean.
    """

    name: str
    rmse: float | None
    mae: float | None
    r2: float | None
    bias: float | None
    points: Points = ()
    residuals: Histogram | None = None


class NumbersResult(Output):
    """One or several numbers for each row; `amounts` are the first of `values`."""

    kind: Literal["numbers"] = "numbers"
    values: int
    amounts: tuple[Amount, ...]


class ForecastResult(Output):
    """The values that follow, for each row. The series are those of the last rows, in order.

    Between rows that don't follow each other there is a gap (None). `steps` are the errors by how
    far ahead the value lies.
    """

    kind: Literal["forecast"] = "forecast"
    rmse: float | None
    mae: float | None
    actual: tuple[float | None, ...]
    predicted: tuple[float | None, ...]
    steps: tuple[float | None, ...]


class ArraysResult(Output):
    """Rows with several axes, such as pictures that are reconstructed."""

    kind: Literal["arrays"] = "arrays"
    shape: tuple[int, ...]
    rmse: float | None
    mae: float | None
    errors: Histogram | None


OutputResult: TypeAlias = Annotated[
    ClassesResult | LabelsResult | PlacesResult | NumbersResult | ForecastResult | ArraysResult,
    Field(discriminator="kind"),
]


class PartResults(Frozen):
    """The results on the rows of one part, of the outputs that can be measured.

    `file` holds the predictions as an .npz file, `table` as a CSV file; "" stands for none.
    """

    on: Part
    rows: int
    outputs: tuple[OutputResult, ...]
    file: str
    table: str = ""


class Results(Frozen):
    """The results of a run: the data set that it was trained on, and the columns of its inputs."""

    data: str
    inputs: tuple[str, ...]
    parts: tuple[PartResults, ...]


class Wanted(Frozen):
    """Which rows of a part to look at: of one output, those with these classes, in this order."""

    on: Part = "validation"
    node: Annotated[str, Field(max_length=64)] = ""
    actual: Annotated[int, Field(ge=0)] | None = None
    predicted: Annotated[int, Field(ge=0)] | None = None
    order: Order = "worst"
    offset: Annotated[int, Field(ge=0, lt=2**31)] = 0
    limit: Annotated[int, Field(ge=1, le=24)] = 12


class Sample(Frozen):
    """A row (its number in the data set, from 0), what it is and what the model makes of it.

    `actual` and `predicted` are class numbers, or nested lists; `scores` are the highest ones, by
    class number.
    """

    row: int
    error: float | None
    actual: Json
    predicted: Json
    scores: tuple[tuple[int, float], ...] = ()


class Samples(Frozen):
    """The rows that were asked for, of `total`; `columns` are their values in the data set."""

    total: int
    samples: tuple[Sample, ...]
    columns: tuple[ColumnPreview, ...]

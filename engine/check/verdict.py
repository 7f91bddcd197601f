"""The result of a check: shapes, parameter counts, totals and problems."""

from typing import Self

from engine.data.defaults import Chosen
from engine.data.division import Divided
from engine.data.preparation import Effect
from engine.problems import Problem
from engine.values import Frozen


class Tensor(Frozen):
    """The tensor at one output port; an unknown axis (mostly the batch) is null."""

    port: str
    shape: tuple[int | None, ...]
    dtype: str


class NodeVerdict(Frozen):
    """The result for one node; parameters are those of the weights that this node owns.

    `activation_bytes` is the size of its outputs for one training batch, and `multiply_adds` the
    cost of one example (see engine.check.costs); null if an unknown axis leaves it undetermined.
    """

    outputs: tuple[Tensor, ...] = ()
    trainable: int = 0
    non_trainable: int = 0
    weight_bytes: int = 0
    activation_bytes: int | None = 0
    multiply_adds: int | None = 0

    def as_frozen(self) -> Self:
        """Return the verdict of the same layer when it is frozen: no parameter is trainable."""
        count = self.trainable + self.non_trainable
        return self.model_copy(update={"trainable": 0, "non_trainable": count})


class Totals(Frozen):
    """Sums over the nodes with known values; shared weights are counted once.

    `activation_bytes` counts the outputs of all nodes for one batch, as training stores them.
    """

    trainable: int = 0
    non_trainable: int = 0
    weight_bytes: int = 0
    activation_bytes: int = 0
    multiply_adds: int = 0
    nodes: int = 0
    checked: int = 0


class Verdict(Frozen):
    """The checker's answer. `nodes` holds the main graph by node id, `graphs` the sub-models.

    `ok` is true when no problem has severity "error". `inputs` and `outputs` are node ids in
    the order in which the model takes and returns them; `bound` are the data columns of each input
    and output (the target), for those that have one, and `fed` the shape in which its rows feed
    the input or are compared with the output, where that is another one than the column's.
    `chosen` is what each output with a target trains with: the settings of the document, and the
    defaults of a run where it sets none. `divided` counts the rows of each part of the data, and
    `prepared` says what each step of the preparation does; null if they are not known.
    """

    ok: bool
    nodes: dict[str, NodeVerdict] = {}
    graphs: dict[str, dict[str, NodeVerdict]] = {}
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    bound: dict[str, tuple[str, ...]] = {}
    fed: dict[str, tuple[int, ...]] = {}
    chosen: dict[str, Chosen] = {}
    divided: Divided | None = None
    prepared: tuple[Effect, ...] | None = None
    totals: Totals = Totals()
    problems: tuple[Problem, ...] = ()

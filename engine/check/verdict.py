"""The result of a check: shapes, parameter counts, totals and problems."""

from engine.problems import Problem
from engine.values import Frozen


class Tensor(Frozen):
    """What leaves one output port; an unknown axis (the batch, mostly) is null."""

    port: str
    shape: tuple[int | None, ...]
    dtype: str


class NodeVerdict(Frozen):
    """What is known of one node; parameters are those of the weights that this node owns.

    `activation_bytes` is what its outputs take for a whole batch of the training, and
    `multiply_adds` what one example costs (see engine.check.costs); null where an unknown axis
    leaves it open.
    """

    outputs: tuple[Tensor, ...] = ()
    trainable: int = 0
    non_trainable: int = 0
    weight_bytes: int = 0
    activation_bytes: int | None = 0
    multiply_adds: int | None = 0


class Totals(Frozen):
    """Sums over the nodes of which it is known; shared weights are counted once.

    `activation_bytes` counts what each node hands on, for a batch, as training keeps it.
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
    the order in which the model takes and returns them; `bound` is the data's column that feeds
    each input and is the target of each output, as far as they have one.
    """

    ok: bool
    nodes: dict[str, NodeVerdict] = {}
    graphs: dict[str, dict[str, NodeVerdict]] = {}
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    bound: dict[str, str] = {}
    totals: Totals = Totals()
    problems: tuple[Problem, ...] = ()

"""The difference between two verdicts holds what changed, and nothing else."""

from typing import get_args

from engine.check.difference import Difference, VerdictField, difference
from engine.check.verdict import NodeVerdict, Totals, Verdict
from engine.problems import Problem, problem

BAD = problem("no_outputs")


def nodes(**trainable: int) -> dict[str, NodeVerdict]:
    return {id: NodeVerdict(trainable=count) for id, count in trainable.items()}


def verdict(problems: tuple[Problem, ...] = (), **fields: object) -> Verdict:
    return Verdict.model_validate({"ok": not problems, "problems": problems, **fields})


OLD = verdict(
    (BAD,),
    nodes=nodes(a=1, b=2, c=3),
    graphs={"part": nodes(p=4, q=5), "old": nodes(r=6)},
    inputs=("a",),
    outputs=("c",),
    bound={"a": ("image",)},
)
NEW = verdict(
    nodes=nodes(a=1, b=20, d=30),
    graphs={"part": nodes(p=40, q=5), "young": nodes(s=50)},
    inputs=("a",),
    outputs=("d",),
    bound={"a": ("image",)},
    totals=Totals(nodes=9),
)


def test_contains_only_what_changed() -> None:
    assert difference(OLD, NEW) == Difference(
        verdict=verdict(
            nodes=nodes(b=20, d=30),
            graphs={"part": nodes(p=40), "young": nodes(s=50)},
            outputs=("d",),
            totals=Totals(nodes=9),
        ),
        gone={"main": ("c",), "old": ("r",)},
        same=("inputs", "bound", "fed", "chosen", "divided", "prepared"),
    )


def test_an_unchanged_verdict_is_an_empty_difference() -> None:
    same = difference(OLD, OLD)
    assert same.same == get_args(VerdictField)
    assert same.verdict == Verdict(ok=False)
    assert same.gone == {}

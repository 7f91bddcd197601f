"""The check of a whole document: every graph, the training data, the budgets.

Keras judges each layer by itself (engine.check.judge), so that one bad node never hides the
rest.
"""

import keras

from engine.check.adapting import adapting
from engine.check.budgets import of_model
from engine.check.clock import CHECK_SECONDS
from engine.check.shapes import GraphCheck, Judges
from engine.check.training import training
from engine.check.verdict import NodeVerdict, Totals, Verdict
from engine.data.catalogue import DataSets
from engine.document import MAIN, Document, Endpoint
from engine.graph.index import endpoints, inputs
from engine.graph.ports import Outline
from engine.machine.backends import CHECKED_ON
from engine.problems import Problem, problem

MAX_CALLS = 20_000
"""Nodes of a model, with those of sub-models counted each time they are used."""

MAX_PROBLEMS = 1_000


def check_document(document: Document, data: DataSets) -> Verdict:
    """Check a document of any kind, sound or not; never raises for what a person did.

    Costs what is new: each call of a layer that was judged before is remembered.

    Raises RuntimeError where Keras runs on another backend than JAX in this process.
    """
    _refuse_other_backends()
    outline = Outline(document)
    if not any(graph.nodes for graph in document.graphs):
        return Verdict(ok=True, problems=(problem("empty"),))
    judges = Judges(outline)
    if max(judges.models.calls.values(), default=0) > MAX_CALLS:
        return Verdict(ok=False, problems=(problem("too_large", limit=MAX_CALLS),))
    graphs = {graph.id: judges.check(graph.id) for graph in document.graphs}
    main = graphs[MAIN]
    ends = endpoints(outline.index(MAIN))
    starts = inputs(document.main)
    problems = [problem for graph in graphs.values() for problem in graph.problems]
    if not main.structure.wires.cycles:
        problems += _ends(document, starts, ends)
    bound, more = training(document, main, starts, ends, data)
    totals = _totals(main)
    problems += [
        *more,
        *adapting(graphs, document.target.backend),
        *of_model(document, totals, main.laid_out),
    ]
    if judges.missed:
        problems.append(problem("out_of_time", count=judges.missed, seconds=CHECK_SECONDS))
    return Verdict(
        ok=all(problem.severity != "error" for problem in problems),
        nodes=main.verdicts,
        graphs={key: graph.verdicts for key, graph in graphs.items() if key != MAIN},
        inputs=starts,
        outputs=tuple(end.node for end in ends),
        bound=bound,
        totals=totals,
        problems=tuple(sorted(problems, key=_rank)[:MAX_PROBLEMS]),
    )


def _refuse_other_backends() -> None:
    """Elsewhere nothing could be traced: wrong documents would pass, with unknown costs."""
    backend = keras.config.backend()
    if backend != CHECKED_ON:
        raise RuntimeError(
            f"The check needs Keras on {CHECKED_ON}, and Keras runs on {backend} in this process: "
            f"set KERAS_BACKEND={CHECKED_ON}, or import the engine before Keras."
        )


def _ends(document: Document, starts: tuple[str, ...], ends: tuple[Endpoint, ...]) -> list[Problem]:
    if not document.main.nodes:
        return [problem("empty")]
    return [*([] if starts else [problem("no_inputs")]), *([] if ends else [problem("no_outputs")])]


def _rank(problem: Problem) -> int:
    return ("error", "warning", "note").index(problem.severity)


def _totals(main: GraphCheck) -> Totals:
    verdicts: list[NodeVerdict] = list(main.verdicts.values())
    return Totals(
        trainable=sum(verdict.trainable for verdict in verdicts),
        non_trainable=sum(verdict.non_trainable for verdict in verdicts),
        weight_bytes=sum(verdict.weight_bytes for verdict in verdicts),
        activation_bytes=sum(verdict.activation_bytes or 0 for verdict in verdicts),
        multiply_adds=sum(verdict.multiply_adds or 0 for verdict in verdicts),
        nodes=len(main.structure.wires.nodes),
        checked=len(verdicts),
    )

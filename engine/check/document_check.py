"""The check of a whole document: every graph, the training settings, the size limits.

Shapes are inferred layer by layer (engine.check.inference), so that an invalid node does not
hide the problems of others.
"""

import keras

from engine.check.adapting import adaptation_problems
from engine.check.budgets import check_model
from engine.check.clock import CHECK_SECONDS
from engine.check.learning import learning_problems
from engine.check.old_engine import old_engine_problems
from engine.check.several_devices import device_problems
from engine.check.shapes import GraphChecker
from engine.check.training import check_training
from engine.check.verdict import NodeVerdict, Totals, Verdict
from engine.check.visit import GraphCheck
from engine.data.catalogue import DataSets
from engine.document import MAIN, Document, Endpoint, Graph
from engine.graph.bypass import passed_on, without_bypassed
from engine.graph.index import endpoints, inputs
from engine.graph.ports import Outline
from engine.keras.precision import with_precision
from engine.machine.backends import CHECKED_ON
from engine.problems import Problem, problem

MAX_CALLS = 20_000
"""Nodes of a model, with those of sub-models counted at each call."""

MAX_PROBLEMS = 1_000


def check_document(document: Document, data: DataSets) -> Verdict:
    """Check a document, valid or not; an error in the document never raises.

    The results of layer calls are cached.

    Raises RuntimeError if Keras runs on another backend than JAX in this process.
    """
    _refuse_other_backends()
    with with_precision(document):
        return _check(document, data)


def _check(document: Document, data: DataSets) -> Verdict:
    whole, document = document, without_bypassed(document)
    outline = Outline(document, whole)
    if not any(graph.nodes for graph in document.graphs):
        return Verdict(ok=True, problems=(problem("empty"),))
    checker = GraphChecker(outline)
    if max(checker.models.calls.values(), default=0) > MAX_CALLS:
        return Verdict(ok=False, problems=(problem("too_large", limit=MAX_CALLS),))
    graphs = {graph.id: checker.check(graph.id) for graph in document.graphs}
    main = graphs[MAIN]
    ends = endpoints(outline.index(MAIN))
    starts = inputs(document.main)
    problems = [problem for graph in graphs.values() for problem in graph.problems]
    if not main.structure.index.cycles:
        problems += _ends(document, starts, ends)
    training = check_training(document, main, starts, ends, data)
    totals = _totals(main)
    problems += [
        *training.problems,
        *learning_problems(document, graphs, totals),
        *adaptation_problems(graphs, document.target.backend),
        *old_engine_problems(document, training.chosen.values()),
        *device_problems(document),
        *check_model(document, totals, main.unrolled_calls),
    ]
    if checker.missed:
        problems.append(problem("out_of_time", count=checker.missed, seconds=CHECK_SECONDS))
    return Verdict(
        ok=all(problem.severity != "error" for problem in problems),
        nodes=_with_bypassed(whole.main, main.verdicts),
        graphs={
            graph.id: _with_bypassed(graph, graphs[graph.id].verdicts)
            for graph in whole.graphs
            if graph.id != MAIN
        },
        inputs=starts,
        outputs=tuple(end.node for end in ends),
        bound=training.bound,
        fed=training.fed,
        chosen=training.chosen,
        divided=training.counts.divided if training.counts else None,
        prepared=training.counts.effects if training.counts else None,
        totals=totals,
        problems=tuple(sorted(problems, key=_rank)[:MAX_PROBLEMS]),
    )


def _refuse_other_backends() -> None:
    """Other backends can't trace calls: invalid documents would pass, with unknown costs."""
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


def _with_bypassed(graph: Graph, verdicts: dict[str, NodeVerdict]) -> dict[str, NodeVerdict]:
    """Add the bypassed nodes, which cost nothing, with the tensor that they pass on."""
    result = dict(verdicts)
    for key, value in passed_on(graph).items():
        source = verdicts.get(value[0]) if value else None
        tensors = source.outputs if source else ()
        passed = [tensor for tensor in tensors if value and tensor.port == value[1]]
        renamed = (tensor.model_copy(update={"port": "output"}) for tensor in passed)
        result[key] = NodeVerdict(outputs=tuple(renamed))
    return result


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
        nodes=len(main.structure.index.nodes),
        checked=len(verdicts),
    )

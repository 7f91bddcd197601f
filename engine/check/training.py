"""Check the training settings: data, columns, loss, optimizer, metrics and callbacks."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.catalogue import Kind
from engine.catalogue.params import validate_object
from engine.catalogue.refusals import Place, object_label
from engine.check.callbacks import check_callbacks, watched
from engine.check.dividing import check_division
from engine.check.missing import missing_problems
from engine.check.target_fixes import Output, encode
from engine.check.targets import output_problems
from engine.check.tensor_shapes import Shape
from engine.check.visit import GraphCheck
from engine.data.bindings import bind, columns
from engine.data.catalogue import TEXT, Column, DataSets, OneHot
from engine.data.counting import Counted
from engine.data.defaults import Chosen, choose
from engine.data.feeding import fed_shape, target_shape
from engine.document import MAIN, Document, Endpoint, ObjectSpec, Training
from engine.graph.fixes import set_param
from engine.problems import At, Fix, Problem, phrase, problem


@dataclass(frozen=True)
class TrainingCheck:
    """The data columns of each input and output, the shapes in which columns of other shapes feed
    them and the settings that each output trains with (by node id), and the problems with
    training. `counts` says what is known of the rows of the data."""

    bound: dict[str, tuple[str, ...]]
    fed: dict[str, tuple[int, ...]]
    chosen: dict[str, Chosen]
    counts: Counted | None
    problems: list[Problem]


def check_training(
    document: Document,
    main: GraphCheck,
    starts: tuple[str, ...],
    ends: tuple[Endpoint, ...],
    data: DataSets,
) -> TrainingCheck:
    """Check the training settings against the data and the shapes of the main graph."""
    nodes = tuple(dict.fromkeys(end.node for end in ends))
    input_columns, target_columns, problems = bind(document, starts, nodes, data)
    sources = columns(document, input_columns, data)
    targets = columns(document, target_columns, data)
    output_shapes = {end.node: shape for end in ends if (shape := _shape(main, end)) is not None}
    chosen = {
        node: choose(document.training, node, targets[node], shape[-1] if shape else None)
        for node, shape in output_shapes.items()
        if node in targets
    }
    counts, more = check_division(document.training, sources.values(), targets.values(), data)
    problems += more
    problems += missing_problems(document.training, sources | targets, counts, data)
    validates = counts.divided.validation > 0 if counts else document.training.split > 0
    problems += _objects(document)
    known = [(main.structure.names[node], chosen[node]) for node in nodes if node in chosen]
    values = watched(known) if nodes and len(known) == len(nodes) else None
    problems += check_callbacks(document, values, validates=validates)
    problems += _inputs(document.training, main, sources)
    problems += _outputs(document, main, targets, output_shapes, chosen)
    problems += [
        problem("stray_output", node=output.node)
        for output in document.training.outputs
        if nodes and output.node not in nodes
    ]
    inputs = (
        (node, column, fed_shape(column, shape)) for node, column, shape in _shaped(main, sources)
    )
    outputs = (
        (node, targets[node], target_shape(targets[node], shape))
        for node, shape in output_shapes.items()
        if node in targets
    )
    fed = {
        node: shape
        for node, column, shape in (*inputs, *outputs)
        if shape is not None and (shape != column.shape or isinstance(column, OneHot))
    }
    bound = input_columns | target_columns
    return TrainingCheck(bound, fed, chosen, counts, problems)


def _shaped(main: GraphCheck, sources: dict[str, Column]) -> Iterator[tuple[str, Column, Shape]]:
    """Yield each Input with a known shape, with its column and that shape."""
    for node, column in sources.items():
        if verdict := main.verdicts.get(node):
            yield node, column, verdict.outputs[0].shape[1:]


def _outputs(
    document: Document,
    main: GraphCheck,
    targets: dict[str, Column],
    shapes: dict[str, Shape],
    chosen: dict[str, Chosen],
) -> Iterator[Problem]:
    index, names = main.structure.index, main.structure.names
    for node, column in targets.items():
        if column.dtype == TEXT:
            yield problem("text_as_target", At(node=node), name=names[node], column=column.name)
        elif settings := chosen.get(node):
            owner = index.owners[node]
            if owner is not None and not _is_invalid(settings.loss, settings.metrics):
                output = Output(node, names[node], owner, shapes[node], column, settings, index)
                yield from output_problems(document.training, output)


def _shape(main: GraphCheck, end: Endpoint) -> Shape | None:
    """Return the shape of an output without the batch axis; None if it is unknown."""
    verdict = main.verdicts.get(end.node)
    tensors = verdict.outputs if verdict else ()
    if end.port != "output":
        tensors = tuple(tensor for tensor in tensors if tensor.port == end.port)
    return tensors[0].shape[1:] if tensors else None


def _inputs(training: Training, main: GraphCheck, sources: dict[str, Column]) -> Iterator[Problem]:
    for node, column, shape in _shaped(main, sources):
        name, text = main.structure.names[node], column.dtype == TEXT
        if (main.verdicts[node].outputs[0].dtype == TEXT) != text:
            yield _wrong_input_type(node, name, column.name, text=text)
        if fed_shape(column, shape) is None:
            fix = _fitting(training, node, column, shape)
            yield problem(
                "input_unlike_column",
                At(node=node, param="shape"),
                name=name,
                shape=shape,
                column=column.name,
                column_shape=column.shape,
                fix=fix,
            )


def _fitting(training: Training, node: str, column: Column, shape: Shape) -> Fix | None:
    """What makes an Input fit its column: a value for each class, or another shape."""
    if column.classes and not column.shape and shape == (len(column.classes),):
        return encode(training, node, column.name, "one_hot")
    taken = column.shape or (1,)
    if fed_shape(column, taken) is None:
        return None
    return set_param(MAIN, node, "shape", list(taken), phrase("Take {shape:axes}", shape=taken))


def _wrong_input_type(node: str, name: str, column: str, *, text: bool) -> Problem:
    """An Input for numbers with a text column, or the reverse."""
    label = phrase("Take text") if text else phrase("Take numbers")
    return problem(
        "text_unlike_numbers.text" if text else "text_unlike_numbers.numbers",
        At(node=node, param="dtype"),
        name=name,
        column=column,
        fix=set_param(MAIN, node, "dtype", TEXT if text else "float32", label),
    )


def _is_invalid(loss: ObjectSpec, metrics: tuple[ObjectSpec, ...]) -> bool:
    """Whether the loss or a metric is invalid by itself, so that it need not be compared."""
    place = Place(phrase("the training"))
    return bool(
        validate_object("loss", loss, place)
        or any(validate_object("metric", metric, place) for metric in metrics)
    )


def _objects(document: Document) -> Iterator[Problem]:
    """Yield the problems of the optimizer, losses and metrics by themselves."""
    settings = document.training
    losses = [settings.loss, *(output.loss for output in settings.outputs)]
    metrics = [
        *settings.metrics,
        *(metric for output in settings.outputs for metric in output.metrics or ()),
    ]
    yield from _valid("optimizer", "optimizer", settings.optimizer)
    for loss in filter(None, losses):
        yield from _valid("loss", "loss", loss)
    for metric in metrics:
        yield from _valid("metric", "metrics", metric)


def _valid(kind: Kind, where: str, spec: ObjectSpec) -> Iterator[Problem]:
    path = ("training", where, "params") if where in ("optimizer", "loss") else ()
    for invalid in validate_object(kind, spec, Place(object_label(kind, spec.class_), path, MAIN)):
        yield invalid.model_copy(update={"param": where})

"""What is more than a model may be: the limits of engine.check.budgets in words."""

from engine.problems import Fix, Problem
from engine.values import format_bytes


def too_many_axes(graph: str, node: str, name: str, axes: int, limit: int) -> Problem:
    """A tensor of a rank that nothing computes with."""
    return Problem(
        code="too_many_axes",
        graph=graph,
        node=node,
        message=f"“{name}” gives a tensor of {axes} axes; {limit} are the most.",
        hint="Join axes with Reshape or Flatten.",
    )


def too_large_tensor(graph: str, node: str, name: str, bytes: int, limit: int) -> Problem:
    """One example's tensor is larger than any machine holds."""
    return Problem(
        code="too_large_tensor",
        graph=graph,
        node=node,
        message=f"“{name}” gives {format_bytes(bytes)} for one example; "
        f"{format_bytes(limit)} is the most.",
        hint="Use smaller shapes, or fewer filters or units.",
    )


def unrolled_too_far(graph: str, node: str, name: str, place: tuple[int, int], fix: Fix) -> Problem:
    """A recurrence laid out in so many steps that neither check nor training would end."""
    steps, limit = place
    return Problem(
        code="unrolled_too_far",
        graph=graph,
        node=node,
        param="unroll",
        message=f"“{name}” would lay out {steps:,} steps one by one; {limit:,} are the most.",
        hint="Turn unroll off: a loop computes the same for any number of steps.",
        fix=fix,
    )


def step_by_step(
    graph: str, node: str, name: str, count: tuple[int, int], fix: Fix | None
) -> Problem:
    """Steps that Keras lays out one by one: many take long to compile, more would never end."""
    steps, limit = count
    much = "That takes minutes before training starts." if steps <= limit else ""
    return Problem(
        code="step_by_step",
        severity="warning" if steps <= limit else "error",
        graph=graph,
        node=node,
        message=f"“{name}” calls its layer {steps:,} times, and Keras lays out each by itself. "
        + (much or f"{limit:,} are the most."),
        hint="Take a layer that treats all steps at once, as Dense, Conv1D and LSTM do.",
        fix=fix,
    )


def repeats_too_often(
    graph: str, node: str, name: str, counts: tuple[int, int], cure: tuple[str, Fix]
) -> Problem:
    """A layer that repeats what it does in no loop, but laid out each time."""
    (count, limit), (param, fix) = counts, cure
    return Problem(
        code="repeats_too_often",
        graph=graph,
        node=node,
        param=param,
        message=f"“{name}” repeats what it does {count:,} times, and each is compiled by itself; "
        f"{limit:,} are the most.",
        hint=f"Use a smaller {param}.",
        fix=fix,
    )


def many_layers(graph: str, count: int, seconds: float, limit: int) -> Problem:
    """A model that takes long to compile, or would not be compiled in any time."""
    return Problem(
        code="many_layers",
        severity="warning" if count <= limit else "error",
        graph=graph,
        message=f"The model calls {count:,} layers, with sub-models and steps counted at each "
        f"call. Compiling them takes about {_duration(seconds)} before training starts"
        + ("." if count <= limit else f"; {limit:,} are the most."),
        hint="Use fewer layers, or call sub-models less often.",
    )


def long_step(graph: str, count: int, seconds: float, limit: int) -> Problem:
    """A step of training that takes minutes or more, or would not end."""
    return Problem(
        code="long_step",
        severity="warning" if count <= limit else "error",
        graph=graph,
        message=f"One step of training takes {count:.1e} multiply-adds: about "
        f"{_duration(seconds)} without a GPU"
        + ("." if count <= limit else f"; {limit:.0e} are the most."),
        hint="Use a smaller batch, smaller kernels, or fewer units or filters.",
    )


MINUTE, HOUR, DAY = 60, 3_600, 86_400


def _duration(seconds: float) -> str:
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count:,} {unit}s" if count > 1 else f"a{'n' * (unit == 'hour')} {unit}"
    return f"{round(seconds):,} seconds"


def too_many_parameters(graph: str, count: int, limit: int) -> Problem:
    """A model with more weights than anyone can train."""
    return Problem(
        code="too_many_parameters",
        graph=graph,
        message=f"The model has {count:,} parameters; {limit:,} are the most.",
        hint="Use fewer units, filters or layers.",
    )


def too_many_activations(graph: str, bytes: int, batch: int, limit: int) -> Problem:
    """A batch whose tensors no machine holds."""
    return Problem(
        code="too_many_activations",
        graph=graph,
        message=f"A batch of {batch:,} takes {format_bytes(bytes)} for what layers hand on; "
        f"{format_bytes(limit)} is the most.",
        hint="Use a smaller batch or smaller shapes.",
    )


def too_slow(graph: str, node: str, name: str, seconds: float) -> Problem:
    """A layer that Keras does not get done with."""
    return Problem(
        code="too_slow",
        graph=graph,
        node=node,
        message=f"Keras could not work out “{name}” within {seconds:g} s.",
        hint="Use fewer steps, fewer layers inside, or shorter lists.",
    )


def not_looked_at(graph: str, node: str, name: str) -> Problem:
    """A layer that there was no time left for."""
    return Problem(
        code="not_looked_at",
        severity="note",
        graph=graph,
        node=node,
        message=f"“{name}” has not been checked yet.",
    )


def out_of_time(count: int, seconds: float) -> Problem:
    """The check as a whole took too long; what it found out is not lost."""
    layers = "1 layer has" if count == 1 else f"{count:,} layers have"
    return Problem(
        code="out_of_time",
        message=f"The check stopped after {seconds:g} s of work; {layers} not been looked at.",
        hint="It goes on from there at the next change.",
    )

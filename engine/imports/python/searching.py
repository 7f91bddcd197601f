"""Models in wrappers of scikit-learn, and searches for the best of their parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.imports.python.state import State
from engine.imports.python.unknown import Unknown, find_unknown
from engine.imports.python.values import Bound, Function, Method, Model
from engine.problems import phrase

Args = list[Any]
Kwargs = dict[str, Any]

WRAPPERS = ("KerasClassifier", "KerasRegressor")
SEARCHES = ("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV")
PIPELINES = ("Pipeline", "make_pipeline")
_FIT = ("epochs", "nb_epoch", "batch_size", "verbose", "callbacks", "validation_split")
_COMPILE = ("optimizer", "loss", "metrics")
_GRIDS = ("param_grid", "param_distributions")


@dataclass(frozen=True, eq=False)
class Wrapper(Unknown):
    """A model in a wrapper of scikit-learn, and the function that builds it from `options`."""

    build: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)
    model: Any = None


def call(state: State, name: str, args: Args, kwargs: Kwargs, line: int) -> Wrapper | None:
    """Call a wrapper, a pipeline or a search; None for another function of scikit-learn."""
    if name in WRAPPERS:
        options = dict(kwargs)
        build = options.pop("build_fn", None) or options.pop("model", None) or (args or [None])[0]
        return _wrapped(state, build, options, line)
    wrapper = _wrapper_in([*args, *kwargs.values()]) if name in (*SEARCHES, *PIPELINES) else None
    if wrapper is None or name in PIPELINES:
        return wrapper
    grid = next((kwargs[key] for key in _GRIDS if key in kwargs), args[1] if args[1:] else None)
    return _searched(state, name, wrapper, grid, line)


def fit(wrapper: Wrapper, name: str) -> Bound | None:
    """`wrapper.fit`, which trains the model in it as the wrapper says; None for another method."""
    if name != "fit" or not isinstance(wrapper.model, Model):
        return None
    return Bound(Method(wrapper.model, name), (), dict(wrapper.model.fitted))


def _wrapped(state: State, build: Any, options: Mapping[str, Any], line: int) -> Wrapper:
    """The wrapper of the model that a function builds with those options that it takes."""
    model, taken = build, list[str]()
    if isinstance(build, Function | Bound):
        taken = _parameters(build)
        known = {name: value for name, value in options.items() if name in taken}
        model = state.call(build, [], known, line)
    if isinstance(model, Model):
        compiled = {name: options[name] for name in _COMPILE if name in options}
        if "loss" in compiled and not model.compiled:
            state.call(Method(model, "compile"), [], compiled, line)
        fitted = {name: options[name] for name in _FIT if name in options and name not in taken}
        state.journal.touch(model.fitted)
        model.fitted.update(fitted)
    return Wrapper(line, phrase("a wrapper of scikit-learn"), "", build, options, model)


def _parameters(build: Function | Bound) -> list[str]:
    function = build.function if isinstance(build, Bound) else build
    node = function.node.args if isinstance(function, Function) else None
    return [param.arg for param in (*node.args, *node.kwonlyargs)] if node else []


def _wrapper_in(values: Any) -> Wrapper | None:
    """The first wrapper in a list and the lists and tuples in it."""
    for value in values:
        inner = _wrapper_in(value) if isinstance(value, list | tuple) else value
        if isinstance(inner, Wrapper):
            return inner
    return None


def _searched(state: State, name: str, wrapper: Wrapper, grid: Any, line: int) -> Wrapper:
    """The wrapper of the first model that a search tries."""
    firsts = dict(_firsts(grid))
    if not firsts:
        what = phrase("the values that {name}(…) tries; the first model is taken", name=name)
        state.leave_out(line, what, "training")
        return wrapper
    values = [f"{key}={value!r}" for key, value in firsts.items()]
    what = phrase(
        "the values that {name}(…) tries; the first of each is taken: {values:list}",
        name=name,
        values=values,
    )
    state.leave_out(line, what, "training")
    return _wrapped(state, wrapper.build, {**wrapper.options, **firsts}, wrapper.line)


def _firsts(grid: Any) -> Iterator[tuple[str, Any]]:
    """The first value of each parameter in a grid, or in the first of a list of grids."""
    if isinstance(grid, list | tuple) and grid:
        grid = grid[0]
    for key, values in grid.items() if isinstance(grid, dict) else ():
        if not isinstance(key, str) or not isinstance(values, list | tuple | range) or not values:
            continue
        if not find_unknown(values[0]):
            yield key.rpartition("__")[2], values[0]

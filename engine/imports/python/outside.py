"""What code that is not in the source may do to what it is given: lists, functions, models."""

import ast
import sys
from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from typing import Any

from engine.catalogue.param_rules import words
from engine.imports.python import functions
from engine.imports.python.configuration import Config
from engine.imports.python.state import State
from engine.imports.python.streams import Stream, drained
from engine.imports.python.unknown import (
    EndlessError,
    Path,
    RaisedError,
    ReadError,
    Undefined,
    Unknown,
    Wrapped,
)
from engine.imports.python.values import YIELDS, Bound, Function, Instance, Layer, Method
from engine.imports.python.walking import descendants
from engine.problems import phrase

_CHANGE_FIRST = frozenset(
    words(
        "random.shuffle numpy.random.shuffle heapq.heapify heapq.heappush "
        "heapq.heappop heapq.heapreplace heapq.heappushpop bisect.insort bisect.insort_left "
        "bisect.insort_right operator.setitem operator.delitem operator.iadd operator.iconcat "
        "operator.ior operator.imul"
    )
)
"""Functions of libraries that change their first argument."""
_HARMLESS = frozenset(sys.stdlib_module_names) | frozenset(
    words(
        "keras tensorflow numpy pandas scipy sklearn matplotlib seaborn plotly PIL cv2 skimage "
        "imageio tqdm h5py wandb mlflow tensorflow_datasets tensorflow_hub tensorflow_probability "
        "jax torch onnx tf2onnx nltk gensim joblib six absl requests yaml IPython pydot graphviz "
        "gym gymnasium librosa keras_tuner kerastuner keras_hub keras_nlp keras_cv imgaug "
        "albumentations builtins tensorboard optuna pydub soundfile music21 mlxtend eli5 shap lime"
    )
)
"""Libraries whose other functions leave lists and dicts as they are."""
_WRITES = frozenset(
    words(
        "add append appendleft clear compile discard extend insert pop popleft remove reverse "
        "setdefault sort update"
    )
)


def note_call(state: State, dotted: str, values: Iterable[Any], line: int) -> None:
    """Make unknown what a function of a library may change."""
    values = list(values)
    why = Unknown(line, phrase("what {dotted}(…) changes", dotted=dotted))
    if dotted in _CHANGE_FIRST and values:
        _forget(state, values[0], why)
    elif dotted.partition(".")[0] not in _HARMLESS:
        for value in values:
            _forget(state, value, why)
    note_functions(state, values, why)


def note_unknown(state: State, called: Unknown, values: Iterable[Any], why: Unknown) -> None:
    """Make unknown what a call of a value that is not known may change."""
    values = list(values)
    if isinstance(called, Wrapped):
        note_functions(state, [called.function], why)
    elif isinstance(called, Undefined):
        for value in values:
            _forget(state, value, why)
    note_functions(state, values, why)


def note_functions(state: State, values: Iterable[Any], why: Unknown) -> None:
    """Make unknown what functions of the source change that code outside of it may call."""
    for value in values:
        match value:
            case Function():
                _may_run(state, value, 0, why)
            case Bound(function=Function() as function):
                _may_run(state, function, len(value.args), why, value.args)
            case Method(owner=list() | dict() | set() as owner, name=name) if name in _WRITES:
                state.journal.forget_all(owner, why)


def _forget(state: State, value: Any, why: Unknown) -> None:
    if isinstance(value, list | dict | set):
        state.journal.forget_all(value, why)
    elif isinstance(value, Instance) and not value.cls.kind:
        state.journal.forget_all(value.attributes, why)


def _may_run(
    state: State, function: Function, given: int, why: Unknown, args: Iterable[Any] = ()
) -> None:
    """Make unknown what a call of a function would change."""
    if not _writes(function):
        return
    if isinstance(function.node, ast.FunctionDef) and function.is_generator:
        begun = copy(function.node)
        begun.body = _beginning(begun.body) or [ast.copy_location(ast.Pass(), begun)]
        vars(begun).pop(YIELDS, None)
        function = replace(function, node=begun)
    missing = dict.fromkeys(functions.required(function)[given:], why)
    models, left_out = len(state.models), len(state.left_out)
    state.journal.begin()
    try:
        functions.call(state, function, list(args), missing, why.line)
    except EndlessError:
        raise
    except (RaisedError, ReadError):
        pass
    finally:
        changes = state.journal.rollback()
    del state.models[models:], state.left_out[left_out:]
    for container, keys in state.journal.differing(changes):
        state.journal.forget(container, keys, why)


def _beginning(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a context manager before its block: what follows often undoes them."""
    result: list[ast.stmt] = []
    for statement in body:
        if not any(isinstance(node, ast.Yield | ast.YieldFrom) for node in descendants(statement)):
            result.append(statement)
            continue
        return [*result, *_beginning(statement.body)] if isinstance(statement, ast.Try) else result
    return result


def _writes(function: Function) -> bool:
    """Whether a function may change something that it does not create."""
    for node in descendants(function.node):
        match node:
            case ast.Global() | ast.Nonlocal():
                return True
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                return True
            case ast.Call(func=ast.Attribute(attr=name)) if name in _WRITES:
                return True
    return False


def arguments(
    called: Any, args: list[Any], kwargs: dict[str, Any], line: int
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call; what is not in the source may take items of iterators."""
    if not any(isinstance(value, (Stream, Config)) for value in (*args, *kwargs.values())):
        return args, kwargs
    match called:
        case Path(dotted=dotted) if dotted.startswith("builtins."):
            return args, kwargs
        case (
            Path(is_known=True) | Layer() | Method(owner=list() | tuple() | dict() | set() | str())
        ):
            values = drained([*args, *kwargs.values()], line)
            return values[: len(args)], dict(zip(kwargs, values[len(args) :], strict=True))
        case Path() | Unknown():
            for value in (*args, *kwargs.values()):
                if isinstance(value, Stream | Config):
                    value.spend()
    return args, kwargs

"""The packages that a script needs, as a comment at its top."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path as File

from engine.catalogue import traits_of
from engine.code.program import Program
from engine.code.syntax.imports import imports, module_of, names_used
from engine.code.syntax.tree import Copied, Statement
from engine.code.targets import CodeTarget
from engine.machine import backends, old
from engine.problems import At, Problem, problem

KERAS = "keras"
TENSORBOARD = "keras.callbacks.TensorBoard"
PAIRS_OUTPUTS = "3.9"
"""Keras 3.6 compares targets with the wrong outputs where both have names."""
DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow", "python_calamine": "python-calamine"}
"""Packages that are not installed under the name of their module."""
WITHOUT_NUMPY = {"torch"}
"""Packages that don't bring NumPy with them, as Keras and Flax do."""


def needs(program: Program, statements: Sequence[Statement]) -> Problem:
    """Name the packages that these statements need; Matplotlib, for the curves, is optional."""
    packages = [*dict.fromkeys(_packages(program, statements))]
    draws = any(isinstance(part, Copied) and part.texts for part in statements)
    return problem("code_needs" if draws else "code_needs.model", packages=packages)


def _packages(program: Program, statements: Sequence[Statement]) -> Iterator[str]:
    target = program.target
    used = set(names_used(statements))
    own = target.package.partition(".")[0]
    if target.exact:
        engine = old.get(target.backend_for(program.document.target))
        yield from (f"{own}=={target.oldest}", engine.requirement, *target.beside)
        yield from _modules(statements, target, {own, "numpy"})
        return
    oldest = _oldest(own, target.oldest, used)
    if own == KERAS and len(program.main.outputs) > 1:
        oldest = max(oldest, PAIRS_OUTPUTS, key=_numbers)
    yield f"{own}>={oldest}"
    if own != KERAS and oldest != target.oldest and (later := _oldest(KERAS, "", used)):
        yield f"{KERAS}>={later}"  # newer versions of TensorFlow run on any Keras 3
    if target.sets_backend:
        yield backends.get(target.backend_for(program.document.target)).package
    if own != "tensorflow" and (needs_tensorflow(program) or TENSORBOARD in used):
        yield "tensorflow"  # with which Keras computes text and writes for TensorBoard
    if TENSORBOARD in used:
        yield "tensorboard"
    yield from _modules(statements, target, {own} if own in WITHOUT_NUMPY else {own, "numpy"})


def _modules(
    statements: Sequence[Statement], target: CodeTarget, brought: set[str]
) -> Iterator[str]:
    """The distributions of the modules that are imported, without those that others bring."""
    lines = [part for part in imports(statements, target) if isinstance(part, Copied)]
    for module in (module_of(line.source) for line in lines):
        if module not in brought | sys.stdlib_module_names:
            yield DISTRIBUTIONS.get(module, module)


def needs_tensorflow(program: Program) -> list[Problem]:
    """Return a problem for each layer that Keras computes with TensorFlow on every backend."""
    return [
        problem(
            "code_needs_tensorflow",
            At(graph=graph, node=key),
            name=flow.display_name(key),
            layer=written.owner.layer,
        )
        for graph, flow in program.flows.items()
        for key, written in flow.written.items()
        if "text" in traits_of(written.owner.layer).needs
    ]


def _oldest(package: str, oldest: str, used: Iterable[str]) -> str:
    """The first version of the package that has everything that is used."""
    since = _since().get(package, {})
    return max((oldest, *(since[name] for name in used if name in since)), key=_numbers)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part)


@cache
def _since() -> dict[str, dict[str, str]]:
    """Versions by package and path, or by path and argument: `keras.layers.Dense.units`.

    Written by `make test-versions`; what is missing is in the oldest version that is tested.
    """
    text = File(__file__).with_name("since.json").read_text(encoding="utf-8")
    return dict(json.loads(text))

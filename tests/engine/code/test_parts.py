"""Repeated parts of a model are classes of their own in code for other libraries."""

import ast
import re

import pytest

from engine.code import generate
from engine.code.modules.libraries import LIBRARIES
from engine.document import MAIN
from tests.versions.repeated_cases import cases

CASES = cases()


def classes(source: str) -> dict[str, ast.ClassDef]:
    """The classes that the code defines, by name."""
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}


def is_part(cls: ast.ClassDef) -> bool:
    return any(
        isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "keras_layers"
        for line in cls.body
    )


def created(cls: ast.ClassDef) -> list[ast.Call]:
    """The calls that create the attributes of a class."""
    return [
        line.value
        for line in ast.walk(cls)
        if isinstance(line, ast.Assign)
        and ast.unparse(line.targets[0]).startswith("self.")
        and isinstance(line.value, ast.Call)
    ]


def code(case: str, library: str) -> str:
    result = generate(CASES[f"repeated-{case}"], "subclass", library)  # type: ignore[arg-type]
    assert [problem.message for problem in result.problems] == []
    return result.source


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("case", ["residual", "unet", "transformer", "gated", "branches"])
def test_repeated_parts_are_classes(case: str, library: str) -> None:
    found = classes(code(case, library))
    parts = [name for name, cls in found.items() if is_part(cls)]
    assert parts
    calls = [call.func.id for call in created(found["Model"]) if isinstance(call.func, ast.Name)]
    assert set(parts) <= set(calls)
    assert len([name for name in calls if name in parts]) > len(parts)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("case", CASES)
def test_each_layer_of_keras_is_loaded_once(case: str, library: str) -> None:
    """The names that the code loads are those that the model has without parts."""
    found = classes(generate(CASES[case], "subclass", library).source)  # type: ignore[arg-type]
    names = [name for cls in found.values() if not is_part(cls) for name in loaded(cls, found)]
    assert len(names) == len(set(names))


def loaded(cls: ast.ClassDef, found: dict[str, ast.ClassDef]) -> list[str]:
    """The names in Keras of the layers of a class and of its parts."""
    table: dict[str, str] = {}
    for line in cls.body:
        if isinstance(line, ast.Assign):
            table = ast.literal_eval(line.value)
    result = []
    for line in ast.walk(cls):
        if not (isinstance(line, ast.Assign) and isinstance(line.value, ast.Call)):
            continue
        target, part = ast.unparse(line.targets[0]), found.get(ast.unparse(line.value.func))
        if not target.startswith("self.") or target.count(".") > 1:
            continue
        name = table.get(target[5:], target[5:])
        if part is None or not is_part(part):
            result.append(f"{cls.name}/{name}")
            continue
        templates = next(
            ast.literal_eval(at.value) for at in part.body if isinstance(at, ast.Assign)
        )
        result += [f"{cls.name}/{text.format(*name.split())}" for text in templates.values()]
    return result


def test_sizes_of_parts_are_parameters() -> None:
    source = code("gated", "torch")
    assert "def __init__(self, in_features, units):" in source
    assert "self.norm = nn.LayerNorm(units, eps=0.001)" in source
    assert re.search(r"self\.gate_4 = Gate\(9, 20\)", source)


@pytest.mark.parametrize("library", LIBRARIES)
def test_names_of_layers_do_not_keep_places_from_sharing_a_class(library: str) -> None:
    """A tensor with several uses is called after its layer only where that is one of the model."""
    found = classes(code("branches", library))
    parts = [name for name, cls in found.items() if is_part(cls)]
    calls = [call.func.id for call in created(found["Model"]) if isinstance(call.func, ast.Name)]
    assert [calls.count(part) for part in parts][-1] >= 4
    arguments = {
        argument.arg
        for part in parts
        for line in found[part].body
        if isinstance(line, ast.FunctionDef)
        for argument in line.args.args
    }
    assert "groups" not in arguments


def test_parts_that_differ_in_their_forward_pass_have_two_classes() -> None:
    """The first unit takes the channels last, as the model does."""
    source = code("residual", "torch")
    assert "class Unit(nn.Module):" in source
    assert "class Unit2(nn.Module):" in source


def test_scripts_name_no_layers_of_keras() -> None:
    assert "keras_layers" not in generate(CASES["repeated-gated"], "script", "torch").source


def test_lines_of_parts_belong_to_all_their_nodes() -> None:
    document = CASES["repeated-gated"]
    result = generate(document, "subclass", "torch")
    dense = [node.id for node in document.graph(MAIN).nodes if node.layer == "Dense"]
    assert dense
    assert set(dense) <= result.lines.keys()

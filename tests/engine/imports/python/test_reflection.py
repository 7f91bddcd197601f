"""Names and attributes that source reads and sets by reflection."""

import pytest

from tests.engine.imports.python.reading import read, refusal, summary

MODEL = "\nmodel = keras.Sequential([keras.Input((4,)), layers.Dense({units})])\n"
CLASS = """
class Sizes:
    n = 1
    def __init__(self, **options):
        self.n = 3
        self.__dict__.update(options)
sizes = Sizes({arguments})
"""

READ = {
    "exec": ("n = 3\nexec('n = 2 + 3')", "n"),
    "exec of Python 2": ("n = 3\nprint n\nexec 'n = 5'", "n"),
    "exec in a scope": ("n = 5\nexec('n = 3', {})", "n"),
    "eval": ("n = 3\nn = eval('n + 2')", "n"),
    "globals": ("n = 3\nglobals()['n'] = 5", "n"),
    "globals, read": ("n = 5", "globals()['n']"),
    "locals": ("def f(n):\n    return locals()['n']", "f(5)"),
    "vars of a module": ("n = 3\nvars()['n'] = 5", "n"),
    "vars of an instance": (CLASS.format(arguments="") + "vars(sizes)['n'] = 5", "sizes.n"),
    "__dict__": (CLASS.format(arguments="n=5"), "sizes.n"),
    "__dict__ of all arguments": (
        "class C:\n    def __init__(self, n):\n        self.__dict__.update(locals())",
        "C(5).n",
    ),
    "setattr": (CLASS.format(arguments="") + "setattr(sizes, 'n', 5)", "sizes.n"),
    "__setattr__": (CLASS.format(arguments="") + "sizes.__setattr__('n', 5)", "sizes.n"),
    "object.__setattr__": (
        CLASS.format(arguments="") + "object.__setattr__(sizes, 'n', 5)",
        "sizes.n",
    ),
    "delattr": (CLASS.format(arguments="") + "Sizes.n = 5\ndelattr(sizes, 'n')", "sizes.n"),
    "a __setattr__ of its own": (
        "class C:\n    def __setattr__(self, name, value):\n"
        "        super().__setattr__(name, value + 1)\nc = C()\nc.n = 4",
        "c.n",
    ),
    "a property that is set": (
        "class C:\n    @property\n    def n(self):\n        return self.m + 1\n"
        "    @n.setter\n    def n(self, value):\n        self.m = value * 2\nc = C()\nc.n = 2",
        "c.n",
    ),
    "import_module": ("import importlib\nL = importlib.import_module('keras.layers')", "L and 5"),
}


@pytest.mark.parametrize(("source", "units"), READ.values(), ids=READ)
def test_reflection(source: str, units: str) -> None:
    imported = read(source + MODEL.format(units=units))
    assert summary(imported.document) == ["Dense(units=5)"]
    named = ["Other: exec(…) (line 5)."] if "{}" in source else []
    assert [problem.message for problem in imported.problems] == named


def test_modules_that_are_imported_by_name() -> None:
    source = """
        from importlib import import_module
        model = __import__("keras").Sequential([keras.Input((4,))])
        model.add(import_module("keras.layers").Dense(3))
        """
    assert summary(read(source).document) == ["Dense(units=3)"]


NAMED = {
    "exec": ("exec(open('settings.py').read())", "exec(…)"),
    "exec in a function": ("def f():\n    exec('n = 3')\nf()", "exec(…)"),
    "globals": ("globals()[input()] = 3", "names that are set through globals()"),
    "update": ("globals().update(settings)", "names that are set through globals()"),
}


@pytest.mark.parametrize(("source", "what"), NAMED.values(), ids=NAMED)
def test_names_that_are_not_known_are_named(source: str, what: str) -> None:
    (problem,) = read(source + MODEL.format(units=5)).problems
    assert problem.message.startswith(f"Other: {what}")


@pytest.mark.parametrize(
    "source",
    ["exec('n = (')", "class C:\n    @property\n    def n(self):\n        return 1\nC().n = 3"],
)
def test_a_program_that_fails_has_no_model(source: str) -> None:
    assert "the program ends here" in refusal(source + MODEL.format(units=5))


def test_attributes_that_are_not_known_are_not_those_of_the_class() -> None:
    source = CLASS.format(arguments="**settings") + MODEL.format(units="sizes.n")
    assert "units of Dense" in refusal(source)

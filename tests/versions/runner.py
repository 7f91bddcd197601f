"""Executes the code of one template in the environment of an old Keras; imports nothing else.

Reads {"sources": code by form, "needs": the packages that the script names} from standard input,
and writes what was built as the last line of standard output: the number of parameters and the
shapes of the outputs by form, and the files that the script wrote.
"""

import contextlib
import json
import sys
from pathlib import Path

ROWS = 64
BLOCKED = {"jax": "jax", "tensorflow": "tensorflow", "scikit-learn": "sklearn", "torch": "torch"}
"""Modules by package, which a script may import only if it names the package."""


class Blocker:
    """A finder of modules that does not find some, as if they were not installed."""

    def __init__(self, finder, modules):
        self.finder = finder
        self.modules = modules

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, path=None, target=None):
        hidden = name.partition(".")[0] in self.modules
        return None if hidden else self.finder.find_spec(name, path, target)


def shapes(model):
    outputs = model.outputs if isinstance(model.outputs, (list, tuple)) else [model.outputs]
    return {
        "parameters": int(model.count_params()),
        "outputs": [[int(axis) if axis else None for axis in output.shape] for output in outputs],
    }


def first_rows(load):
    def loaded(*arguments):
        return {name: values[:ROWS] for name, values in load(*arguments).items()}

    return loaded


def train(source):
    """Run the script for one epoch with the first rows; return its model."""
    models = []
    scope = {"__name__": "script", "__doc__": "script"}
    exec(compile(source, "train.py", "exec"), scope)
    build = scope["build_model"]
    for name in [name for name in scope if name.startswith("load_")]:
        scope[name] = first_rows(scope[name])
    scope["build_model"] = lambda: models.append(build()) or models[-1]
    sys.argv = ["train.py", "--epochs", "1"]
    scope["main"]()
    return models[0]


def build(source):
    scope = {"__name__": "model"}
    exec(compile(source, "model.py", "exec"), scope)
    return scope["model"] if "model" in scope else scope["build_model"]()


def main():
    request = json.load(sys.stdin)
    packages = {need.partition(">=")[0] for need in request["needs"]}
    blocked = {module for package, module in BLOCKED.items() if package not in packages}
    if "tensorflow" in packages:
        blocked.discard("jax")  # TensorFlow's own imports try it
    sys.meta_path[:] = [Blocker(finder, blocked) for finder in sys.meta_path]
    with contextlib.redirect_stdout(sys.stderr):
        results = {"script": shapes(train(request["sources"].pop("script")))}
        results.update({form: shapes(build(code)) for form, code in request["sources"].items()})
    kinds = sorted(path.suffix for path in Path.cwd().iterdir())
    print(json.dumps({"models": results, "files": kinds}))


main()

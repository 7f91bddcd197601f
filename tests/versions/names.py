"""Tells which classes, functions and arguments a version of Keras has; runs in its environment.

Reads {"package": …, "names": {path: [arguments]}} from standard input, and writes the list of
those that are missing: a path, or a path and an argument.
"""

import importlib
import inspect
import json
import sys


def arguments(value):
    """The arguments of a function, or of a class and all its bases."""
    parts = [part.__init__ for part in value.__mro__[:-1]] if inspect.isclass(value) else [value]
    names = set()
    for part in parts:
        try:
            names.update(inspect.signature(part).parameters)
        except (TypeError, ValueError):
            return None
    return names


def missing(root, path, wanted):
    value = root
    for name in path.split(".")[1:]:
        value = getattr(value, name, None)
    if value is None:
        return [path]
    known = arguments(value)
    return [f"{path}.{name}" for name in wanted if known is not None and name not in known]


def main():
    request = json.load(sys.stdin)
    root = importlib.import_module(request["package"])
    names = request["names"].items()
    print(json.dumps([each for path, wanted in names for each in missing(root, path, wanted)]))


main()

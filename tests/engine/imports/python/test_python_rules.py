"""Rules of Python that are easy to pass over: each source is the model that Python builds."""

import pytest

from tests.engine.imports.python.reading import read

MODEL = "\nmodel = keras.Sequential([keras.Input((4,))] + [layers.Dense(size) for size in sizes])\n"

SIZES = {
    "a set of texts in order": (
        "names = {'bb', 'a'}\nsizes = [len(each) for each in sorted(names)] + [len(names)]",
        [1, 2, 2],
    ),
    "a method called by its class": ("sizes = [3]\nlist.append(sizes, 4)", [3, 4]),
    "a method of dict called by it": (
        "options = {'n': 3}\ndict.update(options, n=5)\nsizes = [options['n']]",
        [5],
    ),
    "the beginning and the end of a with statement": (
        """
sizes = []
class Scope:
    def __enter__(self):
        sizes.append(3)
        return 4
    def __exit__(self, *error):
        sizes.append(5)
with Scope() as size:
    sizes.append(size)
""",
        [3, 4, 5],
    ),
    "an exit that swallows": (
        """
class Quiet:
    def __enter__(self): pass
    def __exit__(self, *error): return True
sizes = [3]
with Quiet():
    sizes = [4]
    raise ValueError
""",
        [4],
    ),
    "suppress": (
        "import contextlib\nsizes = [3]\nwith contextlib.suppress(KeyError):\n"
        "    {}['a']\n    sizes = [4]",
        [3],
    ),
    "the handler that catches": (
        "try:\n    raise KeyError\nexcept ValueError:\n    sizes = [3]\n"
        "except LookupError:\n    sizes = [4]",
        [4],
    ),
    "an exception of its own": (
        "class Own(ValueError): pass\ntry:\n    try:\n        raise Own('x')\n"
        "    except KeyError:\n        sizes = [3]\nexcept ValueError as error:\n    sizes = [4]",
        [4],
    ),
    "an exception before the one that is raised": (
        "import other\nsizes = [3]\ntry:\n    other.run()\n    raise RuntimeError\n"
        "except ValueError:\n    pass",
        [3],
    ),
    "an item that is not there": (
        "try:\n    sizes = {'a': [3]}['b']\nexcept KeyError:\n    sizes = [4]",
        [4],
    ),
    "a text that is no number": (
        "try:\n    sizes = [int('a')]\nexcept ValueError:\n    sizes = [4]",
        [4],
    ),
    "an attribute that is not there": (
        "class Own: pass\ntry:\n    sizes = [Own().size]\nexcept AttributeError:\n    sizes = [4]",
        [4],
    ),
    "special methods": (
        """
class Size:
    def __init__(self, n): self.n = n
    def __add__(self, other): return Size(self.n + other)
    def __rmul__(self, other): return self.n * other
    def __eq__(self, other): return self.n == other.n
    def __lt__(self, other): return self.n > other.n
    def __contains__(self, n): return n == self.n
a = Size(3)
sizes = [(a + 2).n, 2 * a, 7 if a == Size(3) else 1, 8 if a < Size(1) else 1, 9 if 3 in a else 1]
""",
        [5, 6, 7, 8, 9],
    ),
    "a list that a loop extends": (
        "sizes = [3]\nfor size in sizes:\n    if size < 6:\n        sizes.append(size + 1)",
        [3, 4, 5, 6],
    ),
    "a list that a loop shortens": (
        "sizes = [3, 4, 5, 6]\nfor size in sizes:\n    sizes.remove(size)",
        [4, 6],
    ),
    "a view of a dict": (
        "d = {'a': 3}\nsizes = d.values()\nn = len(sizes)\nd['b'] = n + 3\nsizes = [*sizes]",
        [3, 4],
    ),
    "map when its items are taken": (
        "k = 1\nitems = map(lambda n: n * k, (3, 4))\nk = 2\nsizes = list(items)",
        [6, 8],
    ),
    "map whose items nobody takes": (
        "sizes = [3]\nmap(sizes.append, [4])",
        [3],
    ),
    "lists of unequal lengths": (
        "try:\n    sizes = list(zip([3], [4, 5], strict=True))\n"
        "except ValueError:\n    sizes = [6]",
        [6],
    ),
    "sort by a key": ("sizes = [3, 5, 4]\nsizes.sort(key=lambda size: -size)", [5, 4, 3]),
    "sorted by a key": (
        "pairs = [(1, 3), (2, 5), (3, 4)]\n"
        "sizes = [b for a, b in sorted(pairs, key=lambda p: p[1], reverse=True)]",
        [5, 4, 3],
    ),
    "the largest by a key": (
        "sizes = [max([3, 4], key=lambda n: -n), min(5, 6, key=lambda n: -n), "
        "max([], key=len, default=7)]",
        [3, 6, 7],
    ),
    "attributes and items that a class looks up itself": (
        """
class Options:
    def __init__(self): self.values = {"n": 3}
    def __getattr__(self, name): return self.values[name]
    def __setitem__(self, key, value): self.values[key] = value
options = Options()
options["m"] = 4
sizes = [options.n, options.m]
""",
        [3, 4],
    ),
    "a named tuple": (
        "from collections import namedtuple\nPair = namedtuple('Pair', 'a b')\n"
        "pair = Pair(3, b=4)\na, b = pair\nsizes = [pair[0], pair[-1], b, *pair]",
        [3, 4, 4, 3, 4],
    ),
    "fields of a dataclass": (
        """
from dataclasses import dataclass, field, replace
@dataclass
class Options:
    n: int = 3
    sizes: list = field(default_factory=lambda: [4])
    def __post_init__(self): self.n += 10
first, second = Options(), Options(n=5)
first.sizes.append(6)
sizes = [first.n, *first.sizes, second.n, *second.sizes, replace(second, n=1).n]
""",
        [13, 4, 6, 15, 4, 11],
    ),
    "itertools": (
        "import itertools\nsizes = [a * b for a, b in itertools.product([1, 2], [3, 4])]\n"
        "sizes += itertools.chain([5], (6,))\n"
        "sizes += [a + b for a, b in itertools.combinations([1, 2, 3], 2)]",
        [3, 4, 6, 8, 5, 6, 3, 4, 5],
    ),
    "operators as functions": (
        "import operator\nfrom functools import reduce\n"
        "sizes = [reduce(operator.add, [1, 2, 3]), operator.mul(2, 3)]",
        [6, 6],
    ),
    "a function that keeps its results": (
        "from functools import lru_cache\nsizes = []\n@lru_cache(maxsize=None)\ndef add(n):\n"
        "    sizes.append(n)\n    return n\nadd(3)\nadd(3)\nadd(4)",
        [3, 4],
    ),
}


@pytest.mark.parametrize(("source", "sizes"), SIZES.values(), ids=SIZES)
def test_the_sizes_that_python_computes(source: str, sizes: list[int]) -> None:
    found = read(source + MODEL)
    assert found.problems == ()
    nodes = found.document.graph("main").nodes
    assert [node.params["units"] for node in nodes if node.layer == "Dense"] == sizes

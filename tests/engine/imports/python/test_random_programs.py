"""Random programs: the import of each is the model that Python builds, or says why it is not read.

Each program computes sizes of layers with statements whose meaning is easy to get wrong; it is
executed in a child process.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.imports.graph_builder import Imported
from engine.imports.python import from_python

CHILD = """
import json, sys
for line in sys.stdin:
    names = {}
    try:
        exec(json.loads(line), names)
        answer = [layer for layer in names["record"]]
    except Exception as error:
        answer = type(error).__name__
    print(json.dumps(answer), flush=True)
"""
# Stands for Keras in the child: what the program builds is recorded as it is called.
STAND_IN = """
record = []
class layers:
    class Dense:
        def __init__(self, units): self.units = units
        def __call__(self, x):
            record.append(self.units)
            return x
"""
HEAD = "import keras\nfrom keras import layers\nx = keras.Input((4,))\n"
SETUP = "a, b = 2, 3\ns = [1, 2]\nt = s\nd = {'k': 4}\n"
END = "for size in s:\n    x = layers.Dense(1 + abs(size) % 50)(x)\nx = layers.Dense(7)(x)\n"

NUMBER = st.integers(-3, 9)
STATEMENTS = (
    "a += {0}",
    "b = a * {0} + b",
    "a, b = b, a + {0}",
    "s.append(a)",
    "s += [b, {0}]",
    "t = t + [{0}]",
    "t = s[:]",
    "s, t = t, s",
    "s = [n + {0} for n in s if n != b]",
    "a = [a for a in (a, {0})][-1] + a",
    "s[{0} % len(s):] = [a]",
    "s[0], s[-1] = s[-1], {0}",
    "del s[1:2]",
    "d['k'] += {0}\ns.append(d['k'])",
    "d = dict(d, j={0})\na = sum(d.values())",
    "d.setdefault('z', []).append({0})\ns.append(len(d['z']))\nd = {{'k': len(d)}}",
    "if a > b:\n    a = {0}\nelif a == {0}:\n    s.append({0})\nelse:\n    b -= 1",
    "for n in range({0}):\n    if n == 3:\n        break\n    a += n\nelse:\n    b += 1",
    "for n in range(4):\n    if n % 2:\n        continue\n    s.append(n)",
    "n = {0}\nwhile n > 0:\n    n -= 2\n    b += n",
    "def f(v, extra=[]):\n    extra.append(v)\n    return len(extra)\ns.append(f(a) + f({0}))",
    "def g(v={0}, *rest, w=1, **more):\n    return v + len(rest) * w + len(more)\n"
    "s.append(g(a, 1, 2, w={0}, z=5))",
    "n = {0}\ndef h(v=n):\n    return v + n\nn = 5\ns.append(h())",
    "def counter():\n    count = {0}\n    def step():\n        nonlocal count\n        count += 1\n"
    "        return count\n    return step\nstep = counter()\nstep()\na = step()",
    "def change():\n    global b\n    b = {0}\nchange()",
    "try:\n    a += 1\n    if a > {0}:\n        raise ValueError\nexcept ValueError:\n    b = {0}\n"
    "else:\n    a += 10\nfinally:\n    b += 1",
    "fs = [lambda v, n=n: v + n for n in range(3)]\ns.append(fs[-1](a))",
    "fs = [lambda v: v + n for n in range(3)]\ns.append(fs[0]({0}))",
    "class C:\n    size = {0}\n    def __init__(self, v):\n        self.v = v\n"
    "    def total(self):\n        return self.v + self.size\n"
    "c = C(a)\nC.size = 6\ns.append(c.total())",
    "class P:\n    def area(self):\n        return {0}\nclass Q(P):\n    def area(self):\n"
    "        return super().area() + a\ns.append(Q().area())",
    "s = list(map(lambda v: v + {0}, s))",
    "s = sorted(s)[:4] + [max(s)]",
    "s = [y for pair in zip(s, t) for y in pair][:5]",
    "s.extend(n for n in (1, {0}) if n not in s)",
    "a = a if a is not None and {0} in s else b",
    "n, m, k = 3, 'on', 0.5\ns.append(sum([type(n) is int, type(m) is not str, type(k) == float, "
    "n is 3, m is 'on', n is {0}]))",
    "name = '{{}}_{0}'.format(a)\ns.append(len(name))",
    "s.append(len(f'{{a:>{{abs(b) % 9}}}}'))",
    "first, *rest = s + [{0}]\ns = rest",
    "while True:\n    a += 1\n    if a % 4 == 0:\n        break",
)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """The statements between setup and end."""
    chosen = draw(st.lists(st.tuples(st.sampled_from(STATEMENTS), NUMBER), max_size=7))
    return "\n".join(statement.format(number) for statement, number in chosen)


@pytest.fixture(scope="module")
def python() -> Iterator[subprocess.Popen[str]]:
    """A process that executes programs."""
    command = [sys.executable, "-I", "-c", CHILD]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:
        yield process
        close(process.stdin)


def close(stream: IO[str] | None) -> None:
    """Close a stream of the process."""
    assert stream is not None
    stream.close()


def executed(python: subprocess.Popen[str], source: str) -> list[int] | str:
    """The sizes of the layers that a program calls, or the name of the exception it raises."""
    assert python.stdin is not None
    assert python.stdout is not None
    python.stdin.write(json.dumps(source) + "\n")
    python.stdin.flush()
    answer: list[int] | str = json.loads(python.stdout.readline())
    return answer


@settings(max_examples=300, deadline=None)
@given(body=programs())
def test_a_program_is_read_as_python_runs_it(python: subprocess.Popen[str], body: str) -> None:
    truth = executed(python, f"{STAND_IN}x = 0\n{SETUP}{body}\n{END}")
    answer = from_python(f"{HEAD}{SETUP}{body}\n{END}model = keras.Model(x0, x)\n".replace(
        "x = keras.Input", "x0 = x = keras.Input"
    ))  # fmt: skip
    if isinstance(truth, str):
        return
    assert isinstance(answer, Imported), [problem.message for problem in answer]
    sizes = [node.params["units"] for node in answer.document.main.nodes if node.layer == "Dense"]
    assert sizes == truth


@pytest.mark.parametrize("statement", STATEMENTS, ids=[text[:40] for text in STATEMENTS])
def test_each_statement_is_read_as_python_runs_it(
    python: subprocess.Popen[str], statement: str
) -> None:
    test_a_program_is_read_as_python_runs_it.hypothesis.inner_test(  # type: ignore[attr-defined]
        python, statement.format(3)
    )

"""`make test-versions`: run generated code on old versions of Keras and TensorFlow.

Installs each version into an environment of its own below .venv-versions, where the code of every
template, and of some with class weights, must build the same model as here, train it on some rows,
and need no package that it does not name. Classes for other libraries must compute what Keras
computes (proofs.py).
`--since` only writes engine/code/scripts/since.json: what each version lacks.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from engine.catalogue import load
from engine.code import Form, generate
from engine.code.targets import get
from tests.versions.environments import ENVIRONMENTS, LIBRARIES, NEWEST, OLD, Environment
from tests.versions.proofs import prove
from tests.versions.script_cases import ScriptCase, cases

HERE = Path(__file__).parent
SINCE = HERE.parents[1] / "engine" / "code" / "scripts" / "since.json"
FORMS: tuple[Form, ...] = ("functional", "sequential", "function", "script")
SECONDS = 300


def ask(python: str, script: str, request: Any, **variables: str) -> Any:
    """Run a script of this folder in a folder of its own; return the JSON of its last line."""
    inherited = ("HOME", "PATH", "LANG")
    environment = {name: os.environ[name] for name in inherited if name in os.environ}
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.run(
            [python, "-I", str(HERE / script)],
            input=json.dumps(request),
            cwd=folder,
            env={**environment, "TF_CPP_MIN_LOG_LEVEL": "3", **variables},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    if process.returncode:
        raise RuntimeError(process.stderr[-2000:])
    return json.loads(process.stdout.splitlines()[-1])


def request_of(case: ScriptCase, style: str) -> dict[str, Any]:
    """The code of a case in every form, and the packages that its script names."""
    sources = {
        form: generate(case.document, form, style, options=form == "script").source
        for form in FORMS
    }
    line = next(line for line in sources["script"].splitlines() if line.startswith("# Needs: "))
    needs = line.removeprefix("# Needs: ").partition(";")[0].split(", ")
    return {"sources": sources, "needs": needs}


def unable(environment: Environment, needs: list[str]) -> str:
    """Why an environment can't run a script that names these packages; "" if it can."""
    package, _, version = needs[0].partition(">=")
    numbers = [[int(part) for part in text.split(".")] for text in (version, environment.version)]
    if package == environment.package and numbers[0] > numbers[1]:
        return "needs a newer version"
    lacks = "tensorflow" in needs and not environment.has("tensorflow")
    return "needs TensorFlow" if lacks else ""


def differences(environment: Environment, case: ScriptCase, here: Any) -> list[str]:
    """How a case differs in an environment from the model that is built here."""
    request = request_of(case, environment.style)
    try:
        there = ask(str(environment.python), "runner.py", request)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return [str(error)]
    wrong = [
        f"{form}: {model}, not {here['models'][form]}"
        for form, model in there["models"].items()
        if model != here["models"][form]
    ]
    if there["files"] != [".keras", ".png"]:
        wrong.append(f"the script wrote {there['files']}")
    return wrong


def test(environments: list[Environment], chosen: list[ScriptCase]) -> int:
    """Print a line for each version and case; return the number of those that differ."""
    failed = 0
    here = {case.id: ask(sys.executable, "runner.py", request_of(case, "keras")) for case in chosen}
    for environment in environments:
        environment.install()
        for case in chosen:
            if why := unable(environment, request_of(case, environment.style)["needs"]):
                print(environment.name, case.id, why, flush=True)
                continue
            wrong = differences(environment, case, here[case.id])
            failed += bool(wrong)
            print(environment.name, case.id, *(wrong or ["equal"]), flush=True)
    return failed


def train(libraries: list[Environment], chosen: list[ScriptCase]) -> int:
    """Run the scripts of other libraries that can be written; return how many fail or learn not."""
    failed = 0
    for library in libraries:
        library.install()
        for case in chosen:
            code = generate(case.document, "script", library.style)
            if any(problem.severity == "error" for problem in code.problems):
                continue
            try:
                losses = ask(str(library.python), "trainer.py", code.source)
                wrong = "" if losses[-1] < losses[0] else f"does not learn: {losses}"
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                wrong = str(error)
            failed += bool(wrong)
            print(library.name, case.id, wrong or "trains", flush=True)
    return failed


def names() -> dict[str, list[str]]:
    """The path of everything that code may use, with its arguments."""
    catalogue = load()
    entries = [entry for entry in (*catalogue.layers, *catalogue.objects) if not entry.refused]
    return {
        entry.path: [param.name for param in entry.params if not param.at_call]
        for entry in entries
        if entry.path.startswith("keras.")
    }


def since() -> dict[str, dict[str, str]]:
    """The first version that has each name, for those that the oldest version lacks."""
    result: dict[str, dict[str, str]] = {"keras": {}, "tensorflow": {}}
    newer = {"keras": NEWEST, "tensorflow": "2.16"}
    for environment in reversed(OLD):
        environment.install()
        package = get(environment.style).package
        request = {"package": package, "names": names()}
        lacks = ask(str(environment.python), "names.py", request, KERAS_BACKEND="tensorflow")
        before = result[environment.package]
        first = newer[environment.package]
        result[environment.package] = {name: before.get(name, first) for name in sorted(lacks)}
        newer[environment.package] = environment.version
    return result


def main() -> int:
    """Run what the command line asks for; return the exit status."""
    known = [environment.name for environment in (*ENVIRONMENTS, *LIBRARIES)]
    parser = argparse.ArgumentParser(prog="make test-versions", description=__doc__)
    parser.add_argument("versions", nargs="*", help=f"of {', '.join(known)}; else all")
    parser.add_argument("--template", action="append", help="only these templates or cases")
    parser.add_argument(
        "--architecture", action="append", help="only these of keras.applications, as classes"
    )
    parser.add_argument("--since", action="store_true", help="only write what versions lack")
    arguments = parser.parse_args()
    if arguments.since:
        SINCE.write_text(json.dumps(since(), indent=1) + "\n", encoding="utf-8")
        return 0
    if unknown := set(arguments.versions) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    only = arguments.template or (arguments.architecture and [])
    chosen = [case for case in cases() if _wanted(case, only)]
    environments = [
        environment
        for environment in ENVIRONMENTS
        if not arguments.versions or environment.name in arguments.versions
    ]
    failed = test(environments, chosen) if environments else 0
    libraries = [
        each for each in LIBRARIES if not arguments.versions or each.name in arguments.versions
    ]
    failed += prove(libraries, only, arguments.architecture) if libraries else 0
    failed += train(libraries, chosen)
    return min(1, failed)


def _wanted(case: ScriptCase, ids: list[str] | None) -> bool:
    return ids is None or case.id in ids


if __name__ == "__main__":
    sys.exit(main())

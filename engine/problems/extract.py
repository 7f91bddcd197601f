"""Collects all words for people from the source, as gettext's template: `make words`.

Words are literals: in a table (`Words`, `Plural`), in a `phrase`, in a `RuleError`, or `marked`.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from engine.problems.words import escaped

CALLS = {
    "Words": 2,
    "phrase": 1,
    "sentence": 1,
    "RuleError": 1,
    "marked": 1,
    "gettext": 1,
    "render": 1,
}
"""Whose first arguments are words, and how many of them."""


def strings(*folders: Path) -> dict[tuple[str, ...], str]:
    """Return each text (of a plural: both forms), and where it occurs first."""
    places: dict[tuple[str, ...], str] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for line, text in _texts(tree):
                places.setdefault(text, f"{path}:{line}")
    return places


def from_catalogue(path: Path) -> dict[tuple[str, ...], str]:
    """Return the texts of catalogue.json that are translated.

    They are the names of categories, the reasons why layers are refused, and the descriptions of
    required parameters, which messages quote.
    """
    catalogue = json.loads(path.read_text(encoding="utf-8"))
    entries = (*catalogue["layers"], *catalogue["objects"])
    texts = [category["name"] for category in catalogue["categories"]]
    texts += [entry["refused"] for entry in entries if entry.get("refused")]
    for entry in entries:
        required = (param for param in entry.get("params", ()) if param.get("required"))
        texts += [escaped(param["help"]) for param in required if param.get("help")]
    return {(text,): str(path) for text in texts}


def from_data_sets(path: Path) -> dict[tuple[str, ...], str]:
    """Return what the source of the built-in data sets says of them and of their columns."""
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    texts = [
        *(node.args[2] for node in calls if called(node) in ("_input", "_other", "_classes")),
        *(
            word.value
            for node in calls
            for word in node.keywords
            if word.arg in ("summary", "source", "help")
        ),
    ]
    return {(text,): str(path) for text in filter(None, map(literal, texts))}


def from_templates(folder: Path) -> dict[tuple[str, ...], str]:
    """Return the titles of the templates, what they teach, and their tags."""
    texts: dict[tuple[str, ...], str] = {}
    for path in sorted(folder.glob("*.json")):
        template = json.loads(path.read_text(encoding="utf-8"))
        words = (template["title"], template["teaches"], *template["tags"])
        texts |= {(text,): str(path) for text in words}
    return texts


def sources() -> dict[tuple[str, ...], str]:
    """Return all words for people, and where they occur."""
    engine = Path("engine")
    return (
        strings(engine, Path("builder"))
        | from_catalogue(engine / "catalogue" / "catalogue.json")
        | from_data_sets(engine / "data" / "built_in.py")
        | from_templates(engine / "templates")
    )


def _texts(tree: ast.AST) -> Iterator[tuple[int, tuple[str, ...]]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        if name == "Plural":
            yield node.lineno, tuple(filter(None, map(literal, node.args[1:3])))
        for argument in node.args[: CALLS.get(name, 0)]:
            if text := literal(argument):
                yield node.lineno, (text,)


def called(node: ast.Call) -> str:
    """The name of what is called, without the object that it belongs to."""
    function = node.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def literal(node: ast.expr) -> str | None:
    """The text of a string literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def template(places: dict[tuple[str, ...], str]) -> str:
    """Return a .pot file."""
    blocks = ['msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n']
    for text, place in places.items():
        singular, *plural = (json.dumps(form, ensure_ascii=False) for form in text)
        ids = f"msgid {singular}\n" + "".join(f"msgid_plural {form}\n" for form in plural)
        blocks.append(f"#: {place}\n{ids}" + ('msgstr[0] ""\n' if plural else 'msgstr ""\n'))
    return "\n".join(blocks)


if __name__ == "__main__":
    sys.stdout.write(template(sources()))

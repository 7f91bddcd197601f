"""Prints constants of the engine that the page needs, for the end of frontend/src/contract.ts.

Types come from builder.wire.contract; `make contract` concatenates the two.
"""

import json
import sys

from builder.wire import fields
from builder.wire.messages import MAX_PERSON_NAME
from engine.code.targets import TARGETS
from engine.machine.backends import BACKENDS


def constants() -> str:
    """Return the shared values as TypeScript."""
    titles = {backend.id: backend.title for backend in BACKENDS}
    styles = [target.id for target in TARGETS]
    forms = {target.id: target.forms for target in TARGETS}
    return (
        "\n/**\n * The title of each backend, by id.\n */\n"
        f"export const BACKEND_TITLES: Record<string, string> = {json.dumps(titles)};\n"
        "\n/**\n * The targets of generated code.\n */\n"
        f"export const CODE_STYLES = {json.dumps(styles)} as const;\n"
        "\n/**\n * The forms of code that each target has.\n */\n"
        f"export const CODE_FORMS = {json.dumps(forms)} as const;\n"
        "\n/**\n * The greatest number of characters of a person's name.\n */\n"
        f"export const PERSON_NAME_LONGEST = {MAX_PERSON_NAME};\n" + fields.constants()
    )


if __name__ == "__main__":
    sys.stdout.write(constants())

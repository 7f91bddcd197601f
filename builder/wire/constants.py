"""Writes the values that the page shares with the engine, for the end of frontend/src/contract.ts.

Types come from builder.wire.contract; `make contract` joins the two.
"""

import json
import sys

from engine.code.targets import TARGETS
from engine.machine.backends import BACKENDS


def constants() -> str:
    """Return the shared values as TypeScript."""
    titles = {backend.id: backend.title for backend in BACKENDS}
    styles = [target.id for target in TARGETS]
    return (
        "\n/**\n * What each backend is called, by id.\n */\n"
        f"export const BACKEND_TITLES: Record<string, string> = {json.dumps(titles)};\n"
        "\n/**\n * What code can be written for.\n */\n"
        f"export const CODE_STYLES = {json.dumps(styles)} as const;\n"
    )


if __name__ == "__main__":
    sys.stdout.write(constants())

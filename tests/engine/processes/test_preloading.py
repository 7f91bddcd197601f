"""The checker's fork server imports Keras once, so that a new copy is ready in milliseconds."""

import subprocess
import sys

PROGRAM = """
import sys
from engine.processes import checker, fork_server
fork_server.run = lambda serve: print("keras" in sys.modules)
checker.main()
"""


def test_keras_is_imported_before_copies_are_forked() -> None:
    command = [sys.executable, "-c", PROGRAM]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert output.stdout.strip() == "True"

"""Sets the backend of the process in which the engine's tests run: JAX, as in the checker."""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture
def weightless() -> Iterator[None]:
    """Build models without weights, and with layer names numbered from the start."""
    import keras

    keras.utils.clear_session()
    with keras.StatelessScope(initialize_variables=False):
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests record as the property "figures"."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == "figures":
                    terminalreporter.write_line(str(value))

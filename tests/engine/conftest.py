"""The engine's tests share one process, and Keras one backend in it: the checker's, JAX."""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture
def weightless() -> Iterator[None]:
    """Models are built without weights, which their structure does not need.

    Names that Keras counts begin anew, whatever was built before in this process.
    """
    import keras

    keras.utils.clear_session()
    with keras.StatelessScope(initialize_variables=False):
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests tell under the property "figures"."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == "figures":
                    terminalreporter.write_line(str(value))

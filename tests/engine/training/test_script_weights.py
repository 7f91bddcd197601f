"""A run of the app trains as its exported script does, with all of compile and fit."""

from pathlib import Path

import pytest

from engine.catalogue import palette
from engine.code import generate
from tests.engine.engines import printed
from tests.engine.runs import document
from tests.engine.training.script_cases import BOARD, CASES

OF_OPTIMIZERS = {
    "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum", "weight_decay",
    "ema_overwrite_frequency", "gradient_accumulation_steps", "loss_scale_factor",
}  # fmt: skip


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_a_run_and_its_script_train_to_the_same_weights(backend: str, tmp_path: Path) -> None:
    told = printed("training.script_cases", backend, str(tmp_path))
    assert set(told) == set(CASES)
    for name, (apart, _, _) in told.items():
        assert apart < 1e-6, name
    assert len({size for _, size, _ in told.values()}) == len(CASES)
    files = {file for _, _, files in told.values() for file in files}
    assert files >= {"iris.csv", "iris_backup", "iris_best.keras", "iris_latest.weights.h5"}


def test_the_cases_have_all_callbacks_and_optimizer_arguments() -> None:
    used = {spec["class"] for case in CASES.values() for spec in case.get("callbacks", ())}
    assert used | {"TensorBoard"} == {*palette.CALLBACKS}
    assert bool(BOARD) == ("TensorBoard" in used)
    params = {name for case in CASES.values() for name in case["optimizer"]["params"]}
    assert params >= OF_OPTIMIZERS


@pytest.mark.parametrize("name", CASES)
def test_the_script_has_all_of_a_case(name: str) -> None:
    case = CASES[name]
    source = generate(document("iris", **case), "script").source
    objects = [case["optimizer"], *case.get("callbacks", ())]
    for each in objects:
        assert f"{each['class']}(" in source or each["class"].lower() in source
        for param, value in each["params"].items():
            assert f"{param}={value}" in source or f'{param}="{value}"' in source
    for setting in ("shuffle", "jit_compile", "steps_per_execution"):
        assert (f"{setting}={case.get(setting)}" in source) == (setting in case)
    assert ("set_global_policy" in source) == ("precision" in case)

"""The devices that a document may name."""

import pytest
from pydantic import ValidationError

from engine.document import Target
from engine.machine.backends import environment
from engine.machine.devices import Devices, read
from engine.values import RuleError


@pytest.mark.parametrize(
    ("device", "meant", "ids"),
    [
        ("cpu", Devices("cpu", (0,)), ("cpu",)),
        ("cpu:0,1", Devices("cpu", (0, 1)), ("cpu",)),
        ("gpu", Devices("gpu", (0,)), ("gpu:0",)),
        ("gpu:3", Devices("gpu", (3,)), ("gpu:3",)),
        ("gpu:2,0", Devices("gpu", (2, 0)), ("gpu:2", "gpu:0")),
        ("gpu:0,1,2,3,4,5,6,7", Devices("gpu", tuple(range(8))), None),
    ],
)
def test_a_device_names_one_or_several(
    device: str, meant: Devices, ids: tuple[str, ...] | None
) -> None:
    assert Target(device=device).device == device
    assert read(device) == meant
    assert ids is None or meant.ids == ids


@pytest.mark.parametrize(
    "device",
    ["", "tpu", "cpu:1", "cpu:0", "cpu:0,2", "cpu:0,1,1", "gpu:", "gpu:0,0", "gpu:1;2", "gpu:0, 1"],
)
def test_other_texts_are_no_device(device: str) -> None:
    with pytest.raises((ValidationError, RuleError)):
        Target(device=device)


@pytest.mark.parametrize(
    ("device", "present", "visible"),
    [
        ("gpu:0,1", {}, "0,1"),
        ("gpu:0,2", {"CUDA_VISIBLE_DEVICES": "4,5,6"}, "4,6"),
        ("gpu:0,3", {"CUDA_VISIBLE_DEVICES": "4,5,6"}, "-1"),
        ("cpu:0,1", {}, "-1"),
    ],
)
def test_a_process_sees_the_gpus_that_train_and_no_others(
    device: str, present: dict[str, str], visible: str
) -> None:
    assert environment("jax", device, present)["CUDA_VISIBLE_DEVICES"] == visible


def test_xla_divides_the_processor() -> None:
    present = {"XLA_FLAGS": "--xla_dump_to=x"}
    flags = environment("jax", "cpu:0,1,2", present)["XLA_FLAGS"]
    assert flags == "--xla_dump_to=x --xla_force_host_platform_device_count=3"
    assert "XLA_FLAGS" not in environment("jax", "cpu", present)

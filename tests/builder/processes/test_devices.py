"""The devices of a machine, from what nvidia-smi prints."""

from pathlib import Path

import pytest

from builder.processes import devices
from builder.processes.devices import gpus, memory_of_gpus, read_gpus
from builder.wire.schemas import Device

MEBI = 2**20
TWO = """\
0, GPU-6bc0f1f2-7c1e-4d4f-9b1a-0c7c0b6a1f11, NVIDIA H200, 143771, 143155, Disabled
1, GPU-91a5d7c0-55f0-4a6e-8e0b-3f1d2b7c8d22, Tesla, T4, 15360, [N/A], [N/A]
"""
FIRST = Device(
    id="gpu:0", title="NVIDIA H200", memory_bytes=143771 * MEBI, free_bytes=143155 * MEBI
)
SECOND = Device(id="gpu:1", title="Tesla, T4", memory_bytes=15360 * MEBI)
DIVIDED = "0, GPU-aaaa, NVIDIA A100-SXM4-40GB, 40960, 40337, Enabled\n"
BROKEN = [
    "",
    "No devices were found\n",
    "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.54\n",
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that "
    "the latest NVIDIA driver is installed and running.\n\n",
]


def test_reads_several_gpus() -> None:
    assert read_gpus(TWO) == [FIRST, SECOND]


@pytest.mark.parametrize("output", BROKEN)
def test_a_driver_that_fails_lists_no_gpu(output: str) -> None:
    assert read_gpus(output) == []


def test_a_lost_gpu_is_left_out_and_the_others_keep_their_numbers() -> None:
    message = "Unable to determine the device handle for GPU0000:03:00.0: GPU is lost.\n"
    assert read_gpus(message + TWO.splitlines()[1]) == [SECOND]
    lost = TWO.replace("143771, 143155", "[GPU is lost], [GPU is lost]")
    assert read_gpus(lost) == [SECOND]


def test_the_memory_of_a_part_of_a_divided_gpu_is_not_that_of_the_gpu() -> None:
    assert read_gpus(DIVIDED) == [Device(id="gpu:0", title="NVIDIA A100-SXM4-40GB (MIG)")]


@pytest.mark.parametrize("visible", ["1,0", "GPU-91a5d7c0-55f0-4a6e-8e0b-3f1d2b7c8d22, 0", "1,0,7"])
def test_gpus_are_counted_as_the_server_sees_them(visible: str) -> None:
    """As engine.machine.backends counts them for the process of a run."""
    swapped = [SECOND.model_copy(update={"id": "gpu:0"}), FIRST.model_copy(update={"id": "gpu:1"})]
    assert read_gpus(TWO, visible) == swapped
    assert read_gpus(TWO, "-1") == []


@pytest.fixture
def nvidia_smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of that name, which prints TWO."""
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{TWO}END\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(devices.shutil, "which", lambda _: str(program))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return program


async def test_the_driver_is_asked_in_a_process(nvidia_smi: Path) -> None:
    assert await devices.devices() == (Device(id="cpu", title="CPU"), FIRST, SECOND)
    assert await memory_of_gpus() == {"gpu:0": 143771 * MEBI, "gpu:1": 15360 * MEBI}
    nvidia_smi.unlink()
    assert await gpus() == ()


async def test_a_driver_that_hangs_is_left_alone(
    nvidia_smi: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nvidia_smi.write_text("#!/bin/sh\nexec sleep 600\n", encoding="utf-8")
    monkeypatch.setattr(devices, "SECONDS", 0.2)
    assert await gpus() == ()

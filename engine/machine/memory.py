"""How much memory a run may have, and how to tell that it wanted more. Imports nothing heavy."""

import os
import re
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SHARE = 0.8
CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
KILLS = re.compile(r"^oom_kill (\d+)$", re.MULTILINE)
EXHAUSTED = re.compile(
    r"RESOURCE_EXHAUSTED|ResourceExhausted|bad_alloc|[Oo]ut of memory|OutOfMemory|MemoryError"
    r"|Cannot allocate memory|OOM when allocating|Unable to allocate"
)


def share() -> int:
    """Return how many bytes a run may use by default: 80 % of what this machine has."""
    return int(_present() * SHARE)


def limit(bytes_: int) -> None:
    """Bound the data of this process. (RLIMIT_AS would count what TensorFlow merely reserves.)"""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = bytes_ if hard == resource.RLIM_INFINITY else min(bytes_, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def allowed() -> int:
    """Return how many bytes this process may use: its own limit, or what the machine has."""
    soft, _ = resource.getrlimit(resource.RLIMIT_DATA)
    return _present() if soft == resource.RLIM_INFINITY else soft


def kills(root: Path = Path("/")) -> int:
    """Return how many processes the kernel has killed so far because memory ran out.

    It counts those of this process's control group, which its children share; only a machine
    without control groups counts all processes. `root` is where /proc and /sys are found.
    """
    for path in _counters(root):
        with suppress(OSError):
            if match := KILLS.search(path.read_text(encoding="ascii")):
                return int(match[1])
    return 0


def _counters(root: Path) -> Iterator[Path]:
    """The files that may hold the count, the closest first."""
    groups = root / "sys/fs/cgroup"
    with suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, group = line.split(":", 2)
            if not controllers:  # version 2
                yield groups / group.lstrip("/") / "memory.events"
            elif "memory" in controllers.split(","):
                yield groups / "memory" / group.lstrip("/") / "memory.oom_control"
                yield groups / "memory/memory.oom_control"  # a container sees its own as the root
    yield root / "proc/vmstat"


def _present() -> int:
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *filter(None, map(_cgroup, CGROUP_LIMITS))])


def _cgroup(path: Path) -> int | None:
    """The memory limit of the container, if there is one ("max" is none)."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() else None

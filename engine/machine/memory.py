"""Memory limits of runs, and how to detect that a run exceeded its limit. No heavy imports."""

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
    """Limit the memory of this process. (RLIMIT_AS would count what TensorFlow only reserves.)"""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = bytes_ if hard == resource.RLIM_INFINITY else min(bytes_, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def allowed() -> int:
    """Return how many bytes this process may use: its own limit, or the machine's memory."""
    soft, _ = resource.getrlimit(resource.RLIMIT_DATA)
    return _present() if soft == resource.RLIM_INFINITY else soft


def kills(root: Path = Path("/")) -> int:
    """Return how many processes the kernel has killed so far because memory ran out.

    Counts processes in this process's control group, which its children share; on a machine without
    control groups, all processes. `root` is the folder that contains /proc and /sys.
    """
    for path in _counters(root):
        with suppress(OSError):
            if match := KILLS.search(path.read_text(encoding="ascii")):
                return int(match[1])
    return 0


def _counters(root: Path) -> Iterator[Path]:
    """The files that may contain the count, the most specific first."""
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

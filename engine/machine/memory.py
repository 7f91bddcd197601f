"""How much memory a run may have, and how to tell that it wanted more. Imports nothing heavy."""

import os
import re
import resource
from pathlib import Path

SHARE = 0.8
CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
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


def kills() -> int:
    """How many processes the kernel has killed for want of memory since it started."""
    try:
        text = Path("/proc/vmstat").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^oom_kill (\d+)$", text, re.MULTILINE)
    return int(found[1]) if found else 0


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

"""Memory limits of runs, and how to detect that a run exceeded its limit. No heavy imports."""

import os
import re
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SHARE = 0.8
ROOT = Path("/")
"""Where /proc and /sys are found."""
LIMITS = ("memory.max", "memory.limit_in_bytes")
COUNTERS = ("memory.events", "memory.oom_control")
"""Files of a control group, in versions 2 and 1."""
KILLS = re.compile(r"^oom_kill (\d+)$", re.MULTILINE)
EXHAUSTED = re.compile(
    r"RESOURCE_EXHAUSTED|ResourceExhausted|bad_alloc|[Oo]ut of memory|OutOfMemory|MemoryError"
    r"|Cannot allocate memory|OOM when allocating|Unable to allocate"
    r"|pthread_create(?:\(\))? failed"
)
"""What libraries print when they can't get memory; the last for a thread that gets no stack."""


def share(root: Path = ROOT) -> int:
    """Return how many bytes a run may use by default: 80 % of what this process can get."""
    return int(_available(root) * SHARE)


def limit(bytes_: int) -> None:
    """Limit the memory of this process. (RLIMIT_AS would count what TensorFlow only reserves.)"""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = bytes_ if hard == resource.RLIM_INFINITY else min(bytes_, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def allowed() -> int:
    """Return how many bytes this process may use: its own limit, or what it can get."""
    soft, _ = resource.getrlimit(resource.RLIMIT_DATA)
    return _available(ROOT) if soft == resource.RLIM_INFINITY else soft


def kills(root: Path = ROOT) -> int:
    """Return how many processes the kernel has killed so far because memory ran out.

    Counts processes in this process's control group, which its children share; on a machine without
    control groups, all processes.
    """
    counters = [group / name for group in _groups(root) for name in COUNTERS]
    for path in (*counters, root / "proc/vmstat"):
        with suppress(OSError):
            if match := KILLS.search(path.read_text(encoding="ascii")):
                return int(match[1])
    return 0


def _available(root: Path) -> int:
    """Return the memory of the machine, or the lowest limit of a control group if that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = (_read_limit(group / name) for group in _groups(root) for name in LIMITS)
    return min([machine, *filter(None, limits)])


def _read_limit(path: Path) -> int | None:
    """Return the limit of a control group, None if it has none ("max")."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() else None


def _groups(root: Path) -> Iterator[Path]:
    """Yield the folders of this process's control groups for memory, the innermost first.

    A container may see its own group as the outermost one, whatever path /proc says.
    """
    mount = root / "sys/fs/cgroup"
    with suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, group = line.split(":", 2)
            if not controllers:  # version 2
                yield from _with_parents(mount, group)
            elif "memory" in controllers.split(","):
                yield from _with_parents(mount / "memory", group)


def _with_parents(mount: Path, group: str) -> Iterator[Path]:
    folder = mount / group.lstrip("/")
    while folder != mount:
        yield folder
        folder = folder.parent
    yield mount


def resident(root: Path = ROOT) -> int | None:
    """Return the bytes of memory that this process holds; None where the system does not say."""
    try:
        pages = int((root / "proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")

"""`python -m engine.processes.child PARENT MODULE [ARGUMENT …]`: a module that ends with PARENT.

On Linux, the kernel is asked to kill this process when its parent ends, before MODULE is imported:
importing Keras takes seconds, and a parent killed in that time would leave its child behind. The
kernel watches the thread that started the child, which must live as long as the parent. On other
systems, a child notices the end of its parent when standard input closes.
"""

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1


def command(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs a module in a child of this process."""
    return [sys.executable, "-m", __spec__.name, str(os.getpid()), module, *arguments]


def end_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends; exit if it has ended already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def main() -> None:
    """Tie this process to its parent, then run the module."""
    _, parent, module, *arguments = sys.argv
    end_with(int(parent))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

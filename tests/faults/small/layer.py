"""A channel layer between processes that loses, repeats and reorders messages."""

import asyncio
import json
import random
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from channels.layers import BaseChannelLayer

LOST, REPEATED, LATE = 0.2, 0.2, 0.3
"""How likely each of it is."""
LATEST = 0.1
"""Seconds that a message may be late."""
LONGEST = 200_000


class FaultyLayer(BaseChannelLayer):
    """Sends each message as a datagram to the sockets of a group, which is a folder in `folder`."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(capacity=10_000)
        self._folder, self._chance = folder, random.Random(seed)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    async def new_channel(self, prefix: str = "specific.") -> str:
        """Open the socket of this process."""
        path = tempfile.mktemp(dir=self._folder)
        self._socket.bind(path)
        return prefix + Path(path).name

    async def receive(self, channel: str) -> dict[str, Any]:
        """Return the next message to a group of this process."""
        data = await asyncio.get_running_loop().sock_recv(self._socket, LONGEST)
        return json.loads(data)  # type: ignore[no-any-return]

    async def group_add(self, group: str, channel: str) -> None:
        """Join a group."""
        self._member(group, channel).touch()

    async def group_discard(self, group: str, channel: str) -> None:
        """Leave a group."""
        self._member(group, channel).unlink(missing_ok=True)

    def _member(self, group: str, channel: str) -> Path:
        folder = self._folder / f"group-{group}"
        folder.mkdir(exist_ok=True)
        return folder / channel.rpartition(".")[2]

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send a message, perhaps: never, several times, or late."""
        data = json.dumps(message).encode()
        members = self._folder / f"group-{group}"
        for member in members.iterdir() if members.exists() else ():
            path = self._folder / member.name
            times = 0 if self._chance.random() < LOST else 1
            times += self._chance.random() < REPEATED
            for _ in range(times):
                late = self._chance.random() * LATEST if self._chance.random() < LATE else 0.0
                asyncio.get_running_loop().call_later(late, self._send, data, path)

    def _send(self, data: bytes, path: Path) -> None:
        with suppress(OSError):  # its process has ended, or does not read
            self._socket.sendto(data, str(path))

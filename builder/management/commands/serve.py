"""`python manage.py serve`: runs Daphne on one address, and prints it once it is listening."""

import asyncio
import errno
import socket
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from engine.problems import sentence

LAST_PORT = 65_535
MIGRATE = "python manage.py migrate"


class Command(BaseCommand):
    """Serve Layerloom until interrupted."""

    help = "Serve Layerloom until interrupted."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options --host and --port."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=_port, default=8000, help="0 chooses a free port")

    def handle(self, *_: Any, host: str, port: int, **__: Any) -> None:
        """Listen, print the address, serve."""
        _refuse_unmigrated()
        listening = _listen(host, port)
        address = _address(host, listening)
        self.stdout.write(sentence("Layerloom is at {address} (Ctrl+C stops it)", address=address))
        self.stdout.flush()
        _serve(listening, self._tell)

    def _tell(self, going: int) -> None:
        """Say how many runs go on without the server."""
        config = settings.CONFIG
        if not going:
            return
        words = sentence(
            "Training runs that go on: {count:d}. The server takes them up when it starts again.",
            count=going,
        )
        if config.executor == "local":
            words += " " + sentence(
                "If it does not within {minutes:g} minutes, they stop and keep their models.",
                minutes=config.run_orphan_minutes,
            )
        self.stdout.write(words)
        self.stdout.flush()


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise ArgumentTypeError(
            sentence(
                "a port is a number from 0 to {last:d}, not “{text}”", last=LAST_PORT, text=text
            )
        )
    return int(text)


def _refuse_unmigrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(
            sentence("The database is not up to date. Run: {command}", command=MIGRATE)
        )
    connection.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host.strip("[]"), port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            command = f"make run PORT={port + 1}"
            raise CommandError(
                sentence(
                    "Port {port:d} is in use, perhaps by another Layerloom server. "
                    "Choose another: {command}",
                    port=port,
                    command=command,
                )
            ) from None
        why = error.strerror
        raise CommandError(
            sentence("Can't listen on {host}:{port:d}: {why}", host=host, port=port, why=why)
        ) from None
    listening.listen(128)
    return listening


def _address(host: str, listening: socket.socket) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 printed, not bound
    return f"http://{shown}:{listening.getsockname()[1]}/"


def _serve(listening: socket.socket, tell: Callable[[int], None]) -> None:
    """Serve until interrupted; then `tell` how many runs go on."""
    # Daphne installs Twisted's reactor: import it before anything else that might install one.
    from daphne.server import Server
    from twisted.internet import defer, reactor

    from builder import database, services
    from builder.asgi import application

    def begin() -> None:
        asyncio.get_event_loop().call_soon(services.begin)

    def end() -> "defer.Deferred[None]":
        return defer.Deferred.fromFuture(asyncio.ensure_future(end_services()))

    async def end_services() -> None:
        tell(await services.end())

    loop: Any = reactor
    loop.addSystemEventTrigger("before", "shutdown", end)
    loop.addSystemEventTrigger("after", "shutdown", database.close)
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    server = Server(
        application=application,
        endpoints=[f"fd:fileno={listening.fileno()}"],
        # A message above our own limit gets an error answer; Daphne closes the socket far above it.
        websocket_max_message_size=4 * limit,
        websocket_max_frame_size=4 * limit,
        ready_callable=begin,
        server_name="",
        verbosity=0,
    )
    server.run()
    if server.abort_start:
        sys.exit(1)

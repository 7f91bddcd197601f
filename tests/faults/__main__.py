"""`make faults`: kills processes of a server at random, and checks its guarantees.

No saved edit is lost or written twice, no process is left over, and each training run ends with
exactly one `ended` event.
"""

import argparse
import asyncio
import json
import random
import socket
import sqlite3
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.faults.clients import Editor, Trainer, call
from tests.faults.processes import KINDS, Server, kill

LAST_WORDS = 180
"""Seconds for active runs to end after the last kill."""
PATIENCE, POLL = 30.0, 0.1
DATABASE = "layerloom.sqlite3"


async def stress(home: Path, kills: int, seconds: float, seed: int) -> tuple[list[str], list[str]]:
    """Return the figures of one stress test, and the violations."""
    chance, began = random.Random(seed), time.monotonic()
    server = Server(home, _free_port())
    try:
        editor, trainer = await asyncio.to_thread(_clients, server.url, chance)
        stop = asyncio.Event()
        working = [asyncio.create_task(client.work(stop)) for client in (editor, trainer)]
        killed, left = await _kill(server, kills, began + seconds, chance)
        stop.set()
        await asyncio.gather(*working)
        async with asyncio.timeout(LAST_WORDS):
            await trainer.end_all()
    finally:
        left_at_end = await asyncio.to_thread(server.end)
    figures = [
        f"killed: {', '.join(f'{count} × {kind}' for kind, count in sorted(killed.items()))}",
        f"saved edits: {len(editor.saved)}",
        *_runs(home),
        *(f"logged: {line}" for line in _errors(server.log)),
        f"seconds: {time.monotonic() - began:.0f}, seed: {seed}",
    ]
    wrong = [*_lost_edits(home, editor), *_bad_ends(home)]
    if left or left_at_end:
        wrong.append(f"{left} processes left over after kills, {left_at_end} at the end")
    return figures, wrong


async def _kill(
    server: Server, kills: int, deadline: float, chance: random.Random
) -> tuple[Counter[str], int]:
    """Repeatedly kill a process of a random kind after a random time."""
    killed: Counter[str] = Counter()
    left = 0
    while killed.total() < kills and time.monotonic() < deadline:
        kind = chance.choice(list(KINDS))
        await _until_there(server, kind)
        await asyncio.sleep(chance.choice((0.05, 0.5, 2.0, 6.0)) * chance.random())
        if kind == "web":
            left += await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        elif processes := server.of_kind(kind):
            kill(chance.choice(processes))
        else:
            continue
        killed[kind] += 1
    return killed, left


async def _until_there(server: Server, kind: str) -> None:
    """Wait until there is a process of this kind, for at most `PATIENCE` seconds."""
    for _ in range(int(PATIENCE / POLL)):
        if server.of_kind(kind):
            return
        await asyncio.sleep(POLL)


def _clients(url: str, chance: random.Random) -> tuple[Editor, Trainer]:
    edited = call(url, "POST", "/api/projects", {"template": "digits_dense"})["id"]
    trained = call(url, "POST", "/api/projects", {"template": "iris"})["id"]
    target = [
        {"type": "set", "path": ["target", "backend"], "value": "jax"},
        {"type": "set", "path": ["training", "epochs"], "value": 20},
    ]
    edit = {"id": "batch-target", "base": 0, "operations": target}
    call(url, "POST", f"/api/projects/{trained}/operations", edit)
    return Editor(url, edited), Trainer(url, trained, chance)


def _lost_edits(home: Path, editor: Editor) -> list[str]:
    """Compare the saved edits with the log, and the log with the document."""
    with sqlite3.connect(home / DATABASE) as database:
        rows = database.execute(
            "select batch, revision, body from builder_operation where project_id = ?"
            " order by revision",
            (editor.project,),
        ).fetchall()
        stored = "select document from builder_project where id = ?"
        (document,) = database.execute(stored, (editor.project,)).fetchone()
    logged = {batch: revision for batch, revision, _ in rows}
    lost = [batch for batch, revision in editor.saved.items() if logged.get(batch) != revision]
    wrong = [f"{len(lost)} saved edits are lost"] * bool(lost)
    if len(logged) != len(rows):
        wrong.append(f"{len(rows) - len(logged)} edits are written twice")
    if rows and json.loads(rows[-1][2])[-1]["value"] != json.loads(document)["training"]["epochs"]:
        wrong.append("the document is not what its log says")
    return wrong


def _runs(home: Path) -> list[str]:
    with sqlite3.connect(home / DATABASE) as database:
        rows = database.execute("select outcome, count(*) from builder_run group by outcome")
        outcomes = dict(rows.fetchall())
    ends = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
    return [f"runs: {sum(outcomes.values())} ({ends})"]


def _bad_ends(home: Path) -> list[str]:
    with sqlite3.connect(home / DATABASE) as database:
        rows = database.execute(
            "select r.id, r.outcome, sum(e.type = 'ended'), max(e.seq) = max(case e.type when"
            " 'ended' then e.seq end) from builder_run r join builder_event e on e.run_id = r.id"
            " group by r.id"
        ).fetchall()
    return [
        f"run {run} has the outcome {outcome} and {ends} last events"
        for run, outcome, ends, last in rows
        if outcome is None or ends != 1 or not last
    ]


def _errors(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if " ERROR " in line]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Run once and print the figures; return 1 if a guarantee was violated."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=600, help="time limit for the kills")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="layerloom-faults-") as folder:
        work = stress(Path(folder), chosen.kills, chosen.seconds, chosen.seed)
        figures, wrong = asyncio.run(work)
    print("\n".join([*figures, *(f"WRONG: {text}" for text in wrong)]))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

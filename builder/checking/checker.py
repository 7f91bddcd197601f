"""The client of the checker, a process that imports Keras so that the web process need not.

Verdicts are large: they are passed on as the JSON in which they come, and never parsed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from builder.processes.supervised import Supervised, UnansweredError, parts, problems
from engine.check.verdict import Verdict
from engine.data.preview import Preview
from engine.problems import Problem
from engine.processes import child
from engine.results.description import Wanted

NO_SETS: Mapping[str, Any] = {}
"""No data sets besides those that come with Layerloom."""

_PROBLEMS: TypeAdapter[list[Problem]] = TypeAdapter(list[Problem])


@dataclass(frozen=True)
class VerdictText:
    """A verdict as JSON, and the list of its errors as JSON.

    `difference` is the difference from the verdict on revision `base`; "" if there is no base.
    `memory` is how many bytes a run of the document may need, 0 where nobody knows.
    """

    ok: bool
    text: str
    errors: str
    base: int | None = None
    difference: str = ""
    memory: int = 0


class Checker(Supervised):
    """The checker of a web process."""

    CODES = {"died": "checker_died", "slow": "checker_slow", "missing": "checker_missing"}

    def __init__(self, seconds: float, memory_mb: int = 0, command: Sequence[str] = ()) -> None:
        command = command or child.command("engine.processes.checker")
        super().__init__("checker", command, seconds, memory_mb)

    async def verdict(
        self,
        project: str,
        revision: int,
        document: str,
        base: int | None,
        sets: Mapping[str, Any] = NO_SETS,
    ) -> VerdictText:
        """Return the verdict on a project's stored document, given as JSON.

        `sets` are the project's own data sets. The verdict has the difference from that on revision
        `base` if this checker knows that one. Raises UnansweredError.
        """
        fields = {"project": project, "revision": revision, "base": base, "stored": True}
        reply = await self.ask("check_revision", document.encode(), data_sets=sets, **fields)
        if reply.type == "problems":
            return in_full(Verdict(ok=False, problems=tuple(problems(reply))))
        text, difference, errors = parts(reply, "verdict", "difference")
        ok, base = reply.fields["ok"], reply.fields["base"]
        return VerdictText(ok, text, errors, base, difference, reply.fields["memory"])

    async def check_foreign(self, document: bytes) -> bytes | list[Problem]:
        """Return the verdict, as JSON, on an untrusted document, or why it is not valid."""
        try:
            reply = await self.ask("check", document)
        except UnansweredError as error:
            return no_verdict(error).model_dump_json(by_alias=True).encode()
        return reply.body if reply.type == "verdict" else problems(reply)

    async def foreign_errors(self, document: bytes) -> str | list[Problem]:
        """Return the errors of an untrusted document, as JSON, or why it is not valid.

        If there is no verdict, the only error says why.
        """
        try:
            reply = await self.ask("errors", document)
        except UnansweredError as error:
            return in_full(no_verdict(error)).errors
        return reply.body.decode() if reply.type == "errors" else problems(reply)

    async def summary(
        self, document: str, sets: Mapping[str, Any] = NO_SETS
    ) -> str | list[Problem]:
        """Return Keras's summary of a stored document, given as JSON. Raises UnansweredError."""
        reply = await self.ask("summary", document.encode(), stored=True, data_sets=sets)
        return reply.body.decode() if reply.type == "summary" else problems(reply)

    async def preview(
        self, data: str, sets: Mapping[str, Any] = NO_SETS
    ) -> Preview | list[Problem]:
        """Return a preview of a data set. Raises UnansweredError."""
        reply = await self.ask("preview", data=data, data_sets=sets)
        if reply.type == "preview":
            return Preview.model_validate_json(reply.body)
        return problems(reply)

    async def samples(
        self, folder: Path, wanted: Wanted, sets: Mapping[str, Any] = NO_SETS
    ) -> bytes | list[Problem]:
        """Return rows that a trained model was evaluated on, as JSON of `Samples`.

        `folder` is that of the run. Raises UnansweredError.
        """
        reply = await self.ask(
            "samples", folder=str(folder), wanted=wanted.model_dump(), data_sets=sets
        )
        return reply.body if reply.type == "samples" else problems(reply)


def no_verdict(error: UnansweredError) -> Verdict:
    """Return a verdict that says why the check failed; it must not be kept for the document."""
    return Verdict(ok=False, problems=(error.problem,))


def in_full(verdict: Verdict) -> VerdictText:
    """Return a verdict in the form in which the checker gives them, without a base."""
    errors = [problem for problem in verdict.problems if problem.severity == "error"]
    return VerdictText(
        verdict.ok, verdict.model_dump_json(by_alias=True), _PROBLEMS.dump_json(errors).decode()
    )

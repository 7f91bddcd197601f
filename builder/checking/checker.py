"""The client of the checker, a process that imports Keras so that the web process need not."""

from collections.abc import Sequence

from builder.processes.supervised import Supervised, UnansweredError, problems
from engine.check.verdict import Verdict
from engine.data.preview import Preview
from engine.problems import Problem
from engine.processes import child


class Checker(Supervised):
    """The checker of a web process."""

    CODES = {"died": "checker_died", "slow": "checker_slow", "missing": "checker_missing"}

    def __init__(self, seconds: float, memory_mb: int = 0, command: Sequence[str] = ()) -> None:
        command = command or child.command("engine.processes.checker")
        super().__init__("checker", command, seconds, memory_mb)

    async def check(self, document: str) -> Verdict:
        """Return the verdict on a stored document, or one that says why there is none."""
        try:
            return await self.verdict(document)
        except UnansweredError as error:
            return no_verdict(error)

    async def verdict(self, document: str) -> Verdict:
        """Return the verdict on a stored document, given as JSON. Raises UnansweredError."""
        reply = await self.ask("check", document.encode(), stored=True)
        if reply.type == "verdict":
            return Verdict.model_validate_json(reply.body)
        return Verdict(ok=False, problems=tuple(problems(reply)))

    async def check_foreign(self, document: bytes) -> bytes | list[Problem]:
        """Return the verdict, as JSON, on an untrusted document, or why it is not valid."""
        try:
            reply = await self.ask("check", document)
        except UnansweredError as error:
            return no_verdict(error).model_dump_json().encode()
        return reply.body if reply.type == "verdict" else problems(reply)

    async def summary(self, document: str) -> str | list[Problem]:
        """Return Keras's summary of a stored document, given as JSON. Raises UnansweredError."""
        reply = await self.ask("summary", document.encode(), stored=True)
        return reply.body.decode() if reply.type == "summary" else problems(reply)

    async def preview(self, data: str) -> Preview | list[Problem]:
        """Return a preview of a data set. Raises UnansweredError."""
        reply = await self.ask("preview", data=data)
        if reply.type == "preview":
            return Preview.model_validate_json(reply.body)
        return problems(reply)


def no_verdict(error: UnansweredError) -> Verdict:
    """Return a verdict that says why the check failed; it must not be kept for the document."""
    return Verdict(ok=False, problems=(error.problem,))

"""Verdicts as sockets send them (`Checked`), as JSON made from that of the checker."""

from builder.checking.checker import VerdictText


def complete(revision: int, verdict: VerdictText) -> str:
    """Return the complete verdict on a revision, for tabs that have none."""
    return (
        f'{{"type":"checked","revision":{revision},"verdict":{verdict.text},'
        '"base":null,"gone":{},"same":[]}'
    )


def since_base(revision: int, verdict: VerdictText) -> str:
    """Return the difference from the verdict on its base, or the complete one without a base."""
    if verdict.base is None:
        return complete(revision, verdict)
    head = f'{{"type":"checked","revision":{revision},"base":{verdict.base},'
    return head + verdict.difference.removeprefix("{")

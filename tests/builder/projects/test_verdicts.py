"""Verdicts are sent complete once, and then as differences."""

from builder.checking.checker import VerdictText, in_full
from builder.projects.verdicts import complete, since_base
from builder.services import Services
from builder.wire.messages import Checked
from builder.wire.schemas import ProjectOut
from engine.check.difference import difference
from engine.check.verdict import NodeVerdict, Verdict
from tests.builder.conftest import Tab, add_node

OLD = Verdict(ok=True, nodes={"a": NodeVerdict(trainable=1)})
NEW = Verdict(ok=True, nodes={"b": NodeVerdict(trainable=2)})


def test_a_verdict_without_a_base_is_complete() -> None:
    text = complete(8, in_full(NEW))
    assert text == since_base(8, in_full(NEW))
    assert Checked.model_validate_json(text) == Checked(revision=8, verdict=NEW)


def test_a_verdict_with_a_base_is_a_difference() -> None:
    change = difference(OLD, NEW)
    verdict = VerdictText(True, NEW.model_dump_json(), "[]", 7, change.model_dump_json())
    checked = Checked.model_validate_json(since_base(8, verdict))
    assert checked == Checked(revision=8, base=7, **dict(change))


async def test_a_socket_receives_differences_and_can_request_the_complete_verdict(
    project: ProjectOut, services: Services
) -> None:
    tab = Tab(project.id)
    await tab.join()
    await tab.receive("checked")
    for revision, id in enumerate(["a", "b"], start=1):
        await tab.edit(add_node(id))
        checked = await tab.receive(
            "checked", where=lambda message, at=revision: message["revision"] == at
        )
        assert (checked["base"], list(checked["verdict"]["nodes"])) == (revision - 1, [id])
        assert checked["verdict"]["totals"]["nodes"] == revision
    await tab.send(type="ask_verdict")
    checked = await tab.receive("checked")
    assert (checked["revision"], checked["base"]) == (2, None)
    assert list(checked["verdict"]["nodes"]) == ["a", "b"]
    await tab.leave()

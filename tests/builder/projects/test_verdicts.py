"""A verdict is sent complete once, and then as differences."""

from builder.projects.verdicts import since, whole
from builder.services import Services
from builder.wire.messages import Checked
from builder.wire.schemas import ProjectOut
from engine.check.verdict import NodeVerdict, Totals, Verdict
from engine.problems import Problem, problem
from tests.builder.conftest import Tab, add_node

BAD = problem("checker_slow", seconds=1.0)


def nodes(**trainable: int) -> dict[str, NodeVerdict]:
    return {id: NodeVerdict(trainable=count) for id, count in trainable.items()}


def verdict(problems: tuple[Problem, ...] = (), **fields: object) -> Verdict:
    return Verdict.model_validate({"ok": not problems, "problems": problems, **fields})


OLD = verdict(
    (BAD,),
    nodes=nodes(a=1, b=2, c=3),
    graphs={"part": nodes(p=4, q=5), "old": nodes(r=6)},
    inputs=("a",),
    outputs=("c",),
    bound={"a": "image"},
)
NEW = verdict(
    nodes=nodes(a=1, b=20, d=30),
    graphs={"part": nodes(p=40, q=5), "young": nodes(s=50)},
    inputs=("a",),
    outputs=("d",),
    bound={"a": "image"},
    totals=Totals(nodes=9),
)


def test_since_contains_only_what_changed() -> None:
    assert since((7, OLD), (8, NEW)) == Checked(
        revision=8,
        base=7,
        verdict=verdict(
            nodes=nodes(b=20, d=30),
            graphs={"part": nodes(p=40), "young": nodes(s=50)},
            outputs=("d",),
            totals=Totals(nodes=9),
        ),
        gone={"main": ("c",), "old": ("r",)},
        same=("inputs", "bound"),
    )


def test_an_unchanged_verdict_is_an_empty_difference() -> None:
    checked = since((7, OLD), (8, OLD))
    assert checked.same == ("inputs", "outputs", "bound", "problems")
    assert checked.verdict == Verdict(ok=False)
    assert checked.gone == {}


def test_the_first_verdict_is_complete() -> None:
    assert since(None, (8, NEW)) == whole((8, NEW)) == Checked(revision=8, verdict=NEW)


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

"""What the page knows of a document's fields is what the engine has."""

from typing import Any

from builder.wire.fields import fields
from engine.document import Document, Edge, Graph, Node, ObjectSpec


def completed(model: str, value: dict[str, Any]) -> dict[str, Any]:
    """What the page makes of a value that leaves fields out."""
    return {
        name: value[name] if name in value else spec["initial"]
        for name, spec in fields()[model].items()
    }


def test_defaults_are_those_of_the_models() -> None:
    assert completed("Document", {}) == Document().to_json()
    for value in (
        Graph(id="g"),
        Node(id="n", layer="Dense"),
        Edge(id="e", source="a", target="b"),
        ObjectSpec.model_validate({"class": "Adam"}),
    ):
        required = {
            name: each
            for name, each in value.model_dump(mode="json", by_alias=True).items()
            if "initial" not in fields()[type(value).__name__][name]
        }
        assert completed(type(value).__name__, required) == value.model_dump(
            mode="json", by_alias=True
        )


def test_fields_say_what_they_are_made_of() -> None:
    known = fields()
    assert known["Document"]["graphs"]["of"] == "Graph"
    assert known["Document"]["graphs"]["many"] is True
    assert known["Node"]["params"] == {"initial": {}, "params": True}
    assert known["Node"]["shares"] == {"initial": None, "nullable": True}
    assert known["Graph"]["inputs"] == {"initial": [], "many": True}
    metrics = {"initial": None, "nullable": True, "of": "ObjectSpec", "many": True}
    assert known["OutputTraining"]["metrics"] == metrics


def test_a_name_stands_for_one_model_wherever_it_is() -> None:
    """The page finds the model of a part by the name of the property alone."""
    parts: dict[str, set[str]] = {}
    for each in fields().values():
        for name, spec in each.items():
            if "of" in spec and not spec.get("many"):
                parts.setdefault(name, set()).add(spec["of"])
    assert all(len(models) == 1 for models in parts.values())

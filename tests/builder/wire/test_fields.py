"""The field table for the page matches the document models of the engine."""

from typing import Any

import pytest
from pydantic import ValidationError

from builder.wire.fields import fields
from engine.document import Document, Edge, Graph, Node, ObjectSpec
from engine.document.schema import Training
from engine.values import MAX_NAME


def with_defaults(model: str, value: dict[str, Any]) -> dict[str, Any]:
    """Fill in missing fields as the page does."""
    return {
        name: value[name] if name in value else spec["initial"]
        for name, spec in fields()[model].items()
    }


def test_defaults_are_those_of_the_models() -> None:
    assert with_defaults("Document", {}) == Document().to_json()
    for value in (
        Graph(id="g"),
        Node(id="n", layer="Dense"),
        Edge(id="e", source="a", target="b"),
        ObjectSpec.model_validate({"class": "Adam"}),
    ):
        required = {
            name: member
            for name, member in value.model_dump(mode="json", by_alias=True).items()
            if "initial" not in fields()[type(value).__name__][name]
        }
        assert with_defaults(type(value).__name__, required) == value.model_dump(
            mode="json", by_alias=True
        )


def test_fields_name_the_model_of_their_value() -> None:
    known = fields()
    assert known["Document"]["graphs"]["of"] == "Graph"
    assert known["Document"]["graphs"]["many"] is True
    assert known["Node"]["params"] == {"initial": {}, "params": True}
    assert known["Node"]["shares"] == {"initial": None, "nullable": True}
    assert known["Graph"]["inputs"] == {"initial": [], "many": True}
    metrics = {"initial": None, "nullable": True, "of": "ObjectSpec", "many": True}
    assert known["OutputTraining"]["metrics"] == metrics


def test_numbers_have_the_limits_of_the_models() -> None:
    training = fields()["Training"]
    assert training["epochs"] == {"initial": 10, "minimum": 1, "maximum": 100_000}
    assert training["split"] == {"initial": 0.2, "minimum": 0, "maximum": 0.9}
    assert fields()["OutputTraining"]["weight"] == {"initial": 1.0, "minimum": 0}
    for field, spec in training.items():
        if "minimum" in spec:
            with pytest.raises(ValidationError):
                Training.model_validate({field: spec["minimum"] - 1})
            with pytest.raises(ValidationError):
                Training.model_validate({field: spec["maximum"] + 1})


def test_texts_have_the_limits_of_the_models() -> None:
    for field in ("name", "description"):
        longest = fields()["Document"][field]["longest"]
        Document.model_validate({field: "é" * longest})
        with pytest.raises(ValidationError):
            Document.model_validate({field: "é" * (longest + 1)})
    assert fields()["Node"]["name"] == {"initial": "", "longest": MAX_NAME}


def test_a_field_name_has_the_same_model_everywhere() -> None:
    """The page finds the model of a value by the name of its field alone."""
    parts: dict[str, set[str]] = {}
    for model in fields().values():
        for name, spec in model.items():
            if "of" in spec and not spec.get("many"):
                parts.setdefault(name, set()).add(spec["of"])
    assert all(len(models) == 1 for models in parts.values())

"""The models that are proposed for data sets fit them, and say what they leave out."""

from typing import Any

import pytest

from engine.check import check
from engine.data.built_in import BUILT_IN
from engine.data.catalogue import TEXT, Column, DataSet, DataSets
from engine.data.description import ColumnProfile
from engine.document import (
    Document,
    Fill,
    LeaveOutMissing,
    Node,
    OutputTraining,
    Target,
)
from engine.templates.proposing import Proposal, propose


def column(name: str, *shape: int, **fields: Any) -> Column:
    return Column(name=name, shape=shape, **({"dtype": "float32", "role": "input"} | fields))


def classes(number: int) -> tuple[str, ...]:
    return tuple(f"class {i}" for i in range(number))


KIND = column("kind", dtype="int64", role="target", classes=classes(3))
PRICE = column("price", role="target")


def data_set(*columns: Column, rows: int = 500) -> DataSet:
    return DataSet(
        id="own", title="Own", summary="", task="regression", rows=rows, columns=columns, source=""
    )


def proposed(data: DataSet, *profiles: ColumnProfile) -> Document:
    proposal = propose(data, data.id, profiles)
    assert isinstance(proposal, Proposal)
    return proposal.document


def layers(document: Document) -> list[str]:
    return [node.layer for node in document.main.nodes]


def node(document: Document, name: str) -> Node:
    return next(node for node in document.main.nodes if node.name == name)


def assert_fits(data: DataSet, sets: DataSets = BUILT_IN) -> None:
    proposal = propose(data, data.id)
    assert isinstance(proposal, Proposal)
    for backend in [proposal.backend] if proposal.backend else ["tensorflow", "jax"]:
        target = Target(backend=backend)
        verdict = check(proposal.document.model_copy(update={"target": target}), sets)
        problems = [item.message for item in verdict.problems if item.severity != "note"]
        assert (verdict.ok, problems) == (True, []), backend


@pytest.mark.parametrize("data", BUILT_IN.sets, ids=lambda data: data.id)
def test_a_proposal_fits_every_data_set(data: DataSet) -> None:
    assert_fits(data)


@pytest.mark.parametrize(
    "inputs",
    [
        (column("a"), column("b", 5), column("c", dtype="int64", classes=classes(4))),
        (column("town", dtype="int64", classes=classes(200)), column("area")),
        (column("a/b (cm)"), column("a b cm")),
        (column("photo", 64, 48, 3, dtype="uint8"), column("age")),
        (column("drawing", 28, 28, dtype="uint8"),),
        (column("steps", 40, 6),),
        (column("volume", 4, 4, 4, 2),),
        (column("text", dtype=TEXT), column("stars")),
        (column("first", dtype=TEXT), column("second", dtype=TEXT)),
        (column("colour", dtype="int64", classes=classes(2)),),
    ],
    ids=lambda inputs: ", ".join(column.name for column in inputs),
)
@pytest.mark.parametrize("rows", [100, 5_000, 100_000])
@pytest.mark.parametrize(
    "targets",
    [
        (KIND,),
        (PRICE,),
        (column("both", 2, role="target"), column("yes", role="target", classes=classes(2))),
    ],
    ids=lambda targets: ", ".join(column.name for column in targets),
)
def test_a_proposal_fits_columns_of_any_kind(
    inputs: tuple[Column, ...], targets: tuple[Column, ...], rows: int
) -> None:
    data = data_set(*inputs, *targets, rows=rows)
    assert_fits(data, DataSets(sets=(data,)))


def test_layers_suit_the_columns() -> None:
    data = data_set(column("a"), column("b"), KIND)
    assert layers(proposed(data)) == ["Input", "Normalization", "Dense", "Dense", "Dense"]
    data = data_set(column("photo", 32, 32, 3, dtype="uint8"), KIND)
    assert layers(proposed(data)).count("Conv2D") == 4
    data = data_set(column("wave", 40, 6), KIND)
    assert "LSTM" in layers(proposed(data))
    data = data_set(column("text", dtype=TEXT), KIND)
    assert "TextVectorization" in layers(proposed(data))


def test_two_classes_take_one_unit_and_more_classes_one_each() -> None:
    yes = column("yes", role="target", classes=classes(2))
    assert node(proposed(data_set(column("a"), yes)), "yes").params["units"] == 1
    assert node(proposed(data_set(column("a"), KIND)), "kind").params["units"] == 3


def test_a_class_for_each_pixel_takes_a_u_net() -> None:
    mask = column("mask", 24, 36, role="target", dtype="int64", classes=classes(3))
    for image in (column("photo", 24, 36, 3, dtype="uint8"), column("photo", 24, 36)):
        data = data_set(image, mask)
        assert_fits(data, DataSets(sets=(data,)))
        assert layers(proposed(data)).count("UpSampling2D") == 2
    odd = mask.model_copy(update={"shape": (25, 36)})
    data = data_set(column("photo", 25, 36, 1), odd)
    assert_fits(data, DataSets(sets=(data,)))
    assert "UpSampling2D" not in layers(proposed(data))


@pytest.mark.parametrize(
    "read", [column("steps", 6, 2), column("words", 6, dtype="int64", classes=classes(9))]
)
def test_a_class_for_each_step_is_tagged_or_decoded(read: Column) -> None:
    for length, layer in ((6, "Bidirectional"), (4, "RepeatVector")):
        tags = column("tags", length, role="target", dtype="int64", classes=classes(5))
        data = data_set(read, tags)
        assert_fits(data, DataSets(sets=(data,)))
        assert layer in layers(proposed(data))


def test_places_of_several_inputs_are_not_guessed() -> None:
    tags = column("tags", 6, role="target", dtype="int64", classes=classes(5))
    problems = propose(data_set(column("a", 6, 2), column("b", 6, 2), tags), "own")
    assert isinstance(problems, list)
    assert [problem.code for problem in problems] == ["no_proposal"]


def test_missing_numbers_are_filled_and_named() -> None:
    size = column("size", role="target")
    data = data_set(column("age"), column("fare"), size)
    profiles = [
        ColumnProfile(name="age", type="number", role="input", missing=12),
        ColumnProfile(name="size", type="number", role="target", missing=3),
    ]
    proposal = propose(data, "own", profiles)
    assert isinstance(proposal, Proposal)
    training = proposal.document.training
    assert [binding.column for binding in training.bindings] == ["age", "fare", "size"]
    assert training.preparation == (
        LeaveOutMissing(columns=("size",)),
        Fill(columns=("age",), by="median"),
    )
    assert [(note.code, note.arguments["count"]) for note in proposal.notes] == [
        ("proposal_leaves_rows_out", 3),
        ("proposal_fills", 12),
    ]


@pytest.mark.parametrize(
    "other",
    [
        column("photo", 8, 8, role="target"),
        column("caption", dtype=TEXT, role="target"),
        column("labels", 5, role="target", classes=classes(2)),
    ],
    ids=lambda column: str(column.name),
)
def test_a_target_without_a_head_is_named(other: Column) -> None:
    proposal = propose(data_set(column("a"), KIND, other), "own")
    assert isinstance(proposal, Proposal)
    assert [binding.column for binding in proposal.document.training.bindings] == ["a", "kind"]
    assert [(note.code, note.arguments["column"]) for note in proposal.notes] == [
        ("proposal_does_not_predict", other.name)
    ]


def test_large_numbers_are_predicted_in_units_of_their_deviation() -> None:
    profile = ColumnProfile(
        name="price",
        type="number",
        role="target",
        minimum=100_000,
        maximum=300_000,
        mean=200_000,
        histogram=(1, 1, 1, 1),
    )
    document = proposed(data_set(column("area"), PRICE), profile)
    assert node(document, "price").layer == "Rescaling"
    assert node(document, "price").params == {"scale": 55_900.0, "offset": 200_000.0}
    assert node(document, "price_standardized").layer == "Dense"
    small = profile.model_copy(update={"minimum": 0, "maximum": 1, "mean": 0.5})
    assert node(proposed(data_set(column("area"), PRICE), small), "price").layer == "Dense"


@pytest.mark.parametrize(
    ("columns", "left_out"),
    [
        ((column("a"), column("b", 5), column("c", dtype="int64", classes=classes(4))), []),
        ((column("photo", 30, 21, 3, dtype="uint8"), column("age")), ["age"]),
        ((column("drawing", 28, 28, dtype="uint8"),), []),
        ((column("map", 9, 9),), []),
        ((column("steps", 40, 6),), []),
        ((column("text", dtype=TEXT), column("stars", 2)), ["text"]),
    ],
)
def test_without_a_target_the_inputs_are_reconstructed(
    columns: tuple[Column, ...], left_out: list[str]
) -> None:
    data = data_set(*columns)
    proposal = propose(data, data.id)
    assert isinstance(proposal, Proposal)
    assert [(note.code, note.arguments["column"]) for note in proposal.notes[1:]] == [
        ("proposal_does_not_reconstruct", name) for name in left_out
    ]
    assert proposal.notes[0].code == "proposal_reconstructs"
    assert_fits(data, DataSets(sets=(data,)))


def test_a_large_number_beside_another_target_weighs_less() -> None:
    profile = ColumnProfile(
        name="price", type="number", role="target", minimum=-20, maximum=20, mean=0,
        histogram=(1, 1),
    )  # fmt: skip
    proposal = propose(data_set(column("area"), PRICE, KIND), "own", [profile])
    assert isinstance(proposal, Proposal)
    price = node(proposal.document, "price")
    assert proposal.document.training.outputs == (OutputTraining(node=price.id, weight=0.01),)
    (note,) = proposal.notes
    assert (note.code, note.arguments) == ("proposal_weighs", {"column": "price", "weight": 0.01})
    assert proposed(data_set(column("area"), PRICE), profile).training.outputs == ()


def test_large_numbers_are_reconstructed_in_their_own_units() -> None:
    profile = ColumnProfile(
        name="area", type="number", role="input", minimum=0, maximum=100, mean=50,
        histogram=(10, 10),
    )  # fmt: skip
    document = proposed(data_set(column("area"), column("age", 2)), profile)
    assert node(document, "reconstruction").params == {
        "scale": [25.0, 1.0, 1.0],
        "offset": [50.0, 0.0, 0.0],
    }


@pytest.mark.parametrize(
    ("columns", "variant"),
    [
        ((column("a"),), None),
        ((column("text", dtype=TEXT),), None),
        ((column("a"), column("text", dtype=TEXT, role="target")), None),
        ((column("a"), column("image", 8, 8, role="target")), None),
        ((KIND,), "input"),
        ((column("a", role="other"), KIND), "input"),
    ],
)
def test_no_model_is_proposed_without_inputs_or_targets(
    columns: tuple[Column, ...], variant: str | None
) -> None:
    problems = propose(data_set(*columns), "own")
    assert isinstance(problems, list)
    assert [(problem.code, problem.variant) for problem in problems] == [("no_proposal", variant)]

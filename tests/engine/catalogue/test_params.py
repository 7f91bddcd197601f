"""Validation of parameters against the catalogue: valid ones, and the problems of invalid ones."""

from typing import Any

import pytest

from engine.catalogue import load
from engine.catalogue.params import validate, validate_object
from engine.catalogue.refusals import Place
from engine.document import ObjectSpec
from engine.problems import phrase

PLACE = Place(phrase("“it”"), ("graphs", "main", "nodes", "n", "params"), "main", "n")


def problems_of(layer: str, /, **params: Any) -> list[tuple[str, str | None, str]]:
    entry = load().layer(layer)
    assert entry is not None
    return [
        (problem.code, problem.param, problem.message) for problem in validate(entry, params, PLACE)
    ]


NESTED = {"class": "RNN", "params": {"cell": {"class": "LSTMCell", "params": {"units": 2}}}}


@pytest.mark.parametrize(
    ("layer", "params"),
    [
        ("Dense", {"units": 3}),
        ("Dense", {"units": 3, "activation": None, "kernel_regularizer": "l2"}),
        ("Dense", {"units": 3, "kernel_initializer": "HeNormal", "activation": "swish"}),
        ("Dense", {"units": 3, "kernel_regularizer": {"class": "L1L2", "params": {"l1": 0.5}}}),
        ("Conv2D", {"filters": 1, "kernel_size": [3, 3], "strides": 2}),
        ("Input", {"shape": [None, 3]}),
        ("Input", {"shape": []}),
        ("Bidirectional", {"layer": NESTED, "merge_mode": None}),
        ("Pipeline", {"layers": [{"class": "RandomFlip"}, NESTED]}),
        ("RandomZoom", {"height_factor": [-0.2, 0.3]}),
        ("RandomZoom", {"height_factor": 0.2}),
        ("ZeroPadding2D", {"padding": [[1, 2], [3, 4]]}),
        ("StringLookup", {"vocabulary": ["a"]}),
    ],
)  # fmt: skip
def test_valid_parameters(layer: str, params: dict[str, Any]) -> None:
    assert problems_of(layer, **params) == []


NEEDS = "must be a whole number of at least 1"


@pytest.mark.parametrize(
    ("layer", "params", "code", "param", "message"),
    [
        ("Dense", {}, "missing_param", "units", "“it” needs “units”."),
        ("Dense", {"units": None}, "missing_param", "units", "“it” needs “units”."),
        ("Dense", {"units": 0}, "bad_param", "units", f"units of “it” {NEEDS}; it is 0."),
        ("Dense", {"units": True}, "bad_param", "units", f"units of “it” {NEEDS}; it is true."),
        ("Dense", {"units": 2.0}, "bad_param", "units", f"units of “it” {NEEDS}; it is 2.0."),
        ("Dense", {"units": "2"}, "bad_param", "units", f"units of “it” {NEEDS}; it is “2”."),
        ("Dropout", {"rate": 2}, "bad_param", "rate",
         "rate of “it” must be a number from 0 to 1; it is 2."),
        ("Conv2D", {"filters": 1, "kernel_size": [3]}, "bad_param", "kernel_size",
         f"kernel_size of “it” {NEEDS}, or 2 of them; it is (3)."),
        ("Conv2D", {"filters": 1, "kernel_size": 3, "strides": None}, "bad_param", "strides",
         f"strides of “it” {NEEDS}, or 2 of them, not empty; it is empty."),
        ("Conv2D", {"filters": 1, "kernel_size": 3, "padding": "smae"}, "not_a_choice", "padding",
         "padding of “it” must be “valid” or “same”; it is “smae”."),
        ("Conv2D", {"filters": 1, "kernel_size": 3, "padding": 1}, "bad_param", "padding",
         "padding of “it” must be one word; it is 1."),
        ("Reshape", {"target_shape": [None]}, "bad_param", "target_shape",
         "target_shape of “it” must be whole numbers of at least -1; it is (null)."),
        ("Dense", {"units": 1, "kernel_initializer": "HeNormall"}, "unknown_object",
         "kernel_initializer", "kernel_initializer of “it” must be an initializer; Keras has "
         "none called “HeNormall”."),
        ("Dense", {"units": 1, "activation": {"class": "relu", "params": {"x": 1}}},
         "unknown_param", "activation", "relu has no parameter “x”."),
        ("Dense", {"units": 1, "activation": {"class": "relu", "module": "os"}}, "bad_param",
         "activation", "activation of “it” must be the name of an activation, or its class and "
         "params; it is relu."),
        ("Bidirectional", {"layer": {"class": "LSTM", "params": {"units": 0}}}, "bad_param",
         "layer", f"layer › units of “it” {NEEDS}; it is 0."),
        ("Bidirectional", {"layer": {"class": "LSTM"}}, "missing_param", "layer",
         "LSTM in “layer” of “it” needs “units”."),
        ("TimeDistributed", {"layer": {"class": "Lambda"}}, "unknown_object", "layer",
         "layer of “it” must be a layer; “Lambda” can't be used there."),
        ("TimeDistributed", {"layer": {"class": "Input"}}, "unknown_object", "layer",
         "layer of “it” must be a layer; “Input” can't be used there."),
        ("RNN", {"cell": {"class": "LSTM", "params": {"units": 1}}}, "unknown_object", "cell",
         "cell of “it” must be a cell; Keras has none called “LSTM”."),
        ("Pipeline", {"layers": []}, "bad_param", "layers",
         "layers of “it” must be a list of at least one layer; it is ()."),
        ("StringLookup", {"vocabulary": "/etc/passwd"}, "bad_param", "vocabulary",
         "vocabulary of “it” must be a list of texts; it is “/etc/passwd”."),
        ("Dense", {"units": 1, "weights": [1]}, "unknown_param", "weights",
         "Dense has no parameter “weights”."),
    ],
)  # fmt: skip
def test_invalid_parameters(
    layer: str, params: dict[str, Any], code: str, param: str, message: str
) -> None:
    assert problems_of(layer, **params) == [(code, param, message)]


def test_a_misspelt_parameter_can_be_renamed() -> None:
    entry = load().layer("Dense")
    assert entry is not None
    misspelt = next(
        problem for problem in validate(entry, {"unit": 3}, PLACE) if problem.param == "unit"
    )
    assert misspelt.hint == "Did you mean “units”?"
    assert misspelt.fix is not None
    assert misspelt.fix.operations == (
        {"type": "unset", "path": ["graphs", "main", "nodes", "n", "params", "unit"]},
        {"type": "set", "path": ["graphs", "main", "nodes", "n", "params", "units"], "value": 3},
    )


@pytest.mark.parametrize(
    ("kind", "spec", "messages"),
    [
        ("optimizer", {"class": "Adam"}, []),
        ("optimizer", {"class": "Adm"}, ["Keras has no optimizer “Adm”."]),
        ("optimizer", {"class": "Adam", "params": {"learning_rate": -1}},
         ["learning_rate of “it” must be a number of at least 0, or a schedule; it is -1."]),
        ("optimizer",
         {"class": "SGD", "params": {"learning_rate": {"class": "CosineDecay", "params": {
             "initial_learning_rate": 0.1, "decay_steps": 10}}}}, []),
        ("loss", {"class": "mse"}, []),
        ("metric", {"class": "Precision", "params": {"name": "p"}}, []),
        ("callback", {"class": "LambdaCallback"},
         ["A document can't hold the callback “LambdaCallback”."]),
        ("callback", {"class": "ModelCheckpoint", "params": {"save_best_only": True}}, []),
        ("callback", {"class": "ModelCheckpoint", "params": {"filepath": "/etc/passwd"}},
         ["ModelCheckpoint has no parameter “filepath”."]),
    ],
)  # fmt: skip
def test_objects_of_training(kind: Any, spec: dict[str, Any], messages: list[str]) -> None:
    problems = validate_object(kind, ObjectSpec.model_validate(spec), PLACE)
    assert [problem.message for problem in problems] == messages

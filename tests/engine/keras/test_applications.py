"""The architectures of keras.applications."""

import keras
import pytest

from engine.keras.applications import application_json
from engine.problems import Phrase


@pytest.mark.parametrize(("weights", "layers"), [(None, 1), ("imagenet", 2)])
def test_efficient_nets_with_weights_have_one_more_rescaling(
    weights: str | None, layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(*_: object, **__: object) -> str:
        raise AssertionError("nothing is downloaded")

    monkeypatch.setattr(keras.utils, "get_file", download)
    value = application_json("EfficientNetB0", {"weights": weights})
    assert not isinstance(value, Phrase)
    names = [layer["class_name"] for layer in value["config"]["layers"]]
    assert names.count("Rescaling") == layers


def test_what_keras_refuses_is_said() -> None:
    value = application_json("VGG16", {"weights": "imagenet", "classes": 7})
    assert isinstance(value, Phrase)
    assert "VGG16" in str(value.arguments)

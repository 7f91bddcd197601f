"""A target defines how generated code imports Keras and refers to it."""

from dataclasses import replace

import pytest

from engine import templates
from engine.code import generate, targets
from engine.code.targets import TARGETS, CodeTarget
from engine.document import Document, Target
from tests.engine.code.test_code import golden


def template(name: str) -> Document:
    """The document of a template."""
    return next(template.document for template in templates.load() if template.id == name)


KERAS, TF_KERAS = (targets.get(style) for style in ("keras", "tf.keras"))


@pytest.mark.parametrize(
    ("path", "spelling", "keras", "tf_keras"),
    [
        ("keras.Model", "keras.Model", "import keras", "from tensorflow import keras"),
        (
            "keras.layers.Dense",
            "layers.Dense",
            "from keras import layers",
            "from tensorflow.keras import layers",
        ),
        ("keras.ops.add", "ops.add", "from keras import ops", "from tensorflow.keras import ops"),
        ("numpy.load", "np.load", "import numpy as np", "import numpy as np"),
        (
            "keras.optimizers.Adam",
            "keras.optimizers.Adam",
            "import keras",
            "from tensorflow import keras",
        ),
    ],
)
def test_names_and_imports_of_paths(path: str, spelling: str, keras: str, tf_keras: str) -> None:
    assert [target.spelling(path) for target in (KERAS, TF_KERAS)] == [spelling, spelling]
    assert [target.import_of(path) for target in (KERAS, TF_KERAS)] == [keras, tf_keras]


def test_imports_of_other_packages_are_unchanged() -> None:
    for line in ("from sklearn import datasets", "import numpy as np", "from keras_hub import x"):
        assert [target.imported(line) for target in TARGETS] == [line] * len(TARGETS)


def test_a_target_with_a_fixed_backend_does_not_choose_one() -> None:
    chosen = Target(backend="jax", device="gpu:2")
    visible = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": "2"}
    assert KERAS.variables(chosen) == {"KERAS_BACKEND": "jax"} | visible
    assert TF_KERAS.variables(chosen) == visible
    assert KERAS.unsupported(chosen) == []
    assert [problem.code for problem in TF_KERAS.unsupported(chosen)] == ["tf_keras_is_tensorflow"]
    assert TF_KERAS.unsupported(Target(backend="tensorflow")) == []


def test_code_that_trains_on_one_device_says_so() -> None:
    several = Target(backend="jax", device="gpu:2,3")
    assert {target.id for target in TARGETS if target.devices(several).count == 2} == {
        "keras",
        "tf.keras",
    }
    (note,) = targets.get("flax").unsupported(several)
    assert (note.code, note.severity) == ("code_one_device", "note")
    assert targets.get("flax").variables(several)["CUDA_VISIBLE_DEVICES"] == "2"
    assert KERAS.unsupported(several) == []


def test_keras_on_torch_chooses_torch_whatever_the_document_says() -> None:
    on_torch = targets.get("keras-torch")
    assert on_torch.variables(Target(backend="jax", device="cpu")) == {"KERAS_BACKEND": "torch"}
    assert on_torch.unsupported(Target(backend="jax")) == []
    source = generate(template("iris"), "script", "keras-torch").source
    assert 'os.environ["KERAS_BACKEND"] = "torch"' in source
    assert "torch" in next(line for line in source.splitlines() if line.startswith("# Needs: "))
    assert "jax" not in source
    assert "tensorflow" not in source


def test_layers_of_text_need_tensorflow_on_torch_too() -> None:
    code = generate(template("reviews_text"), "script", "keras-torch")
    (note,) = code.problems
    assert (note.code, note.node, note.severity) == ("code_needs_tensorflow", "words", "warning")
    assert "torch, tensorflow" in code.source


@pytest.mark.parametrize("form", ["functional", "sequential", "function", "script"])
def test_no_path_bypasses_the_target(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code for a target with another name for Keras contains "keras" nowhere else."""

    class Renamed(CodeTarget):
        def spelling(self, path: str) -> str:
            return super().spelling(path).replace("keras.", "renamed.")

        def import_of(self, path: str) -> str:
            return super().import_of(path).replace("keras", "renamed")

    renamed = Renamed(
        **{**vars(replace(KERAS, id="renamed")), "backend": "tensorflow", "sets_backend": False}
    )
    monkeypatch.setitem(targets._BY_ID, "renamed", renamed)
    source = generate(golden("callbacks"), form, "renamed").source  # type: ignore[arg-type]
    assert "renamed.Model" in source or "renamed.Sequential" in source
    assert "import renamed" in source
    remaining = [line for line in source.splitlines() if "keras" in line.lower()]
    packages, *remaining = remaining if form == "script" else ["# Needs: ", *remaining]
    assert packages.startswith("# Needs: ")
    assert [line for line in remaining if ".keras" not in line] == []


def test_code_for_keras_3_says_that_it_does_not_run_on_theano() -> None:
    made = template("iris").model_copy(update={"target": Target(backend="theano")})
    code = generate(made, "script", "keras")
    assert 'os.environ["KERAS_BACKEND"] = "jax"' in code.source
    assert [problem.code for problem in code.problems] == ["keras_3_knows_not"]
    assert "jax" in code.packages
    assert generate(made, "script", "keras-2").problems == ()

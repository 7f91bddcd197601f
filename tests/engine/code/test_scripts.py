"""Training scripts and notebooks run end to end, each in a new process and a folder of its own."""

import json
from pathlib import Path

import pytest

from engine import templates
from engine.code import Form, Style, generate
from engine.document import Document
from tests.engine.scripts import run


def shortened(id: str) -> Document:
    """A template that trains for two epochs on JAX: its document is changed, not its code."""
    template = templates.find(id)
    assert template is not None
    document = template.document
    training = document.training.model_copy(update={"epochs": 2})
    target = document.target.model_copy(update={"backend": "jax"})
    return document.model_copy(update={"training": training, "target": target})


@pytest.mark.parametrize(
    ("template", "kind", "file", "text"),
    [
        ("iris_two_inputs", ("script", "keras"), "iris_two_inputs.keras", "accuracy"),
        ("iris_shared", ("script", "tf.keras"), "iris_shared_weights.keras", "accuracy"),
        ("diabetes", ("notebook", "keras"), "diabetes.keras", "val_loss"),
    ],
)
def test_from_data_to_a_saved_model(
    template: str, kind: tuple[Form, Style], file: str, text: str, tmp_path: Path
) -> None:
    source = generate(shortened(template), *kind).source
    if kind[0] == "notebook":
        cells = json.loads(source)["cells"]
        source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert "layerloom" not in source.lower()
    output = run(source, tmp_path, fresh=True)
    assert "Epoch 2/2" in output
    assert text in output
    assert (tmp_path / file).stat().st_size > 1000

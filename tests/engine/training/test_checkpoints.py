"""Checkpoints: files that are whole or refused, and what models take from them."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from engine.data.built_in import BUILT_IN
from engine.document import Document
from engine.keras.network import Network
from engine.protocol import EpochEvent, LogEvent, RunEvent, Start, Stop, Train
from engine.training import compiling
from engine.training.checkpoints import file, state
from engine.training.checkpoints.file import Checkpoint, Position
from engine.training.checkpoints.keeping import FILE, Keeping
from engine.training.checkpoints.starting import begin
from engine.training.commands import Commands
from engine.training.refusal import RefusedError
from engine.training.run import train
from tests.engine.documents import chain, node
from tests.engine.runs import document

HIDDEN = node("h", "Dense", units=4)


def network(*layers: dict[str, Any], seed: int = 0) -> Network:
    """A compiled model of these layers."""
    plain = chain(node("x", "Input", shape=[3]), *layers).to_json()
    plain["training"]["seed"] = seed
    built = compiling.network(Document.model_validate(plain))
    built.model.compile("adam", "mse")
    built.model.optimizer.build(built.model.trainable_variables)
    return built


def values(layer: keras.layers.Layer) -> list[np.ndarray]:
    """Copies of the weights of a layer."""
    return [np.array(keras.ops.convert_to_numpy(each.value)) for each in layer.weights]


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Network]:
    """The file of a checkpoint, and the model whose state it has."""
    trained = network(HIDDEN, node("y", "Dense", units=2), seed=1)
    Keeping(tmp_path, trained, ()).write(Position(epoch=3, seconds=1.5))
    return tmp_path / FILE, trained


def test_another_model_takes_the_weights_of_common_layers(kept: tuple[Path, Network]) -> None:
    path, trained = kept
    frozen = node("h", "Dense", units=4, frozen=True)
    other = network(frozen, node("y", "Dense", units=7), node("z", "Dense", units=1))
    own = [values(layer) for layer in other.model.layers[2:]]
    said: list[LogEvent] = []
    assert begin(Start(how="weights", file=str(path), run=4), other, said.append) is None
    np.testing.assert_equal(values(other.model.layers[1]), values(trained.model.layers[1]))
    np.testing.assert_equal([values(layer) for layer in other.model.layers[2:]], own)
    assert [event.text for event in said] == [
        "Layers with the weights of run 4: 1.",
        f"These layers begin anew: {other.model.layers[2].name}, {other.model.layers[3].name}.",
    ]


def test_a_model_without_common_layers_is_refused(kept: tuple[Path, Network]) -> None:
    other = network(node("h", "Dense", units=5))
    with pytest.raises(RefusedError) as refused:
        begin(Start(how="weights", file=str(kept[0]), run=4), other, lambda _: None)
    assert refused.value.problem.code == "no_common_weights"


def test_another_model_can_not_continue(kept: tuple[Path, Network]) -> None:
    for other in (network(HIDDEN), network(HIDDEN, node("y", "Dense", units=3))):
        with pytest.raises(RefusedError) as refused:
            begin(Start(how="continue", file=str(kept[0]), run=4), other, lambda _: None)
        assert refused.value.problem.code == "checkpoint_differs"


def test_a_cut_file_is_refused(kept: tuple[Path, Network]) -> None:
    path, _ = kept
    whole = path.read_bytes()
    assert [each.name for each in path.parent.iterdir()] == [FILE]
    for content in (b"", whole[: len(whole) // 2], whole[:-1], b"PK" + whole[2:20]):
        path.write_bytes(content)
        with pytest.raises(RefusedError) as refused:
            file.read(path)
        assert refused.value.problem.code == "checkpoint_unreadable"


def test_short_floats_are_kept(tmp_path: Path) -> None:
    short = keras.ops.convert_to_numpy(keras.ops.cast([[1.5, 2.0]], "bfloat16"))
    arrays = {"trainable_variables/0": np.asarray(short), "empty": np.zeros((0, 2), "float32")}
    file.write(tmp_path / FILE, Checkpoint(Position(), arrays))
    back = file.read(tmp_path / FILE).arrays
    for name, array in arrays.items():
        assert (back[name].dtype, back[name].shape) == (array.dtype, array.shape)
        np.testing.assert_array_equal(back[name].astype("float32"), array.astype("float32"))


def test_the_state_is_that_of_all_variables(kept: tuple[Path, Network]) -> None:
    path, trained = kept
    arrays = file.read(path).arrays
    assert [name for name in arrays if name.startswith("optimizer_variables/")]
    taken = state.taken(trained.model)
    assert set(taken) <= set(arrays)
    for name, values in taken.items():
        np.testing.assert_array_equal(values, arrays[name])


@pytest.mark.filterwarnings("ignore")  # saving a model warns where warnings are errors
def test_a_stop_that_comes_while_an_epoch_ends_keeps_its_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands, told = Commands(), list[int]()

    def stops(_: Keeping) -> bool:
        """Nothing is due; the stop comes while that is decided."""
        if told == [1, 2]:
            commands.dispatch(Stop(when="epoch"))
        return False

    def emit(event: RunEvent) -> None:
        if isinstance(event, EpochEvent):
            told.append(event.epoch)

    monkeypatch.setattr(Keeping, "due_after_epoch", property(stops))
    command = Train(document=document("iris", epochs=9), output=str(tmp_path))
    assert train(command, BUILT_IN, emit, commands).outcome == "stopped"
    assert told == [1, 2]
    assert file.read(tmp_path / FILE).position.epoch == 2

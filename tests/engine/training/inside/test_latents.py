"""Values that are set at a node: what follows is what the layers after it make of them."""

import base64
from collections.abc import Iterator

import keras
import numpy as np
import pytest

from engine import templates
from engine.data.built_in import BUILT_IN
from engine.protocol.explaining import Latent, LatentShown
from engine.protocol.frames import Frame, Look, RowSample
from engine.protocol.tensors import Picture
from engine.training.inside.latents import PIXELS, TILES
from engine.training.inside.opening import Opened, open_model


@pytest.fixture(scope="module")
def model() -> Iterator[Opened]:
    return opened("digits_autoencoder")


def opened(name: str) -> Opened:
    template = templates.find(name)
    assert template is not None
    found = open_model(template.document, BUILT_IN, None)
    assert isinstance(found, Opened)
    return found


def look(model: Opened, latent: Latent, row: int = 0) -> tuple[Frame, LatentShown]:
    nodes = tuple((node.id,) for node in model.subject.document.main.nodes)
    frame = model.frame(Look(nodes=nodes, sample=RowSample(row=row), latent=latent))
    assert frame.problem is None
    assert frame.latent is not None
    return frame, frame.latent


def values(picture: Picture) -> np.ndarray:
    pixels = np.frombuffer(base64.b64decode(picture.pixels), "uint8").astype("float64")
    grey = picture.low + pixels / 255 * (picture.high - picture.low)
    return grey.reshape(picture.channels, picture.rows, picture.columns)


def decoded(model: Opened, codes: np.ndarray) -> np.ndarray:
    """What the layers after the code make of it, called one by one."""
    layers = {layer.name: layer for layer in model.subject.network.model.layers}
    tensor = keras.ops.convert_to_tensor(codes.astype("float32"))
    for name in ("decode", "pixels", "painted"):
        tensor = layers[name](tensor)
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def test_the_graph_decides_where_values_can_be_set(model: Opened) -> None:
    places = [(name,) for name in ("flat", "encode", "code", "decode", "pixels")]
    assert list(look(model, Latent())[1].nodes) == places
    # What follows its branches depends on both.
    two = opened("iris_two_inputs")
    assert look(two, Latent())[1].nodes == (("join",), ("hidden",))


def test_what_follows_is_what_the_decoder_makes(model: Opened) -> None:
    code = tuple(float(value) for value in np.linspace(-2, 2, 8))
    frame, shown = look(model, Latent(values=code))
    assert shown.node == ("code",), "the smallest place"
    assert shown.values == pytest.approx(code, abs=1e-5)
    assert shown.output is not None
    expected = decoded(model, np.array([code]))[0, :, :, 0]
    step = (shown.output.high - shown.output.low) / 255
    assert values(shown.output)[0] == pytest.approx(expected, abs=step)
    cards = {picture.node: picture for picture in frame.pictures}
    assert values(cards[("painted",)])[0] == pytest.approx(expected, abs=step)
    assert cards[("code",)].low == pytest.approx(-2)


def test_values_begin_with_those_of_the_sample(model: Opened) -> None:
    frame, shown = look(model, Latent(), row=3)
    _, set_again = look(model, Latent(values=shown.values), row=3)
    assert shown.output is not None
    assert set_again.output is not None
    assert values(set_again.output) == pytest.approx(values(shown.output), abs=0.01)
    plain = model.frame(Look(nodes=(("painted",),), sample=RowSample(row=3)))
    card = next(picture for picture in frame.pictures if picture.node == ("painted",))
    assert values(card) == pytest.approx(values(plain.pictures[0]), abs=0.01)


def test_the_plane_shows_a_picture_at_each_place(model: Opened) -> None:
    _, shown = look(model, Latent(x=2, y=5, map=True))
    plane = shown.map
    assert plane is not None
    assert plane.picture is not None
    side = min(8, PIXELS)
    assert plane.picture.shape == (TILES * side, TILES * side, 1)
    assert len(plane.points) == 300
    assert {point[2] for point in plane.points} == set(range(10)), (
        "coloured by a column not learned"
    )
    assert plane.classes == tuple("0123456789")
    means = _codes(model).mean(axis=0)
    code = means.copy()
    code[2] = plane.left + 0.5 * (plane.right - plane.left) / TILES
    code[5] = plane.top - 0.5 * (plane.top - plane.bottom) / TILES
    corner = values(plane.picture)[0][:side, :side]
    step = (plane.picture.high - plane.picture.low) / 255
    assert corner == pytest.approx(decoded(model, code[None])[0, :, :, 0], abs=step)


def _codes(model: Opened) -> np.ndarray:
    """The codes of the rows whose places are shown."""
    data, whole = model.subject.data, model.subject.network.model
    assert hasattr(data, "validation")
    rows = data.validation.read(np.arange(300))[0][0]
    code = next(layer for layer in whole.layers if layer.name == "code")
    found = keras.Model(whole.inputs, code.output)(keras.ops.convert_to_tensor(rows))
    return np.asarray(keras.ops.convert_to_numpy(found))


def test_a_model_without_such_a_place_says_so() -> None:
    _, shown = look(opened("digits_convolution"), Latent())
    assert shown.problem is not None
    assert shown.problem.code == "latent_nowhere"

"""Compares explanations with computations of their definitions that share no code with them.

    python -m tests.engine.training.inside.explanations

prints JSON, on the active backend: for each case the largest distance, relative to the largest
value; for each template and method, whether it was explained, or the code of the problem.
"""

import base64
import json
from collections.abc import Callable

import keras
import numpy as np

from engine import templates
from engine.data.built_in import BUILT_IN
from engine.document import Document
from engine.machine import backends
from engine.problems import Problem, problem
from engine.protocol.explaining import Explain, Explanation, Latent, Method
from engine.protocol.frames import Look, OwnSample, RowSample
from engine.protocol.tensors import Values
from engine.training import compiling
from engine.training.inside.explaining import cutting
from engine.training.inside.opening import Opened, open_model
from engine.training.inside.probe import Probe
from engine.training.inside.subject import Subject
from tests.engine.documents import graph, node
from tests.engine.imports.test_weights import nested_and_shared
from tests.engine.training.inside.cases import sample as samples

METHODS: tuple[Method, ...] = ("saliency", "grad_cam", "occlusion")


def opened(name: str) -> Opened:
    template = templates.find(name)
    assert template is not None
    model = open_model(template.document, BUILT_IN, None)
    assert isinstance(model, Opened)
    return model


def explained(model: Opened, explain: Explain, row: int = 0) -> Explanation:
    nodes = tuple((node.id,) for node in model.subject.document.main.nodes)
    frame = model.frame(Look(nodes=nodes, explain=explain, sample=RowSample(row=row)))
    assert frame.problem is None, frame.problem
    assert frame.explanation is not None
    return frame.explanation


def numbers(values: Values) -> np.ndarray:
    return np.frombuffer(base64.b64decode(values.numbers), "<f4").reshape(values.kept)


def apart(found: np.ndarray, expected: np.ndarray) -> float:
    assert found.shape == expected.shape, (found.shape, expected.shape)
    assert np.ptp(expected) > 0 or expected.size == 1, "the values tell nothing"
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def own(model: Opened, explain: Explain, x: np.ndarray) -> Explanation:
    """The explanation for values of one's own."""
    (node,) = model.subject.inputs
    nodes = tuple((each.id,) for each in model.subject.document.main.nodes)
    sample = OwnSample(values={node: tuple(x.reshape(-1).tolist())})
    found = model.frame(Look(nodes=nodes, explain=explain, sample=sample)).explanation
    assert found is not None
    assert found.problem is None
    return found


def weights(layer: keras.Layer) -> list[np.ndarray]:
    return [np.asarray(keras.ops.convert_to_numpy(each), "float64") for each in layer.weights]


def convolved(x: np.ndarray, layer: keras.layers.Conv2D) -> np.ndarray:
    """A convolution with padding "same" and relu, in double precision."""
    kernel, bias = weights(layer)
    size = kernel.shape[0]
    around = np.pad(x, [(0, 0), (size // 2, size // 2), (size // 2, size // 2), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(around, (size, size), axis=(1, 2))
    return np.maximum(np.einsum("nyxcij,ijco->nyxo", windows, kernel) + bias, 0)


def pooled_logits(x: np.ndarray, whole: keras.Model) -> np.ndarray:
    """What follows the convolutions of the template, without the softmax."""
    kernel, bias = weights(whole.layers[-1])
    count, rows, columns, channels = x.shape
    tiles = x.reshape(count, rows // 2, 2, columns // 2, 2, channels)
    result: np.ndarray = tiles.max(axis=(2, 4)).reshape(count, -1) @ kernel + bias
    return result


def differences(score: Callable[[np.ndarray], np.ndarray], x: np.ndarray, unit: int) -> np.ndarray:
    """The gradient with respect to each value of a sample, by central differences."""
    step, flat = 1e-6, x.reshape(-1)
    ups = np.stack([(flat + step * row).reshape(x.shape[1:]) for row in np.eye(flat.size)])
    downs = np.stack([(flat - step * row).reshape(x.shape[1:]) for row in np.eye(flat.size)])
    high, low = (score(each)[:, unit] for each in (ups, downs))
    result: np.ndarray = (high - low).reshape(x.shape[1:]) / (2 * step)
    return result


def image() -> np.ndarray:
    """No values are 0 or equal, where relu and the maximum have no gradient."""
    return np.random.default_rng(4).random((1, 8, 8, 1)).astype("float32").astype("float64")


def saliency_of_an_image() -> float:
    model = opened("digits_convolution")
    whole, x = model.subject.network.model, image()
    one, two = whole.layers[1:3]
    logits = lambda x: pooled_logits(convolved(convolved(x, one), two), whole)  # noqa: E731
    expected = differences(logits, x, 3)
    (part,) = own(model, Explain(method="saliency", unit=3), x).parts
    return apart(numbers(part.heat), np.abs(expected).max(axis=-1))


def saliency_of_a_row() -> float:
    model = opened("iris")
    whole, x = model.subject.network.model, np.array([[5.1, 3.5, 1.4, 0.2]])
    (first, above), (last, bias) = (weights(layer) for layer in whole.layers[1:])
    logits = lambda x: np.maximum(x @ first + above, 0) @ last + bias  # noqa: E731
    (part,) = own(model, Explain(method="saliency", unit=2), x).parts
    assert part.picture is None
    assert len(part.names) == 4
    return apart(numbers(part.heat), differences(logits, x, 2))


def grad_cam_of_a_convolution() -> float:
    """The gradient at conv_1 by differences of what follows it; then the paper's formula."""
    model = opened("digits_convolution")
    whole, x = model.subject.network.model, image()
    one, two = whole.layers[1:3]
    seen = convolved(x, one)
    cams = []
    for unit in range(10):
        gradient = differences(lambda x: pooled_logits(convolved(x, two), whole), seen, unit)
        cams.append(np.maximum((seen[0] * gradient.mean(axis=(0, 1))).sum(axis=-1), 0))
    strongest = int(np.argmax([cam.max() for cam in cams]))
    found = own(model, Explain(method="grad_cam", unit=strongest, node=("conv_1",)), x)
    assert found.nodes == (("conv_1",), ("conv_2",), ("pool",))
    return apart(numbers(found.parts[0].heat), cams[strongest])


def sample(model: Opened, row: int = 0) -> list[np.ndarray]:
    data = model.subject.data
    assert not isinstance(data, Problem)
    assert data.validation is not None
    return [array.astype("float32") for array in data.validation.read(np.array([row]))[0]]


def occlusion_of_columns() -> float:
    model = opened("iris_two_inputs")
    data = model.subject.data
    assert not isinstance(data, Problem)
    arrays, score = sample(model, 1), model.subject.network.model
    means = [array.mean(axis=0) for array in data.training.read(np.arange(len(data.training)))[0]]
    last = score.layers[-1]
    before = keras.Model(score.inputs, last.input)
    kernel, bias = weights(last)

    def logit(given: list[np.ndarray]) -> float:
        return float((keras.ops.convert_to_numpy(before(given)) @ kernel + bias)[0, 1])

    found = explained(model, Explain(method="occlusion", unit=1), row=1)
    assert abs(found.score - logit(arrays)) < 1e-4
    assert found.is_before
    distances = []
    for at, part in enumerate(found.parts):
        expected = []
        for column in range(2):
            hidden = [array.copy() for array in arrays]
            hidden[at][0, column] = means[at][column]
            expected.append(logit(arrays) - logit(hidden))
        distances.append(apart(numbers(part.heat), np.array(expected)))
    return max(distances)


def occlusion_of_words() -> float:
    model = opened("reviews_text")
    whole = model.subject.network.model
    words = ["the", "film", "was", "not", "good"]
    last = whole.layers[-1]
    before = keras.Model(whole.inputs, last.input)
    kernel, bias = weights(last)
    (node,) = model.subject.inputs
    nodes = tuple((each.id,) for each in model.subject.document.main.nodes)
    look = Look(
        nodes=nodes,
        sample=OwnSample(texts={node: " ".join(words)}),
        explain=Explain(method="occlusion", unit=0),
    )
    found = model.frame(look).explanation
    assert found is not None
    assert found.problem is None
    shape = [1] * len(whole.inputs[0].shape)

    def logit(text: str) -> float:
        given = keras.ops.reshape(keras.ops.convert_to_tensor([text]), shape)
        return float((keras.ops.convert_to_numpy(before(given)) @ kernel + bias)[0, 0])

    every = logit(" ".join(words))
    expected = [
        -(every - logit(" ".join(words[:at] + words[at + 1 :]))) for at in range(len(words))
    ]
    (part,) = found.parts
    assert part.names == tuple(words)
    return apart(numbers(part.heat), np.array(expected))


def attention_scores() -> float:
    """The scores of two heads and of a layer without weights, by their definition in NumPy."""
    main = graph(
        [
            node("in", "Input", shape=[5, 4]),
            node("many", "MultiHeadAttention", num_heads=2, key_dim=3),
            node("one", "Attention"),
            node("out", "Concatenate"),
        ],
        [
            "in > many.query", "in > many.value", "in > one", "in > one",
            "many > out", "one > out",
        ],
    )  # fmt: skip
    model = _without_data(Document(graphs=(main,)))
    x = np.random.default_rng(2).random((5, 4))
    nodes = (("many",), ("one",), ("out",))
    own = OwnSample(values={"in": tuple(x.reshape(-1).tolist())})
    found = {}
    for path in nodes[:2]:
        frame = model.frame(Look(nodes=nodes, sample=own, detail=path))
        assert frame.detail is not None, frame.problem
        assert frame.detail.attention is not None
        found[path[0]] = numbers(frame.detail.attention)
        forms = {picture.node[0]: picture.form for picture in frame.pictures}
        assert forms == {"many": "attention", "one": "attention", "out": "strip"}
    layer = model.subject.network.operation(("many",))
    names = {each.path.rsplit("/", 2)[-2] + each.name: each for each in layer.weights}
    query, key = (
        np.einsum("ti,ihd->thd", x, _array(names[f"{part}kernel"])) + _array(names[f"{part}bias"])
        for part in ("query", "key")
    )
    many = _softmax(np.einsum("thd,shd->tsh", query, key) / np.sqrt(3), axis=1)
    one = _softmax(x @ x.T, axis=1)[:, :, None]
    return max(apart(found["many"], many), apart(found["one"], one))


def _array(variable: keras.Variable) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(variable), "float64")


def _softmax(values: np.ndarray, axis: int) -> np.ndarray:
    powers = np.exp(values - values.max(axis=axis, keepdims=True))
    result: np.ndarray = powers / powers.sum(axis=axis, keepdims=True)
    return result


def cut_graphs() -> float:
    """What follows each node, from its value, is what the whole model returns."""
    template = templates.find("digits_residual")
    assert template is not None
    distances = []
    for document in (template.document, nested_and_shared()):
        network = compiling.network(document)
        arrays = samples(document, network)
        expected = np.asarray(keras.ops.convert_to_numpy(network.model(_bare(arrays))))
        nodes = cutting.nodes_before(network, network.model.outputs)
        assert len(nodes) > 2
        probe = Probe(network, tuple(path for path, _ in nodes), arrays)
        for path, value in zip(probe.paths, probe(arrays), strict=True):
            follows = cutting.after(network, path, network.model.outputs)
            tensors = [keras.ops.convert_to_tensor(each) for each in (*arrays, value)]
            found = np.asarray(keras.ops.convert_to_numpy(keras.tree.flatten(follows(tensors))[0]))
            distances.append(apart(found, expected))
            other = keras.tree.flatten(follows([*tensors[:-1], tensors[-1] + 1.0]))[0]
            assert not np.allclose(keras.ops.convert_to_numpy(other), expected), path
    return max(distances)


def _bare(arrays: list[np.ndarray]) -> object:
    tensors = [keras.ops.convert_to_tensor(array) for array in arrays]
    return tensors[0] if len(tensors) == 1 else tensors


def all_templates() -> dict[str, dict[str, str]]:
    """What each method says for each template, and for a model of shared and nested parts."""
    found = {}
    for template in templates.load():
        text = any(node.params.get("dtype") == "string" for node in template.document.main.nodes)
        if not text or backends.get(keras.backend.backend()).text:
            model = open_model(template.document, BUILT_IN, None)
            assert isinstance(model, Opened)
            found[template.id] = _said(model)
    found["nested and shared"] = _said(_without_data(nested_and_shared()))
    return found


def _without_data(document: Document) -> Opened:
    subject = Subject(compiling.network(document), document, problem("probe_no_data"))
    return Opened(subject)


def _said(model: Opened) -> dict[str, str]:
    subject = model.subject
    random = np.random.default_rng(1)
    values = {
        node: _drawn(random, tensor)
        for node, tensor in zip(subject.inputs, subject.network.model.inputs, strict=True)
        if tensor.dtype != "string"
    }
    texts = {node: "a good film" for node in subject.inputs if node not in values}
    own = OwnSample(values=values, texts=texts)
    nodes = tuple((node.id,) for node in subject.document.main.nodes)
    said = {}
    for method in METHODS:
        frame = model.frame(Look(nodes=nodes, sample=own, explain=Explain(method=method)))
        found = frame.explanation
        assert found is not None, frame.problem
        said[method] = found.problem.code if found.problem else "explained"
        is_blank = not any(numbers(part.heat).any() for part in found.parts)
        assert found.problem or method == "grad_cam" or not is_blank  # Grad-CAM cuts off below 0
    look = Look(nodes=nodes, sample=own, latent=Latent(map=True))
    shown = model.frame(look).latent
    assert shown is not None
    said["latent"] = shown.problem.code if shown.problem else "set"
    return said


def _drawn(random: np.random.Generator, tensor: keras.KerasTensor) -> tuple[float, ...]:
    """Values for an input, in one row; classes are numbered from 1, because none is 0."""
    count = int(np.prod(tensor.shape[1:]))
    is_number = keras.backend.is_float_dtype(tensor.dtype)
    return tuple((random.random(count) if is_number else random.integers(1, 9, count)).tolist())


def main() -> None:
    cases = [
        saliency_of_an_image, saliency_of_a_row, grad_cam_of_a_convolution, occlusion_of_columns,
        cut_graphs, attention_scores,
    ]  # fmt: skip
    if backends.get(keras.backend.backend()).text:
        cases.append(occlusion_of_words)
    distances = {case.__name__: case() for case in cases}
    print(json.dumps([distances, all_templates()]))


if __name__ == "__main__":
    main()

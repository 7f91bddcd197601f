"""One function per data set: `load_<id>` returns its columns by name, rows first.

The functions are written as a person would write them in a script of their own, because the
code generator copies them (by reading this file, never by running it) into training scripts,
together with the imports and helpers that they use. Import nothing here but NumPy,
sklearn.datasets and Keras.
"""

import keras
import numpy as np
from sklearn import datasets


def load_digits() -> dict[str, np.ndarray]:
    """Load 1,797 handwritten digits: grey images of 8 × 8 pixels, scaled to 0..1."""
    digits = datasets.load_digits()
    return {
        "image": digits.images[..., np.newaxis].astype("float32") / 16.0,
        "digit": digits.target.astype("int64"),
    }


def load_iris() -> dict[str, np.ndarray]:
    """Load four measurements (in cm) of 150 irises of three species."""
    iris = datasets.load_iris()
    features = iris.data.astype("float32")
    return {
        "features": features,
        "sepal": features[:, :2],
        "petal": features[:, 2:],
        "species": iris.target.astype("int64"),
    }


def load_diabetes() -> dict[str, np.ndarray]:
    """Load ten measurements of 442 patients, and their disease's progression."""
    diabetes = datasets.load_diabetes(scaled=False)
    return {
        "features": standardize(diabetes.data),
        "progression": standardize(diabetes.target[:, np.newaxis]),
    }


def load_waves() -> dict[str, np.ndarray]:
    """Make 1,500 noisy sine, square and sawtooth waves of 32 samples each."""
    rng = np.random.default_rng(0)
    rows, samples = 1500, 32
    shape = rng.integers(0, 3, size=rows)
    cycles = rng.uniform(1.0, 3.0, size=(rows, 1)) * np.linspace(0.0, 1.0, samples)
    phase = (cycles + rng.uniform(0.0, 1.0, size=(rows, 1))) % 1.0
    sine = np.sin(2.0 * np.pi * phase)
    waves = np.stack([sine, np.sign(sine), 2.0 * phase - 1.0])
    noise = rng.normal(0.0, 0.2, size=(rows, samples))
    wave = waves[shape, np.arange(rows)] + noise
    return {
        "wave": wave[..., np.newaxis].astype("float32"),
        "shape": shape.astype("int64"),
    }


def load_wine() -> dict[str, np.ndarray]:
    """Load thirteen chemical values of 178 wines from three cultivars."""
    wine = datasets.load_wine()
    return {
        "features": standardize(wine.data),
        "cultivar": wine.target.astype("int64"),
    }


def load_breast_cancer() -> dict[str, np.ndarray]:
    """Load thirty measurements of 569 tumours, malignant (0) or benign (1)."""
    tumours = datasets.load_breast_cancer()
    return {
        "features": standardize(tumours.data),
        "diagnosis": tumours.target.astype("int64"),
    }


def load_reviews() -> dict[str, np.ndarray]:
    """Make 1,500 short reviews of films; what comes after "but" decides."""
    rng = np.random.default_rng(0)
    rows, torn = 1500, 0.3
    verdict = rng.integers(0, 2, size=rows)
    text = []
    for good in verdict == 1:
        turns = rng.random() < torn
        first, second = opinion(rng, good != turns), opinion(rng, good)
        text.append(f"The {first}, {'but' if turns else 'and'} the {second}.")
    return {
        "text": np.array(text, dtype=object),
        "verdict": verdict.astype("int64"),
    }


def opinion(rng: np.random.Generator, good: bool) -> str:
    """Say something good or bad about a part of a film."""
    part = rng.choice(["plot", "acting", "music", "ending", "camera", "pace"])
    degree = rng.choice(["", "really ", "rather ", "quite ", "truly "])
    praise = ["superb", "moving", "clever", "funny", "charming", "gripping"]
    blame = ["dull", "clumsy", "boring", "shallow", "tedious", "awful"]
    return f"{part} was {degree}{rng.choice(praise if good else blame)}"


def load_mnist() -> dict[str, np.ndarray]:
    """Load the 60,000 training images of MNIST, scaled to 0..1."""
    (images, digits), _ = keras.datasets.mnist.load_data()
    return {
        "image": images[..., np.newaxis].astype("float32") / 255.0,
        "digit": digits.astype("int64"),
    }


def load_fashion_mnist() -> dict[str, np.ndarray]:
    """Load the 60,000 training images of Fashion-MNIST, scaled to 0..1."""
    (images, articles), _ = keras.datasets.fashion_mnist.load_data()
    return {
        "image": images[..., np.newaxis].astype("float32") / 255.0,
        "article": articles.astype("int64"),
    }


def load_cifar10() -> dict[str, np.ndarray]:
    """Load the 50,000 training images of CIFAR-10, scaled to 0..1."""
    (images, things), _ = keras.datasets.cifar10.load_data()
    return {
        "image": images.astype("float32") / 255.0,
        "thing": things[:, 0].astype("int64"),
    }


def standardize(values: np.ndarray) -> np.ndarray:
    """Shift and scale each column to mean 0 and standard deviation 1."""
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    return np.asarray(scaled, dtype="float32")

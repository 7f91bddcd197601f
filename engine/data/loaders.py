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


def load_circles() -> dict[str, np.ndarray]:
    """Make 500 noisy points on two circles, one inside the other."""
    point, circle = datasets.make_circles(500, noise=0.08, factor=0.5, random_state=0)
    return {"point": point.astype("float32"), "circle": circle.astype("int64")}


def load_moons() -> dict[str, np.ndarray]:
    """Make 500 noisy points on two half moons that reach into each other."""
    point, moon = datasets.make_moons(500, noise=0.15, random_state=0)
    return {"point": point.astype("float32"), "moon": moon.astype("int64")}


def load_xor() -> dict[str, np.ndarray]:
    """Make 500 noisy points in a square: class 1 where the signs of x and y differ."""
    rng = np.random.default_rng(0)
    point = rng.uniform(-1.0, 1.0, size=(500, 2))
    signs = (point[:, 0] > 0) != (point[:, 1] > 0)
    point += rng.normal(0.0, 0.05, size=point.shape)
    return {"point": point.astype("float32"), "signs": signs.astype("int64")}


def load_spirals() -> dict[str, np.ndarray]:
    """Make 600 noisy points on two spirals, one turned half around from the other."""
    rng = np.random.default_rng(0)
    rows = 600
    arm = np.arange(rows) % 2
    radius = np.sqrt(rng.uniform(0.02, 1.0, size=rows))
    angle = 3.0 * np.pi * radius + np.pi * arm
    point = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    point += rng.normal(0.0, 0.02, size=point.shape)
    return {"point": point.astype("float32"), "arm": arm.astype("int64")}


def load_blobs() -> dict[str, np.ndarray]:
    """Make 500 points in four clouds that overlap a little."""
    centers = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    rng = np.random.default_rng(0)
    blob = rng.integers(0, 4, size=500)
    point = centers[blob] + rng.normal(0.0, 0.4, size=(500, 2))
    return {"point": point.astype("float32"), "blob": blob.astype("int64")}


def load_signal() -> dict[str, np.ndarray]:
    """Make 2,000 stretches of a noisy signal: 40 samples, and the 8 after them."""
    rng = np.random.default_rng(0)
    rows, past, future = 2000, 40, 8
    time = np.arange(rows * (past + future))
    signal = np.sin(2.0 * np.pi * time / 12.0) + 0.5 * np.sin(2.0 * np.pi * time / 31.0)
    signal += rng.normal(0.0, 0.1, size=len(time))
    signal = signal.reshape(rows, past + future).astype("float32")
    return {"past": signal[:, :past, np.newaxis], "future": signal[:, past:]}


def load_addition() -> dict[str, np.ndarray]:
    """Write 9,000 sums such as "7+35", and their results, as class numbers."""
    rng = np.random.default_rng(0)
    pairs = [divmod(pair, 100) for pair in rng.permutation(100 * 100)[:9000]]
    return {
        "question": characters([f"{a}+{b}" for a, b in pairs], 5, "0123456789 +"),
        "answer": characters([f"{a + b}" for a, b in pairs], 3, "0123456789 "),
    }


def characters(texts: list[str], length: int, alphabet: str) -> np.ndarray:
    """Pad texts with spaces, and return each character's position in the alphabet."""
    rows = [[alphabet.index(mark) for mark in text.ljust(length)] for text in texts]
    return np.array(rows, dtype="int64")


def load_copy() -> dict[str, np.ndarray]:
    """Make 3,000 sequences: four letters, a pause, and a signal to repeat them."""
    rng = np.random.default_rng(0)
    rows, letters, steps, blank, signal = 3000, 4, 12, 8, 9
    word = rng.integers(0, 8, size=(rows, letters))
    read = np.full((rows, steps), blank)
    read[:, :letters] = word
    read[:, -letters - 1] = signal
    written = np.full((rows, steps), blank)
    written[:, -letters:] = word
    return {"read": read.astype("int64"), "written": written.astype("int64")}


def load_shapes() -> dict[str, np.ndarray]:
    """Draw 1,000 noisy images of discs, squares and triangles, and their masks."""
    rng = np.random.default_rng(0)
    rows, side = 1000, 24
    down, across = np.mgrid[:side, :side]
    mask = np.zeros((rows, side, side), dtype="int64")
    for kind in (1, 2, 3):
        x, y = rng.uniform(5.0, side - 5.0, size=(2, rows, 1, 1))
        radius = rng.uniform(3.0, 5.0, size=(rows, 1, 1))
        width, height = np.abs(across - x), down - y
        disc = np.hypot(width, height) <= radius
        square = np.maximum(width, np.abs(height)) <= radius
        triangle = (2.0 * width <= height + radius) & (height <= radius)
        mask[[disc, square, triangle][kind - 1]] = kind
    brightness = rng.uniform(0.4, 1.0, size=(rows, 4))
    brightness[:, 0] = 0.1
    image = brightness[np.arange(rows)[:, np.newaxis, np.newaxis], mask]
    image = np.clip(image + rng.normal(0.0, 0.1, size=mask.shape), 0.0, 1.0)
    return {"image": image[..., np.newaxis].astype("float32"), "mask": mask}


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


def load_california_housing() -> dict[str, np.ndarray]:
    """Load eight measurements of 20,640 Californian districts, and what houses cost."""
    housing = datasets.fetch_california_housing()
    return {
        "features": standardize(housing.data),
        "value": standardize(housing.target[:, np.newaxis]),
    }


def standardize(values: np.ndarray) -> np.ndarray:
    """Shift and scale each column to mean 0 and standard deviation 1."""
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    return np.asarray(scaled, dtype="float32")

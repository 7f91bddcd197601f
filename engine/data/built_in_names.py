"""Names of classes and of values in the data sets that come with Layerloom."""

DIGITS = tuple("0123456789")
CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
THINGS = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
LETTERS = (*"abcdefgh", "blank")
WINE = (
    "alcohol",
    "malic acid",
    "ash",
    "alcalinity of ash",
    "magnesium",
    "total phenols",
    "flavanoids",
    "nonflavanoid phenols",
    "proanthocyanins",
    "color intensity",
    "hue",
    "od280/od315 of diluted wines",
    "proline",
)
_OF_A_NUCLEUS = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
NUCLEI = (
    *(f"mean {name}" for name in _OF_A_NUCLEUS),
    *(f"{name} error" for name in _OF_A_NUCLEUS),
    *(f"worst {name}" for name in _OF_A_NUCLEUS),
)

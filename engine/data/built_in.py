"""Descriptions of the data sets that come with Layerloom: one entry of `BUILT_IN` for each.

The rows are loaded by the function `load_<id>` in engine.data.loaders; a test compares the two.
Only the outermost callers use `BUILT_IN`: the processes, the command line, the API, and the public
functions of the engine as a default. All other functions take data sets as an argument.
"""

from engine.data.built_in_names import CLOTHES, DIGITS, LETTERS, NUCLEI, THINGS, WINE
from engine.data.catalogue import TEXT, Column, DataSet, DataSets
from engine.problems.words import marked

Names = tuple[str, ...]


def _input(name: str, shape: tuple[int, ...], help: str, features: Names = ()) -> Column:
    return Column(
        name=name, shape=shape, dtype="float32", role="input", features=features, help=help
    )


def _other(name: str, shape: tuple[int, ...], help: str, features: Names) -> Column:
    return Column(name=name, shape=shape, dtype="float32", features=features, help=help)


def _classes(name: str, classes: tuple[str, ...], help: str, shape: tuple[int, ...] = ()) -> Column:
    return Column(name=name, shape=shape, dtype="int64", role="target", classes=classes, help=help)


MADE = marked("Computed with a fixed seed.")

_SETS: tuple[DataSet, ...] = (
    DataSet(
        id="digits",
        title="Digits",
        summary="Handwritten digits as small grey images: the quickest way to a first classifier.",
        task="classification",
        rows=1797,
        columns=(
            _input("image", (8, 8, 1), "8 × 8 grey values from 0 (paper) to 1 (ink)."),
            _classes("digit", DIGITS, "The digit that was written."),
        ),
        source="Optical Recognition of Handwritten Digits, UCI; comes with scikit-learn.",
    ),
    DataSet(
        id="iris",
        title="Iris",
        summary="Four measurements of 150 flowers of three species, from 1936.",
        task="classification",
        rows=150,
        columns=(
            _input(
                "features",
                (4,),
                "Sepal length and width, petal length and width, in cm.",
                ("sepal length", "sepal width", "petal length", "petal width"),
            ),
            _other("sepal", (2,), "Sepal length and width, in cm.", ("length", "width")),
            _other("petal", (2,), "Petal length and width, in cm.", ("length", "width")),
            _classes("species", ("setosa", "versicolor", "virginica"), "The species."),
        ),
        source="R. A. Fisher, 1936; comes with scikit-learn.",
    ),
    DataSet(
        id="diabetes",
        title="Diabetes",
        summary="Ten measurements of 442 patients, and how their disease progressed within a year.",
        task="regression",
        rows=442,
        columns=(
            _input(
                "features",
                (10,),
                "Age, sex, body mass index, blood pressure and six blood values, each with "
                "mean 0 and standard deviation 1.",
                ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"),
            ),
            Column(
                name="progression",
                shape=(1,),
                dtype="float32",
                role="target",
                help="Progression after one year, with mean 0 and standard deviation 1.",
            ),
        ),
        source="B. Efron et al., Least Angle Regression, 2004; comes with scikit-learn.",
    ),
    DataSet(
        id="waves",
        title="Waves",
        summary="Noisy sine, square and sawtooth waves, generated: sequences to classify.",
        task="classification",
        rows=1500,
        columns=(
            _input("wave", (32, 1), "32 samples of one wave, about −1 to 1, with noise."),
            _classes("shape", ("sine", "square", "sawtooth"), "The form of the wave."),
        ),
        source=MADE,
    ),
    DataSet(
        id="wine",
        title="Wine",
        summary="Thirteen chemical values of 178 Italian wines from three cultivars.",
        task="classification",
        rows=178,
        columns=(
            _input(
                "features",
                (13,),
                "Thirteen chemical values, each with mean 0 and standard deviation 1.",
                WINE,
            ),
            _classes("cultivar", ("first", "second", "third"), "The cultivar of the grapes."),
        ),
        source="M. Forina et al., UCI; comes with scikit-learn.",
    ),
    DataSet(
        id="breast_cancer",
        title="Breast cancer",
        summary="Thirty measurements of cell nuclei from 569 tumours, malignant or benign.",
        task="binary",
        rows=569,
        columns=(
            _input(
                "features",
                (30,),
                "Thirty values, each with mean 0 and standard deviation 1.",
                NUCLEI,
            ),
            _classes("diagnosis", ("malignant", "benign"), "What the tumour turned out to be."),
        ),
        source="Breast Cancer Wisconsin (Diagnostic), UCI; comes with scikit-learn.",
    ),
    DataSet(
        id="reviews",
        title="Reviews",
        summary="Short reviews of films, good or bad, generated: text to learn words from.",
        task="binary",
        rows=1500,
        columns=(
            Column(
                name="text",
                shape=(),
                dtype=TEXT,
                role="input",
                help="Two opinions about a film; where they differ, the second one decides.",
            ),
            _classes("verdict", ("bad", "good"), "Whether the reviewer liked the film."),
        ),
        source=MADE,
    ),
    DataSet(
        id="circles",
        title="Circles",
        summary="500 noisy points on two circles, one inside the other: no line separates them.",
        task="binary",
        rows=500,
        columns=(
            _input("point", (2,), "The point’s coordinates x and y.", ("x", "y")),
            _classes("circle", ("outer", "inner"), "The circle that the point lies on."),
        ),
        source=MADE,
    ),
    DataSet(
        id="moons",
        title="Moons",
        summary="500 noisy points on two half moons that reach into each other.",
        task="binary",
        rows=500,
        columns=(
            _input("point", (2,), "The point’s coordinates x and y.", ("x", "y")),
            _classes("moon", ("upper", "lower"), "The half moon that the point lies on."),
        ),
        source=MADE,
    ),
    DataSet(
        id="xor",
        title="XOR",
        summary="500 noisy points in a square: the class says whether the signs of x and y differ.",
        task="binary",
        rows=500,
        columns=(
            _input("point", (2,), "The point’s coordinates x and y.", ("x", "y")),
            _classes("signs", ("equal", "different"), "Whether x and y have different signs."),
        ),
        source=MADE,
    ),
    DataSet(
        id="spirals",
        title="Spirals",
        summary="600 noisy points on two spirals around each other: hard for a small network.",
        task="binary",
        rows=600,
        columns=(
            _input("point", (2,), "The point’s coordinates x and y.", ("x", "y")),
            _classes("arm", ("first", "second"), "The spiral that the point lies on."),
        ),
        source=MADE,
    ),
    DataSet(
        id="blobs",
        title="Blobs",
        summary="500 points in four clouds that overlap a little: the easiest case.",
        task="classification",
        rows=500,
        columns=(
            _input("point", (2,), "The point’s coordinates x and y.", ("x", "y")),
            _classes(
                "blob",
                ("lower left", "upper left", "lower right", "upper right"),
                "The cloud that the point belongs to.",
            ),
        ),
        source=MADE,
    ),
    DataSet(
        id="signal",
        title="Signal",
        summary="Stretches of a noisy signal with two periods: the next values are to be forecast.",
        task="forecast",
        rows=2000,
        columns=(
            _input("past", (40, 1), "40 samples of the signal, about −2 to 2."),
            Column(
                name="future",
                shape=(8,),
                dtype="float32",
                role="target",
                help="The 8 samples that follow.",
            ),
        ),
        source=MADE,
    ),
    DataSet(
        id="addition",
        title="Addition",
        summary="Sums of numbers below 100, as characters: the result is written digit by digit.",
        task="sequence",
        rows=9000,
        columns=(
            Column(
                name="question",
                shape=(5,),
                dtype="int64",
                role="input",
                classes=(*DIGITS, "space", "+"),
                help="Two numbers and a plus sign, padded with spaces.",
            ),
            _classes("answer", (*DIGITS, "space"), "The sum, padded with spaces.", (3,)),
        ),
        source=MADE,
    ),
    DataSet(
        id="copy",
        title="Copy task",
        summary="Letters to remember through a pause, and to repeat: what a memory is good for.",
        task="sequence",
        rows=3000,
        columns=(
            Column(
                name="read",
                shape=(12,),
                dtype="int64",
                role="input",
                classes=(*LETTERS, "signal"),
                help="Four letters, a pause, the signal to repeat them, and blanks.",
            ),
            _classes("written", LETTERS, "Blanks, and the four letters at the end.", (12,)),
        ),
        source=MADE,
    ),
    DataSet(
        id="shapes",
        title="Shapes",
        summary="Noisy images of discs, squares and triangles, with a class for each pixel.",
        task="segmentation",
        rows=1000,
        columns=(
            _input("image", (24, 24, 1), "24 × 24 grey values from 0 to 1; shapes may overlap."),
            _classes(
                "mask",
                ("background", "disc", "square", "triangle"),
                "What each pixel shows.",
                (24, 24),
            ),
        ),
        source=MADE,
    ),
    DataSet(
        id="mnist",
        title="MNIST",
        summary="60,000 handwritten digits: the classic. Downloaded once.",
        task="classification",
        rows=60_000,
        columns=(
            _input("image", (28, 28, 1), "28 × 28 grey values from 0 (paper) to 1 (ink)."),
            _classes("digit", DIGITS, "The digit that was written."),
        ),
        source="Y. LeCun, C. Cortes, C. Burges; keras.datasets.mnist, the training part.",
        download=True,
    ),
    DataSet(
        id="fashion_mnist",
        title="Fashion-MNIST",
        summary="60,000 grey photographs of clothes: as small as MNIST, and harder.",
        task="classification",
        rows=60_000,
        columns=(
            _input("image", (28, 28, 1), "28 × 28 grey values from 0 (background) to 1."),
            _classes("article", CLOTHES, "The kind of clothing."),
        ),
        source="Zalando Research; keras.datasets.fashion_mnist, the training part.",
        download=True,
    ),
    DataSet(
        id="cifar10",
        title="CIFAR-10",
        summary="50,000 small colour photographs of ten kinds of things. Downloaded once.",
        task="classification",
        rows=50_000,
        columns=(
            _input("image", (32, 32, 3), "32 × 32 pixels, red, green and blue from 0 to 1."),
            _classes("thing", THINGS, "What the photograph shows."),
        ),
        source="A. Krizhevsky, 2009; keras.datasets.cifar10, the training part.",
        download=True,
    ),
    DataSet(
        id="california_housing",
        title="California housing",
        summary="20,640 districts of California in 1990, and what their houses were worth. "
        "Downloaded once.",
        task="regression",
        rows=20_640,
        columns=(
            _input(
                "features",
                (8,),
                "Income, age of the houses, rooms, bedrooms, population, people in a household, "
                "latitude and longitude, each with mean 0 and standard deviation 1.",
            ),
            Column(
                name="value",
                shape=(1,),
                dtype="float32",
                role="target",
                help="Median value of a house, with mean 0 and standard deviation 1.",
            ),
        ),
        source="R. K. Pace, R. Barry, 1997; fetched by scikit-learn.",
        download=True,
    ),
)

BUILT_IN = DataSets(sets=_SETS)

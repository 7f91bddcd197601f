"""The targets of generated code: one object for each, with everything in which targets differ.

Statements refer to Keras by full Keras 3 paths ("keras.layers.Dense"). A target decides how such a
path is spelled and imported, what precedes the imports, and which parts of a document its code
omits. A new target is a row here.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from engine.document import Target
from engine.machine.backends import LISTED, PARTS, BackendId
from engine.machine.backends import get as get_backend
from engine.machine.devices import Devices, read
from engine.problems import Problem, problem

Form = Literal["functional", "sequential", "subclass", "function", "script", "notebook"]
FORMS: tuple[Form, ...] = get_args(Form)
"""In the order of the menu."""

MODEL = "keras.Model"
SEQUENTIAL = "keras.Sequential"
SET_SEED = "keras.utils.set_random_seed"
SET_POLICY = "keras.mixed_precision.set_global_policy"
COLUMN_STACK = "numpy.column_stack"
EYE = "numpy.eye"
TO_CATEGORICAL = "keras.utils.to_categorical"
GET_ITEM = "keras.ops.get_item"
REGULARIZERS = "keras.regularizers."
INITIALIZERS = "keras.initializers."

_SHORT = (("keras.layers", "layers"), ("keras.ops", "ops"), ("numpy", "np"))


@dataclass(frozen=True)
class CodeTarget:
    """A library that generated code is written for.

    `package` is where Keras is imported from, `oldest` the oldest version of it that runs the code
    (`make test-versions`). `backend` is the only backend that such code runs on; None when it runs
    on that of the document. It runs `also` on others, and is for such a one if the document is.
    With `sets_backend`, scripts choose it before their imports. `short` maps modules to the names
    under which code uses them. `forms` are those of its code. Code for an `exact` version of the
    package runs on no other; `beside` are the packages that it needs. Code that is not `parallel`
    trains on one device only.
    """

    id: str
    package: str
    oldest: str
    backend: BackendId | None = None
    also: tuple[BackendId, ...] = ()
    sets_backend: bool = True
    forms: tuple[Form, ...] = FORMS
    short: tuple[tuple[str, str], ...] = _SHORT
    exact: bool = False
    beside: tuple[str, ...] = ()
    parallel: bool = True

    def spelling(self, path: str) -> str:
        """Return how a path is written: "keras.layers.Dense" as "layers.Dense"."""
        for module, name in self.short:
            if path.startswith(f"{module}."):
                return name + path.removeprefix(module)
        return path

    def import_of(self, path: str) -> str:
        """Return the import that a path needs: "from keras import layers"."""
        package = path.partition(".")[0]
        known = ((module, name) for module, name in self.short if path.startswith(f"{module}."))
        module, alias = next(known, (package, package))
        parent, _, name = module.rpartition(".")
        if alias != name:
            return self.imported(f"import {module} as {alias}")
        return self.imported(f"from {parent} import {name}" if parent else f"import {name}")

    def imported(self, line: str) -> str:
        """Return an import of Keras 3, in generated or copied source, as this target writes it."""
        parent, _, name = self.package.rpartition(".")
        if line == "import keras" and parent:
            return f"from {parent} import {name}"
        if line.startswith("from keras "):
            return f"from {self.package} {line.removeprefix('from keras ')}"
        return line

    def backend_for(self, target: Target) -> BackendId:
        """Return the backend that code runs on; Keras 3 does not know those of Keras 2."""
        if target.backend in self.also:
            return target.backend
        return self.backend or get_backend(target.backend).host or target.backend

    def variables(self, target: Target) -> dict[str, str]:
        """Return the environment variables to set before the imports."""
        backend = {"KERAS_BACKEND": self.backend_for(target)} if self.sets_backend else {}
        return backend | self._devices(target)

    def devices(self, target: Target) -> Devices:
        """Return the devices that the code trains on at once: one, if it can't use several."""
        asked = read(target.device)
        able = self.parallel and get_backend(self.backend_for(target)).parallel
        return asked if able else Devices(asked.kind, asked.numbers[:1])

    def _devices(self, target: Target) -> dict[str, str]:
        used = self.devices(target)
        if used.kind == "cpu":
            divided = used.count > 1 and self.backend_for(target) == "jax"
            flag = PARTS.format(count=used.count)
            return {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": flag} if divided else {}
        if used.numbers == (0,):
            return {}
        numbers = ",".join(map(str, used.numbers))
        return {"CUDA_DEVICE_ORDER": LISTED, "CUDA_VISIBLE_DEVICES": numbers}

    def unsupported(self, target: Target) -> list[Problem]:
        """Return problems for the parts of a document's target that this code can't express."""
        return [*self._other_backend(target), *self._one_device(target)]

    def _one_device(self, target: Target) -> list[Problem]:
        asked = read(target.device)
        if asked.count == self.devices(target).count:
            return []
        return [problem("code_one_device", devices=asked.count)]

    def _other_backend(self, target: Target) -> list[Problem]:
        chosen = get_backend(target.backend)
        if self.backend is None and chosen.host:
            used = get_backend(chosen.host).title
            return [problem("keras_3_knows_not", backend=chosen.title, used=used)]
        if self.sets_backend or self.backend != "tensorflow" or target.backend == self.backend:
            return []
        return [problem("tf_keras_is_tensorflow", backend=target.backend)]


TARGETS: tuple[CodeTarget, ...] = (
    CodeTarget(id="keras", package="keras", oldest="3.3"),
    CodeTarget(
        id="tf.keras",
        package="tensorflow.keras",
        oldest="2.15",
        backend="tensorflow",
        sets_backend=False,
    ),
    CodeTarget(id="keras-torch", package="keras", oldest="3.3", backend="torch"),
    CodeTarget(
        id="keras-2",
        package="keras",
        oldest="2.3.1",
        backend="theano",
        also=("cntk",),
        forms=("functional", "function", "script"),
        exact=True,
        beside=("numpy<1.22", "h5py<3"),
    ),
    CodeTarget(
        id="flax",
        package="flax",
        oldest="0.12",
        backend="jax",
        sets_backend=False,
        forms=("subclass", "script"),
        parallel=False,
        short=(("flax.nnx", "nnx"), ("jax.numpy", "jnp"), ("numpy", "np")),
    ),
    CodeTarget(
        id="torch",
        package="torch",
        oldest="2.4",
        backend="torch",
        sets_backend=False,
        forms=("subclass", "script"),
        short=(("torch.nn.functional", "F"), ("torch.nn", "nn"), ("numpy", "np")),
    ),
)
"""In the order of the menu."""

if TYPE_CHECKING:
    Style = str
else:
    Style = Literal[tuple(target.id for target in TARGETS)]
    """The id of a target; pydantic refuses any other."""

_BY_ID = {target.id: target for target in TARGETS}


def get(style: Style) -> CodeTarget:
    """Return the target with this id. Raises KeyError when there is none."""
    return _BY_ID[style]

"""Optimizers of Optax, with the values that Keras gives them."""

from collections.abc import Mapping

from engine.code.modules.building import Operand, call
from engine.code.syntax.tree import Call, Do, Expression, Literal, Path, Statement, Variable
from engine.values import Json

BETAS = {"beta_1": ("b1", 0.9), "beta_2": ("b2", 0.999)}


def optimizer(kind: str, values: Mapping[str, Json]) -> Call:
    """Create an optimizer; Keras's default of epsilon is another one."""
    options: dict[str, Operand] = {}
    if kind == "SGD":
        if values["momentum"]:
            options["momentum"] = values["momentum"]
            options |= {"nesterov": Literal(True)} if values["nesterov"] else {}
    else:
        for param, (name, usual) in BETAS.items():
            options |= {} if values[param] == usual else {name: values[param]}
        options["eps"] = values["epsilon"]
    if kind == "AdamW":
        options["weight_decay"] = values["weight_decay"]
    changes = call(f"optax.{kind.lower()}", values["learning_rate"], **options)
    return call("flax.nnx.Optimizer", Variable("model"), changes, wrt=Path("flax.nnx.Param"))


def saved(file: Expression) -> Statement:
    """Save the weights, with a function that is copied."""
    return Do(Call(Variable("save_weights"), (Variable("model"), file)))

"""Optimizers of PyTorch, with the values that Keras gives them."""

from collections.abc import Mapping

from engine.code.modules.building import Operand, call, method
from engine.code.syntax.tree import Call, Do, Expression, Literal, Statement, Variable
from engine.values import Json

MODEL = Variable("model")
USUAL_BETAS = [0.9, 0.999]


def optimizer(kind: str, values: Mapping[str, Json]) -> Call:
    """Create an optimizer; Keras's default of epsilon is another one."""
    options: dict[str, Operand] = {"lr": values["learning_rate"]}
    if kind == "SGD":
        if values["momentum"]:
            options["momentum"] = values["momentum"]
            options |= {"nesterov": Literal(True)} if values["nesterov"] else {}
    else:
        betas = [values["beta_1"], values["beta_2"]]
        options |= {} if betas == USUAL_BETAS else {"betas": betas}
        options["eps"] = values["epsilon"]
    if kind == "AdamW":
        options["weight_decay"] = values["weight_decay"]
    return call(f"torch.optim.{kind}", method(MODEL, "parameters"), **options)


def saved(file: Expression) -> Statement:
    """Save the weights."""
    return Do(call("torch.save", method(MODEL, "state_dict"), file))

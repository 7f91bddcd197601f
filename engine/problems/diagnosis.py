"""Words for what a run shows about its model: what is seen, with a number, and what to try."""

from engine.problems.words import Words, marked

_SMALLER_RATE = marked("Try a learning rate of {better}.")

WORDS = {
    "loss_not_falling": Words(
        "The loss is not falling: {first} in epoch 1, {last} in epoch {epoch}.",
        "Check the learning rate, whether the inputs are scaled, and whether the targets belong to "
        "the rows.",
        "warning",
    ),
    "rate_too_high": Words(
        "The learning rate of {rate} looks too high: the loss jumps from epoch to epoch, at "
        "most from {low} to {high}.",
        _SMALLER_RATE,
        "warning",
    ),
    "rate_too_high.stuck": Words(
        "The learning rate of {rate} looks too high: the loss is stuck at {last}, and was {first} "
        "in epoch 1.",
        _SMALLER_RATE,
        "warning",
    ),
    "rate_too_high.diverged": Words(
        "The loss was no longer a finite number in epoch {epoch}; the learning rate was {rate}.",
        _SMALLER_RATE,
        "warning",
    ),
    "rate_too_low": Words(
        "The learning rate of {rate} looks too low: the loss falls steadily, but only from "
        "{first} to {last} in {epochs} epochs.",
        _SMALLER_RATE,
        "warning",
    ),
    "overfitting": Words(
        "The model overfits since epoch {epoch}: since then the validation loss has risen from "
        "{best} to {last}, while the training loss fell to {training}.",
        "Stop at the best epoch, use more data, or make the model smaller; dropout helps too.",
        "warning",
    ),
    "never_predicted": Words(
        "“{name}” never predicts {classes:list}, though {count} of the rows belong there.",
        "The model may not have learned yet, or these classes are too rare or too alike.",
        "warning",
    ),
    "imbalanced": Words(
        "The classes of “{name}” are imbalanced: “{many}” has {most} rows, “{few}” {least}.",
        "Weigh rare classes more, and look at the recall of each class instead of the accuracy.",
        "warning",
    ),
    "constant_predictions": Words(
        "“{name}” predicts nearly the same for every row: the predictions spread over "
        "{spread}, the targets over {wanted}.",
        "The model has learned no more than the mean: check the inputs, the learning rate and the "
        "activations.",
        "warning",
    ),
    "unscaled_input": Words(
        "The values of “{name}” are not scaled: they reach {size}, with a spread of {spread}.",
        "A model learns best from values of about −1 to 1: put a Normalization or Rescaling layer "
        "behind the input.",
        "warning",
    ),
    "unreachable_target": Words(
        "“{name}” ends in {activation}, which gives {low} to {high}: {share} % of the values of "
        "“{column}” lie outside, and can't be reached.",
        "With the activation linear, an output takes any value.",
        "warning",
    ),
    "target_beyond_loss": Words(
        "{loss} compares values of {low} to {high}: {share} % of the values of “{column}” lie "
        "outside.",
        "MeanSquaredError compares amounts of any size.",
        "warning",
    ),
    "dead_units": Words(
        "{dead} of {units} units of “{name}” are dead: their {activation} gives 0 for every row.",
        "A smaller learning rate helps, or an activation that does not die, such as leaky_relu.",
        "warning",
    ),
    "saturated_units": Words(
        "“{name}” is saturated: {share} % of its values lie at the ends of {activation}, "
        "where nothing is learned.",
        "Scale the inputs, use a smaller learning rate, or an activation that does not saturate, "
        "such as relu.",
        "warning",
    ),
    "vanishing_gradients": Words(
        "Gradients vanish: that of “{name}” is {times} times smaller than that of “{last}”.",
        "Use relu instead of sigmoid or tanh, batch normalization, skip connections, or fewer "
        "layers.",
        "warning",
    ),
    "exploding_gradients": Words(
        "Gradients explode: that of “{name}” has a norm of {norm}.",
        "Use a smaller learning rate, clip gradients (clipnorm), and scale inputs and targets.",
        "warning",
    ),
}

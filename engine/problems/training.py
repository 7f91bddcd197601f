"""Words for training that does not fit the model: columns, losses, metrics, activations."""

from engine.problems.words import Words, marked

_BETTER = marked("{better} fits.")
_ONCE = marked("Softmax (or sigmoid) must be applied exactly once: in the model or in the loss.")

WORDS = {
    "input_unlike_column": Words(
        "“{name}” takes {shape:axes}, but the column “{column}” holds {column_shape:axes}.",
        "Give the Input the shape of the data, or choose another column under “Data”.",
    ),
    "text_unlike_numbers.text": Words(
        "“{name}” takes numbers, but the column “{column}” holds text.",
        "Give the Input the type of the data, or choose another column under “Data”.",
    ),
    "text_unlike_numbers.numbers": Words(
        "“{name}” takes text, but the column “{column}” holds numbers.",
        "Give the Input the type of the data, or choose another column under “Data”.",
    ),
    "text_as_target": Words(
        "“{name}” can't be compared with “{column}”, which holds text.",
        "A loss compares numbers or classes: choose another column under “Data”.",
    ),
    "nothing_to_weigh": Words(
        "The class weights have no effect: “{column}” does not hold one class for each row.",
        "Remove them, or choose another column under “Data”.",
        "warning",
    ),
    "needs_tensorflow.text": Words(
        "“{name}” can't be trained on {backend}, which supports neither text nor lookups.",
        "Choose TensorFlow as the backend.",
    ),
    "needs_tensorflow.compiling": Words(
        "“{name}” can't be trained on {backend}, for which Keras can't compile it.",
        "Choose TensorFlow as the backend.",
    ),
    "width_learned_later": Words(
        "“{name}” gives one value for each word, and learns how many words there are only in "
        "training.",
        "With max_tokens and pad_to_max_tokens its output has the same width from the start.",
        "warning",
    ),
    "too_few_classes": Words(
        "“{name}” gives {shape:values}, but “{column}” has {count} classes.",
        "A classifier needs one score for each class: {count}.",
    ),
    "too_few_classes.places": Words(
        "“{name}” gives {shape:values}, but “{column}” needs {wanted:values}.",
        "Each of its places holds one of {count} classes, and each class needs a score.",
    ),
    "too_many_classes": Words(
        "“{name}” gives {scores} scores, but “{column}” has only {count} classes.",
        "It will train; the extra scores only learn to be low.",
        "warning",
    ),
    "output_unlike_target": Words(
        "“{name}” gives {shape:values}, but “{column}” holds {wanted:values}.",
        "An output has the shape of the column that it is compared with.",
    ),
    "output_unlike_target.one_hot": Words(
        "“{name}” gives {shape:values}, but “{column}”, encoded as one-hot, holds {wanted:values}.",
        "A classifier needs one score for each class.",
    ),
    "loss_unlike_target.encoded": Words(
        "{loss} compares class numbers, but “{column}” is encoded as one-hot rows.", _BETTER
    ),
    "loss_unlike_target.one_hot": Words(
        "{loss} compares one-hot rows, but “{column}” holds class numbers.", _BETTER
    ),
    "loss_unlike_target.binary": Words(
        "{loss} tells two classes apart; “{column}” has {count}.", _BETTER
    ),
    "loss_unlike_target.single": Words(
        "{loss} takes one value; “{name}” gives {shape:times}.", _BETTER
    ),
    "loss_unlike_target.amounts": Words(
        "{loss} treats the class numbers of “{column}” as amounts.", _BETTER
    ),
    "loss_unlike_target.classes": Words(
        "{loss} compares class numbers, but “{column}” holds amounts.", _BETTER
    ),
    "loss_unlike_target.vectors": Words(
        "{loss} compares the class of a row with one vector; “{name}” gives {shape:times}.", _BETTER
    ),
    "loss_unlike_target.sequences": Words(
        "{loss} compares a sequence of class numbers with the scores of a longer one; “{column}” "
        "holds none.",
        _BETTER,
    ),
    "logits_unlike_loss.probabilities": Words(
        "“{name}” gives probabilities, but {loss} is set to take raw scores (from_logits).",
        _ONCE,
        "warning",
    ),
    "logits_unlike_loss.scores": Words(
        "“{name}” gives raw scores, but {loss} expects probabilities.", _ONCE, "warning"
    ),
    "activation_unlike_loss.probabilities": Words(
        "“{name}” ends in {activation}, whose values are not probabilities; {loss} expects them.",
        _BETTER,
        "warning",
    ),
    "activation_unlike_loss.one_class": Words(
        "“{name}” ends in {activation}, which scores each class alone; {loss} expects "
        "probabilities that add up to 1.",
        _BETTER,
        "warning",
    ),
    "activation_unlike_loss.labels": Words(
        "“{name}” ends in {activation}, whose values add up to 1, but a row of “{column}” can have "
        "several labels.",
        _BETTER,
        "warning",
    ),
    "activation_unlike_loss.scores": Words(
        "“{name}” ends in {activation}, which bounds its values; {loss} is set to take raw scores "
        "(from_logits), which have no bounds.",
        _BETTER,
        "warning",
    ),
    "activation_unlike_loss.positive": Words(
        "“{name}” ends in {activation}, which gives values below 0, too; {loss} is not defined for "
        "them.",
        _BETTER,
        "warning",
    ),
    "metric_unlike_target.one_hot": Words(
        "{metric} compares one-hot rows, but the target holds class numbers.", _BETTER, "warning"
    ),
    "metric_unlike_target.encoded": Words(
        "{metric} compares class numbers, but the target is encoded as one-hot rows.",
        _BETTER,
        "warning",
    ),
    "metric_unlike_target.equal": Words(
        "{metric} counts predictions that equal the target, which scores don't.",
        _BETTER,
        "warning",
    ),
    "metric_unlike_target.shape": Words(
        "{metric} takes a target of the same shape as “{name}”, but it holds class numbers.",
        _BETTER,
        "warning",
    ),
    "metric_unlike_target.rows": Words(
        "{metric} takes one row of values for each example; “{name}” gives {shape:times}.",
        _BETTER,
        "warning",
    ),
    "metric_unlike_target.scores": Words(
        "{metric} takes predicted class numbers, but “{name}” gives scores.",
        "Let it take the class with the highest score (sparse_y_pred=False).",
        "warning",
    ),
    "metric_unlike_target.one_value": Words(
        "{metric} takes predicted class numbers, but “{name}” gives one value from 0 to 1.",
        _BETTER,
        "warning",
    ),
    "metric_unlike_target.amounts": Words(
        "{metric} counts predictions that equal the target, but hardly any amount is met exactly.",
        _BETTER,
        "warning",
    ),
    "metric_unlike_target.binary": Words(
        "{metric} tells two classes apart; there are {count}.", _BETTER, "warning"
    ),
    "metric_unlike_target.classes": Words(
        "{metric} compares class numbers, but the target holds amounts.", _BETTER, "warning"
    ),
    "stray_output": Words(
        "A loss or metrics are set for the node “{node}”, which is not an output.",
        "Choose the losses again under “Training”.",
        "warning",
    ),
    "softmax_of_one": Words(
        "“{name}” gives one value through softmax, which is always 1.",
        "Use sigmoid for one value, or give one score for each class.",
        "warning",
    ),
    "nothing_to_monitor": Words(
        "{callback} watches {monitor}, but no rows are kept for validation.",
        "Keep some rows for validation under “Training”, or let it watch the loss.",
        "warning",
    ),
    "unknown_monitor": Words(
        "{callback} watches {monitor}, which no loss and no metric of this training gives.",
        "There are {names:list}.",
    ),
    "monitor_without_mode": Words(
        "{callback} watches {monitor}, and Keras does not know which way is better.",
        "Set its mode: “max” where higher is better, “min” where lower is.",
    ),
    "monitor_of_other_mode": Words(
        "{callback} takes {monitor} to be better the other way (mode {mode}).",
        "Set its mode to “auto”, or to the way in which the value is better.",
        "warning",
    ),
    "callback_here.best": Words(
        "ModelCheckpoint keeps the model that was best by {monitor}: the file {file} of the run.",
        "A script keeps it beside itself.",
        "note",
    ),
    "callback_here.latest": Words(
        "ModelCheckpoint keeps the latest model, as every run does: the file {file} of the run.",
        "With save_best_only, it is the best one.",
        "note",
    ),
    "callback_here.curves": Words(
        "CSVLogger writes its file in the exported script only.",
        "Here, the curves of each run can be saved as CSV.",
        "note",
    ),
    "callback_here.board": Words(
        "TensorBoard writes its files in the exported script only.",
        "Here, the Training panel shows curves, weights and gradients.",
        "note",
    ),
    "callback_here.backup": Words(
        "BackupAndRestore writes its files in the exported script only.",
        "Here, every run writes checkpoints, from which it goes on after an interruption.",
        "note",
    ),
    "nothing_to_learn": Words(
        "The model has no weights to learn: all of them are frozen.",
        "Unfreeze a layer, mostly the last one.",
        "warning",
    ),
    "training_replaced": Words(
        "Keras replaces training={training} at “{name}” when it fits, evaluates or predicts.",
        "It decides only where code calls the model directly, without training.",
        "note",
    ),
    "training_replaced.normalizes": Words(
        "Keras replaces training={training} at “{name}” when it fits, evaluates or predicts.",
        "To keep batch normalization in inference mode, freeze it.",
        "note",
    ),
    "learned_when_training": Words(
        "“{name}” learns {what} from the training data when training starts.",
        "Until then nothing is known of the data. A value in the form is used instead.",
        "note",
    ),
    "learned_inside": Words(
        "“{name}” can't learn from the training data inside another model or layer.",
        "Give it its {param}, or move it into the main graph.",
    ),
    "learned_inside.unchanged": Words(
        "“{name}” passes its values on unchanged: it can't learn from the training data inside "
        "another model or layer.",
        "Give it its {param}, or move it into the main graph.",
        "warning",
    ),
}

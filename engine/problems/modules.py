"""Words for models as classes of other libraries than Keras: what is refused, and comments."""

from engine.problems.words import Words, marked

_HINT = marked("Choose keras, which has all layers.")

WORDS = {
    "module_lacks": Words("“{name}”: {layer} has no counterpart in {library} here.", _HINT),
    "module_lacks.why": Words(
        "“{name}”: {layer} has no counterpart in {library} here, because {why}.", _HINT
    ),
    "module_about": Words("{title}, written for {library}.", severity="note"),
    "module_stops": Words(
        "This model has layers that have no counterpart in {library} here.", severity="note"
    ),
    "module_leaves_out": Words(
        "Not in these classes, because they influence only training: {params:list}.",
        "Set them up in your training loop for {library}.",
        "note",
    ),
    "module_lacks_training": Words(
        "A script for {library} has no exact counterpart here of {what}.",
        marked("Choose keras, which trains with everything."),
    ),
    "module_trains": Words(
        "Train the model, evaluate it, and predict an example.", severity="note"
    ),
    "module_trains_without": Words(
        "Metrics without an exact counterpart in {library} here, left out: {names:list}.",
        severity="note",
    ),
    "module_first_weights": Words(
        "{library} draws the first weights in its own way, not as Keras does.", severity="note"
    ),
    "module_prints.epoch": Words("Epoch", severity="note"),
    "module_layout.first": Words(
        "Data have the channels last, as in Keras; PyTorch's layers take them first.",
        severity="note",
    ),
    "module_layout.last": Words(
        "The channels are last again, so that all values are in the order of Keras.",
        severity="note",
    ),
    "module_layout.pads": Words(
        "Like Keras, add more after an axis than before it.", severity="note"
    ),
    "module_layout.cuts": Words(
        "Like Keras, cut more at the end of an axis than at its start.", severity="note"
    ),
    "module_masks.states": Words(
        "Like Keras 3, this layer has no mask, because it has initial states.", severity="note"
    ),
    "module_layout.average": Words(
        "Only the values count, not what was added around them.", severity="note"
    ),
}

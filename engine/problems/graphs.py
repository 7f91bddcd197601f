"""Words for what is wrong with a graph: its layers, its wires, and how they are connected."""

from engine.problems.words import Words, marked

_OTHER_OUTPUT = marked("Remove the wire, or start it at another output.")
_RETURN_STATE = marked("States are returned only with return_state.")
_REMOVE_WIRE = marked("The layer at its end was removed. Remove the wire as well.")
_ONE_DIRECTION = marked("A model runs in one direction. Remove one of the wires.")

WORDS = {
    "empty": Words(
        "This model has no layers yet.",
        "Drag an Input onto the canvas, or start from a template.",
        "note",
    ),
    "no_inputs": Words(
        "The model has no Input, so no data can come in.",
        "Place an Input, and wire it to the first layer.",
    ),
    "no_outputs": Words(
        "The model has no output: every layer's result is used by another layer.",
        "Place a layer after the Input, and leave the output of the last one unwired.",
    ),
    "no_outputs.inside": Words(
        "The sub-model of “{name}” has no output.",
        "Open it, and add a layer after its Input.",
    ),
    "unused_input": Words(
        "“{name}” feeds no layer.", "Wire it to a layer, or remove it.", "warning"
    ),
    "unknown_layer": Words("Keras has no layer {layer}.", "Choose one from the palette."),
    "unknown_layer.near": Words("Keras has no layer {layer}.", "Did you mean {near}?"),
    "refused_layer": Words("{layer} can't be used here.", "{why}"),
    "missing_graph": Words(
        "The sub-model of “{name}” is not in this document.",
        "Choose another sub-model, or remove the node.",
    ),
    "endless_graph": Words(
        "“{name}” is a sub-model that contains itself.",
        "A model can't be inside itself: use another sub-model here.",
    ),
    "nested_too_deep": Words(
        "“{name}” has sub-models nested more than {limit} deep.",
        "Nest fewer sub-models.",
    ),
    "too_large": Words(
        "The model has more than {limit:,} layers, counting sub-models each time they are used.",
        "Use fewer or smaller sub-models.",
    ),
    "broken_share": Words(
        "“{name}” shares the layer of a node that no longer exists.",
        "Remove it, or give it its own layer.",
    ),
    "unlike_share": Words(
        "“{name}” is a {layer}, but shares “{owner}”, a {other}.",
        "A second call of a layer has the same class.",
    ),
    "frozen_share": Words(
        "“{name}” can't be frozen by itself: it calls the layer of “{owner}”.",
        "A layer learns at all its calls or at none. Freeze “{owner}” instead.",
        "warning",
    ),
    "nothing_to_freeze": Words(
        "“{name}” has no weights to freeze.", "Frozen or not, it computes the same.", "warning"
    ),
    "no_training_argument": Words(
        "“{name}” sets training at its call, but {layer} computes the same in training and "
        "inference.",
        "The setting changes nothing: leave it to Keras.",
        "warning",
    ),
    "more_outputs_than_first": Words(
        "“{name}” asks its layer for more outputs than “{first}”, which calls it first.",
        "Keras takes the number of a shared layer's outputs from its first call: set {param} "
        "there too.",
    ),
    "cycle": Words("These wires form a cycle: {way:way}.", _ONE_DIRECTION),
    "cycle.self": Words("“{name}” feeds itself.", _ONE_DIRECTION),
    "dangling_edge.source": Words("A wire from “{name}” leads nowhere.", _REMOVE_WIRE),
    "dangling_edge.target": Words("A wire to “{name}” comes from nowhere.", _REMOVE_WIRE),
    "dangling_edge": Words("A wire has lost both ends.", _REMOVE_WIRE),
    "unknown_port.none": Words(
        "“{name}” takes no wires: it is where data comes in.", "Remove the wire."
    ),
    "unknown_port.input": Words(
        "“{name}” has no input “{port}”; it has {known:and}.", "Wire it to “{near}”."
    ),
    "unknown_port.output": Words("“{name}” has no output “{port}”.", _OTHER_OUTPUT),
    "unknown_port.other": Words(
        "“{name}” has no output “{port}”; it has {known:and}.", _OTHER_OUTPUT
    ),
    "unknown_port.state": Words(
        "“{name}” has no output “{port}”; it has {known:and}.", _RETURN_STATE
    ),
    "too_many_wires": Words(
        "“{name}” takes one wire at “{port}”; it has {count}.",
        "Join them first, with Add or Concatenate.",
    ),
    "missing_input": Words("“{name}” needs an input.", "Drag a wire to it from the layer before."),
    "missing_input.at": Words(
        "“{name}” needs an input at “{port}”.", "Drag a wire to it from the layer before."
    ),
    "missing_input.operand": Words(
        "“{name}” needs a wire or a constant at “{port}”.",
        "Drag a wire to it, or type a number for {port}.",
    ),
    "missing_input.constants": Words(
        "“{name}” has only constants; at least one input must be a wire.",
        "Drag a wire to it, and clear the constant in its place.",
    ),
    "wired_and_constant": Words(
        "“{port}” of “{name}” has both a wire and a constant; it can have only one.",
        "Clear the constant, or remove the wire.",
    ),
    "unknown_output": Words(
        "The model should return “{port}” of the node “{node}”, which does not exist.",
        "Choose the model's outputs again.",
    ),
    "waits": Words("“{name}” waits for “{other}”.", severity="note"),
    "waits.inside": Words(
        "“{name}” waits: there is a problem inside its sub-model.", severity="note"
    ),
    "not_a_request": Words("There is no request {request}."),
    "checker_failed": Words(
        "The check of this document failed because of a bug in Layerloom.",
        "Undo your last change, and please report it with the document.",
    ),
}

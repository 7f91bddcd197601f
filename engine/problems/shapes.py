"""Words for tensors that do not fit, in place of Keras's own."""

from engine.problems.words import Words, marked

_FEWER_AXES = marked("Remove axes first, with Flatten, Reshape or a global pooling.")
_MORE_AXES = marked("Add the missing axis with Reshape, or give the Input another shape.")
_KERAS_SAYS = marked("Keras's own message is under “Why?”.")
_CHECK_PARAMS = marked("Check its parameters; Keras's own message is under “Why?”.")
_EQUAL_GROUPS = marked("The number of groups (32 unless set) must divide the number of channels.")
_JOIN_SAME = marked("Make the other axes equal, or join along another axis.")
_JOIN_FLAT = marked("Flatten both first, or bring them to the same number of axes.")

WORDS = {
    "wrong_rank.more": Words("{layer} needs {what}. It takes {axes}; {wire:tensors}.", _FEWER_AXES),
    "wrong_rank.less": Words("{layer} needs {what}. It takes {axes}; {wire:tensors}.", _MORE_AXES),
    "shapes_differ": Words(
        "{layer} needs inputs of the same shape; {wires:tensors}.",
        "Give the layers before it the same size, or project one of them.",
    ),
    "shapes_differ.broadcast": Words(
        "“{name}” works value by value; {wires:tensors}.",
        "Counted from the last axis, lengths must be equal, or one of them must be 1.",
    ),
    "cannot_concatenate.rank": Words(
        "{layer} joins tensors that are equal in all axes except {axis}; {wires:tensors}.",
        _JOIN_FLAT,
    ),
    "cannot_concatenate": Words(
        "{layer} joins tensors that are equal in all axes except {axis}; {wires:tensors}.",
        _JOIN_SAME,
    ),
    "cannot_reshape": Words(
        "({target}) holds {count} values; {wire:tensors}, which is {product}.",
        "The number of values must stay the same. One axis may be -1: it takes what is left.",
    ),
    "cannot_reshape.open": Words(
        "({target}) holds a multiple of {count} values; {wire:tensors}, which is {product}.",
        "The number of values must stay the same. One axis may be -1: it takes what is left.",
    ),
    "window_too_large": Words(
        "The window of {window:times} does not fit: {wire:tensors}.",
        "Make the window smaller, pad the borders (padding “same”), or pool less before it.",
    ),
    "open_axis": Words(
        "“{name}” must know the length of the axis it works on; {wire:tensors}.",
        "Give the Input a complete shape, or remove the open axis with GlobalAveragePooling.",
    ),
    "wrong_number_of_wires.two": Words(
        "{layer} takes two tensors; it gets {count}.", "Add or remove wires."
    ),
    "wrong_number_of_wires.attention": Words(
        "{layer} takes a query, a value and optionally a key; it gets {count}.",
        "Add or remove wires.",
    ),
    "axes_differ": Words(
        "Dot multiplies along axis {first} of the first tensor and axis {second} of the second, "
        "which must have the same length; they have {size} and {other}.",
        "Choose other axes (1 is the first after the batch), or make them equally long.",
    ),
    "axes_differ.multiply": Words(
        "“{name}” needs rows that are as long as the columns of the second tensor are high; "
        "{wires:tensors}.",
        "The last axis of the first tensor meets the second-to-last axis of the second.",
    ),
    "axis_outside": Words(
        "“{name}” works along axis {axis}, which does not exist: {wire:tensors}.",
        "Axes go from {first} to {last}; axis 0 is the batch and -1 is the last one.",
    ),
    "other_size": Words(
        "“{name}” was created for {count} values along axis {axis}; {wire:tensors}.",
        "A shared layer takes the same shape at every call.",
    ),
    "fails_for_call": Words(
        "{wires:tensors}, and {where} has a problem with that: {inside}", "{inside:hint}"
    ),
    "wrong_model_input": Words(
        "The sub-model of “{name}” takes {shape:shape} there; {wire:tensors}.",
        "Change the shape of the Input inside it, or of the tensor that comes in.",
    ),
    "wrong_state": Words(
        "“{name}” starts with states of shape {shape:shape}; {wire:tensors}.",
        "A state has as many values as the layer has units.",
    ),
    "wrong_number_of_states.one": Words(
        "“{name}” starts with one state at “initial_state”; it gets {count}.",
        "An LSTM keeps two (h and c), a GRU or SimpleRNN one, and each direction has its own.",
    ),
    "wrong_number_of_states": Words(
        "“{name}” starts with {states} states at “initial_state”; it gets {count}.",
        "An LSTM keeps two (h and c), a GRU or SimpleRNN one, and each direction has its own.",
    ),
    "wrong_mask": Words(
        "A mask of “{name}” must have the shape {shape:shape}; {wire:tensors}.",
        "A mask says for each step whether it counts.",
    ),
    "not_comparable": Words(
        "“{name}” compares a query with keys that have as many features; {wires:tensors}.",
        "Project one of them with Dense, or use MultiHeadAttention, which projects both.",
    ),
    "wrong_equation": Words(
        "The equation {equation} of “{name}” names {axes} axes; {wire:tensors}.",
        "Use one letter for each axis, including the batch; “...” stands for any number of axes.",
    ),
    "wrong_channels": Words(
        "{layer} changes colors: it needs images with three channels; {wires:tensors}.",
        "RGB images have the shape (height, width, 3).",
    ),
    "cannot_make": Words("“{name}” can't be created with these parameters.", _CHECK_PARAMS),
    "cannot_make.param": Words(
        "“{name}” can't be created with this value of {param}.", _CHECK_PARAMS
    ),
    "does_not_fit": Words("“{name}” can't take this: {wires:tensors}.", _KERAS_SAYS),
    # Values that fit their type, but not the layer.
    "bad_param.keys": Words(
        "The value and the key of “{name}” must be sequences of the same length; {wires:tensors}.",
        "Wire the same tensor to both, or leave the key out.",
    ),
    "bad_param.recurrent": Words("“{name}” needs a recurrent layer inside, such as LSTM or GRU."),
    "bad_param.filters": Words(
        "{filters} filters of “{name}” can't be split into {groups} equal groups."
    ),
    "bad_param.channels": Words(
        "The input channels can't be split into {groups} equal groups: {wire:tensors}."
    ),
    "bad_param.groups": Words(
        "The input channels can't be split into equal groups: {wire:tensors}.", _EQUAL_GROUPS
    ),
    "bad_param.dilated": Words("“{name}” can't have both strides and dilation_rate above 1."),
    "bad_param.heads": Words(
        "{num_query_heads} query heads can't share {num_key_value_heads} key and value heads "
        "equally."
    ),
    "bad_param.unknown_axes": Words("Only one axis of the target shape of “{name}” may be -1."),
    "bad_param.permutation": Words(
        "dims of “{name}” must name each axis once.",
        "Axes are counted from 1; the batch stays where it is.",
    ),
    "bad_param.tokens": Words("“{name}” needs num_tokens."),
    "bad_param.cropping": Words("“{name}” crops more than there is: {wire:tensors}."),
    "bad_param.equation": Words("The equation of “{name}” must look like ab,bc->ac."),
    "bad_param.kernel": Words("The layer inside “{name}” has no kernel to normalize."),
    "bad_param.newshape": Words(
        "“{name}” can't change the number of values: {wire:tensors}.",
        "The batch axis comes first and is -1, as in -1 × 8 × 8; the other axes must hold as many "
        "values as before.",
    ),
    "bad_param.parts": Words("“{name}” can't split this into equal parts: {wire:tensors}."),
    "bad_param.subscripts": Words(
        "The subscripts of “{name}” do not fit: {wire:tensors}.",
        "Use one letter for each axis, including the batch, as in bij,bjk->bik.",
    ),
}

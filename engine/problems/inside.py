"""What hinders the inside view."""

from engine.problems.words import Words

WORDS = {
    "probe_failed": Words(
        "The inside view could not be computed.",
        "Training is not affected by it.",
    ),
    "probe_no_data": Words(
        "There is no data to show a row of.",
        "Choose a data set, or give an input of your own.",
    ),
    "layer_not_alone": Words(
        "“{name}” can't be tried alone: it is no layer with inputs that can be placed.",
        "Try it in a model, with the inside view.",
    ),
    "inputs_misfit": Words(
        "“{name}” can't be called with {count} inputs at “{port}”.",
        "Give each input that it needs, and several only where it takes several.",
    ),
    "layer_too_large": Words(
        "This layer has more than {limit:,} values to show.",
        "Give it a smaller input or fewer units.",
    ),
    "weights_misfit": Words(
        "The weights have {given:list} values; the layer takes {wanted:list}.",
        "Draw them at random, and change what comes.",
    ),
    "plane_unknown": Words(
        "A plane can be painted for a model with one input, which is a row of two or more numbers.",
        "Look at a row of the data instead.",
    ),
    "explain_no_numbers": Words(
        "This model has no output of decimal numbers, and so no score to explain.",
        "Let it end with a layer such as Dense.",
    ),
    "explain_no_places": Words(
        "Grad-CAM needs a node with places and channels between an input with places and the "
        "output.",
        "Choose saliency or occlusion, or use a convolution.",
    ),
    "explain_no_gradients": Words(
        "No gradient reaches the inputs of this model.",
        "Choose occlusion, which needs none.",
    ),
    "latent_nowhere": Words(
        "Values can be set at a node with one axis of at most 64 values on which alone everything "
        "after it depends; this model has none.",
        "Use a Dense layer with few units, such as the code of an autoencoder.",
    ),
    "slow_too_large": Words(
        "Slow motion is for models of at most {limit:,} parameters; this one has {count:,}.",
        "Give the layers fewer units, or train the model as usual.",
    ),
    "slow_nothing_learns": Words(
        "No layer of this model learns, so there are no steps to show.",
        "Add a layer with weights that is not frozen.",
    ),
    "probe_untrained": Words(
        "This run has saved no weights to look into.",
        "Train the model again.",
    ),
    "probe_shape": Words(
        "“{name}” takes {wanted} numbers, not {count:,}.",
        "Give as many numbers as the input has.",
    ),
}

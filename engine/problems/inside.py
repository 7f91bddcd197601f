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
    "plane_unknown": Words(
        "A plane can be painted for a model with one input, which is a row of two or more numbers.",
        "Look at a row of the data instead.",
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

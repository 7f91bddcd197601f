"""Tensors with too many or too few axes, and what messages call tensors of each rank."""

from engine.check import mend
from engine.check.case import Case, Wire
from engine.problems import Phrase, Problem, phrase, problem

Need = tuple[Phrase, Phrase]

NEEDS: dict[int, Need] = {
    1: (phrase("a single value"), phrase("(batch)")),
    2: (phrase("a list of values"), phrase("(batch, features)")),
    3: (phrase("a sequence"), phrase("(batch, timesteps, features)")),
    4: (phrase("an image"), phrase("(batch, height, width, channels)")),
    5: (phrase("a volume"), phrase("(batch, depth, height, width, channels)")),
}
"""What tensors of each rank are, for most layers, and their axes."""

LIST = 2

NEEDS_OF: dict[str, Need] = {
    "ConvLSTM1D": (
        phrase("a sequence of sequences"),
        phrase("(batch, time, steps, channels)"),
    ),
    "ConvLSTM2D": (
        phrase("a sequence of images"),
        phrase("(batch, time, height, width, channels)"),
    ),
    "ConvLSTM3D": (
        phrase("a sequence of volumes"),
        phrase("(batch, time, depth, height, width, channels)"),
    ),
}


def wrong_rank(case: Case, wire: Wire, rank: int, *, least: bool = False) -> Problem:
    """A tensor with another number of axes than `rank`, or with `least` fewer."""
    spot = case.spot
    what, axes = _need(spot.layer, rank)
    return problem(
        "wrong_rank.more" if len(wire.shape) > rank else "wrong_rank.less",
        spot.at_wire(wire),
        detail=spot.detail,
        layer=spot.layer,
        what=what,
        axes=phrase("{axes} or more axes", axes=axes) if least and rank == LIST else axes,
        wire=[wire.tensor],
        fix=mend.rank(case.wires, wire, rank),
    )


def _need(layer: str, rank: int) -> Need:
    many = phrase("{count} axes", count=rank)
    return NEEDS_OF.get(layer) or NEEDS.get(rank) or (many, many)

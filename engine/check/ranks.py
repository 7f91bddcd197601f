"""Problems with the rank of a tensor, and the names that messages use for each rank."""

from engine.check import suggestions
from engine.check.refusal import Refusal, Wire
from engine.problems import Phrase, Problem, phrase, problem

Need = tuple[Phrase, Phrase]

NEEDS: dict[int, Need] = {
    1: (phrase("a single value"), phrase("(batch)")),
    2: (phrase("a list of values"), phrase("(batch, features)")),
    3: (phrase("a sequence"), phrase("(batch, timesteps, features)")),
    4: (phrase("an image"), phrase("(batch, height, width, channels)")),
    5: (phrase("a volume"), phrase("(batch, depth, height, width, channels)")),
}
"""The name and the axes of tensors of each rank, for most layers."""

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


def wrong_rank(refusal: Refusal, wire: Wire, rank: int, *, least: bool = False) -> Problem:
    """A tensor whose number of axes is not `rank`, or with `least`, is smaller than `rank`."""
    site = refusal.site
    kind, axes = _need(site.layer, rank)
    return problem(
        "wrong_rank.more" if len(wire.shape) > rank else "wrong_rank.less",
        site.at_wire(wire),
        detail=site.detail,
        layer=site.layer,
        what=kind,
        axes=phrase("{axes} or more axes", axes=axes) if least and rank == LIST else axes,
        wire=[wire.tensor],
        fix=suggestions.rank(refusal.index, wire, rank),
    )


def _need(layer: str, rank: int) -> Need:
    axes = phrase("{count} axes", count=rank)
    return NEEDS_OF.get(layer) or NEEDS.get(rank) or (axes, axes)

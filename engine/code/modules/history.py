"""Keeps the scores of each epoch; copied into scripts for other libraries than Keras."""


def record(history: dict[str, list[float]], scores: dict[str, float], prefix: str = "") -> None:
    """Add the scores of an epoch to those of the epochs before it."""
    for name, value in scores.items():
        history.setdefault(prefix + name, []).append(value)


def last_scores(history: dict[str, list[float]]) -> str:
    """Return the scores of the last epoch in one line."""
    return ", ".join(f"{name}: {values[-1]:.4f}" for name, values in history.items())

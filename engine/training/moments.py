"""Mean and variance of values that arrive in blocks."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Moments:
    """The mean and the variance of rows, value by value, with 64 bits.

    Blocks are combined as in Chan, Golub and LeVeque, "Algorithms for computing the sample
    variance" (1983), whose rounding errors don't grow with the mean.
    """

    count: int = 0
    mean: np.ndarray | float = 0.0
    squares: np.ndarray | float = 0.0

    def add(self, rows: np.ndarray) -> None:
        """Add rows; all have the same shape."""
        values = np.asarray(rows, "float64")
        mean, total = values.mean(axis=0), self.count + len(values)
        apart = mean - self.mean
        self.squares += ((values - mean) ** 2).sum(axis=0)
        self.squares += apart**2 * (self.count * len(values) / total)
        self.mean, self.count = self.mean + apart * (len(values) / total), total

    @property
    def variance(self) -> np.ndarray:
        """The variance of the rows so far."""
        return np.asarray(self.squares) / self.count

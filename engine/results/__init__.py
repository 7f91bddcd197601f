"""Results of a trained model: what it predicts for the rows of a part, measured by kind of target.

`description` holds the types that are sent, without NumPy; everything else computes them.
"""

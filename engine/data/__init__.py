"""Data sets: their columns (without heavy imports), and how their rows are loaded."""

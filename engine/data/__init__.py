"""Data sets: what columns they have (no heavy import), and how their rows are loaded."""

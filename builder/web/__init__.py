"""Pages, static files, and what every request must pass."""

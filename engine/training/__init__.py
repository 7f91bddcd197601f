"""One training run: load data, build, compile, fit with progress, evaluate, save."""

"""Layerloom's engine: documents, shapes, models, code and training, usable without the web."""

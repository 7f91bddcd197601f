"""Writes trained models in the file formats of engine.export.registry."""

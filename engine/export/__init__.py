"""Files that people take away: a trained model in the formats of engine.export.registry."""

"""The types of everything that crosses the wire."""

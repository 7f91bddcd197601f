"""The WebSocket of a project."""

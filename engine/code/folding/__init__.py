"""Repeated parts as functions, and repeated lines as loops."""

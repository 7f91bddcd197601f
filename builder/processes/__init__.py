"""Supervised child processes with time and memory limits."""

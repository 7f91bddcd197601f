"""What this machine offers a training run: backends and memory. No heavy imports."""

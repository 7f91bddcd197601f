"""What this machine offers a training run. Imports nothing heavy."""

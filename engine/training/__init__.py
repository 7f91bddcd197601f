"""Training: compile, fit with progress, evaluate. `defaults` and `devices` import no Keras."""

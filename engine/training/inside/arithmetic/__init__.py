"""How the values of layers come about, tried without naming any layer."""

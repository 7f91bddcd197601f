"""Scripts and notebooks: data, training and what follows it."""

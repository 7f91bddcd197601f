"""Documents as Keras models: building, first weights, and what Keras needs for both."""

"""One graph as lines of code: what can be written, in which order, and what each line is called."""

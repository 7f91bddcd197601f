"""The inside view: the outputs of a model's nodes for one sample, as small pictures."""

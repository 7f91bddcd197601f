"""Models as classes of other libraries than Keras.

    flow → layers with resolved numbers (resolved, reshaped, geometry)
         → lines of one library (torch, nnx), or a refusal by name
         → classes (classes, source)

Nothing is approximated: a layer or parameter without an exact counterpart is refused, and then
there is no model. `make test-versions` proves that the outputs are equal for the same weights.
"""

"""The structure of a graph: order, edges, ports, names, layout, and structural problems.

Nothing here needs Keras.
"""

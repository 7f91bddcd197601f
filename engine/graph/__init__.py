"""How nodes hang together: order, wires, ports, names, layout, and what is wrong with them.

Nothing here needs Keras.
"""

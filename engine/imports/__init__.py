"""From what others wrote (Keras's own JSON) to a document, with what could not be kept."""

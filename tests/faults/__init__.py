"""`make faults`: kill processes at random while clients edit and train, and count what is lost."""

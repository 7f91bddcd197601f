"""What a run shows about its model, in words: each finding with a number and what to try.

Findings are problems with the severity “warning”. They would rather miss something than alarm
without need: no template raises one.
"""

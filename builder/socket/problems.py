"""Words for sockets that are used in the wrong order."""

from engine.problems import Words

WORDS = {"not_joined": Words("The first message on a socket must be “join”.")}

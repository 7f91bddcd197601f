"""Messages about misuse of the socket."""

from engine.problems import Words

WORDS = {"not_joined": Words("The first message on a socket must be of type “join”.")}

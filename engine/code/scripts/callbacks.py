"""The callbacks of a document in a script, with the files that they write beside it."""

from dataclasses import replace

from engine.catalogue.written_files import written_files
from engine.code.lines.arguments import Notes, written_object
from engine.code.program import Program
from engine.code.syntax.tree import Call, Expression, Group, Literal
from engine.document import ObjectSpec


def callbacks(program: Program, notes: Notes) -> Group:
    """The list of the callbacks; `notes` gets those that Keras does not have."""
    specs = program.document.training.callbacks
    files = written_files(specs, program.file_name)
    pairs = zip(specs, files, strict=True)
    written = [_written(spec, file.name if file else None, notes) for spec, file in pairs]
    return Group(tuple(callback for callback in written if callback))


def _written(spec: ObjectSpec, file: str | None, notes: Notes) -> Expression | None:
    call = written_object(("callback",), {"class": spec.class_, "params": spec.params}, notes)
    if isinstance(call, Call) and file:
        return replace(call, positional=(Literal(file), *call.positional))
    return call

"""Words for projects that can't be created."""

from engine.problems import Words

WORDS = {
    "no_template": Words("There is no template “{id}”."),
    "template_and_document": Words(
        "A project starts from a template or from a document, not from both.",
    ),
}

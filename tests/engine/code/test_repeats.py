"""Repeated parts are what generated code writes as functions or loops, and whole modules."""

from collections import Counter
from itertools import combinations

from bench import documents
from engine.code import generate
from engine.code.repeats import find_repeats
from engine.document import Document


def sizes(document: Document) -> Counter[tuple[str, int]]:
    """The names and numbers of layers of the parts that no other part contains."""
    parts = [set(repeat.nodes) for repeat in find_repeats(document).repeats]
    return Counter(
        (repeat.name, len(repeat.nodes))
        for repeat in find_repeats(document).repeats
        if not any(part > set(repeat.nodes) for part in parts)
    )


def test_finds_the_calls_that_generated_code_has() -> None:
    document = documents.resnet50()
    repeats = find_repeats(document).repeats
    source = generate(document, "functional").source
    names = {repeat.name for repeat in repeats}
    assert all(f"def {name}(" in source for name in names)
    blocks = [repeat for repeat in repeats if repeat.name.endswith("block")]
    assert len(blocks) == 16


def test_of_parts_that_overlap_one_contains_the_other() -> None:
    for document in (documents.resnet50(), documents.unet(), documents.modules()):
        parts = [set(repeat.nodes) for repeat in find_repeats(document).repeats]
        for part, other in combinations(parts, 2):
            assert part.isdisjoint(other) or part > other or part < other
        assert set().union(*parts) <= {node.id for node in document.main.nodes}


def test_finds_blocks_that_code_writes_as_loops() -> None:
    """An encoder of a transformer is a loop, a level of a U-Net saves no lines as a function."""
    assert sizes(documents.transformer(3)) == {
        ("transformer_block", 7): 3,
        ("transformer_block", 10): 3,
    }
    assert sizes(documents.unet(4)) == {("pool_conv", 3): 4, ("up_block", 4): 4}


def test_finds_modules_of_too_many_parameters_around_the_functions_in_them() -> None:
    document = documents.modules()
    assert sizes(document) == {("inception_module", 17): 3}
    names = Counter(repeat.name for repeat in find_repeats(document).repeats)
    assert names["conv_bn"] == 3 * 8


def test_a_chain_of_one_class_has_none() -> None:
    assert find_repeats(documents.chain(20)).repeats == ()

"""What `make test-versions` says about classes for other libraries."""

import pytest

from tests.versions.proofs import prove, summary


def test_a_case_without_a_proof_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert prove([], ["iris-own-weights"]) == 0
    assert capsys.readouterr().out == (
        "classes of other libraries: none of these is among the cases of the proof\n"
    )


def test_a_summary_counts_all_cases() -> None:
    numbers = {"a": 1e-7, "b": 0.0, "c": 0.5}
    assert summary("torch", numbers, 1, 2) == (
        "torch: 2 equal, 1 different, 2 refused, the largest difference is 5.0e-01 (c)"
    )
    assert summary("flax", {}, 0, 1) == "flax: 0 equal, 1 refused"

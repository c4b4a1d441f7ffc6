# SPDX-License-Identifier: MIT
"""docs/claims.md has the claims of plots/claims/claims.py word for word. The reference runs of the matrices that it names
answer them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from outputs import answers, judged
from plots.verdicts.results import Results

ROOT = Path(__file__).parents[3]


def _rows(columns: int = 4) -> list[list[str]]:
    """The rows of the table with so many columns."""
    lines = (ROOT / "docs/claims.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| C\d", line)]
    return [row for row in rows if len(row) == columns]


def test_the_document_has_a_row_for_each_part(standard: Results) -> None:
    rows = _rows(3)
    for one in judged(standard):
        own = [what for claim, what, _ in rows if claim == one.claim.id]
        assert len(own) == len(one.parts), one.claim.id
        assert [what.endswith("(optional)") for what in own] == [part.optional for part in one.parts]


def test_the_document_has_the_claims_word_for_word(standard: Results) -> None:
    answered, others = answers(standard)
    known = {(claim.id, claim.says, claim.by) for claim in [*(claim for claim, _ in answered), *others]}
    rows = [(row[0], row[1], row[2]) for row in _rows()]
    assert len(rows) == len(known) and set(rows) == known
    assert [row[0] for row in rows] == [f"C{n}" for n in range(1, len(rows) + 1)]


@pytest.mark.parametrize("claim, matrices", [(row[0], re.findall(r"`(\w+)`", row[3])) for row in _rows()])
def test_the_matrices_that_it_names_answer(claim: str, matrices: list[str]) -> None:
    assert matrices
    for matrix in matrices:
        assert (ROOT / f"bench/matrices/{matrix}.toml").exists()
        review = (ROOT / f"results/reference/{matrix}/report/review-full.txt").read_text(encoding="utf-8")
        assert re.search(rf"^{claim}: ", review, re.MULTILINE), f"{matrix}'s review has no answer to {claim}"

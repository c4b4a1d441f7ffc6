# SPDX-License-Identifier: MIT
"""Who disagrees, in which phase, and how far the orders agree: every word of the first lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import synthetic_kernel
from beside import SMALL, beside, fixed, model
from plots.kernel import tables, words
from plots.kernel.estimates import Column, compared
from plots.kernel.pairs import Disagreement, Phase, disagreements, explained, how_many, ranks
from plots.kernel.text import smallest
from plots.verdicts.results import Results


def found_in(results: Results) -> list[Disagreement]:
    assert results.run.kernel
    return disagreements(results.run.kernel, compared(results)[0])


FIRST = (
    "Of 36 comparisons of a strategy's ratio to percpu_pool in the model and in the kernel, 5 disagree in sign (different sides of 1, both "
    "by more than 2\u00a0%), and 7 by more than a quarter. Of each strategy that does, the widest gap with each algorithm, and the phase in "
    "which the kernel's cell differs most from percpu_pool, of the difference in all, a packet:"
)
WHO = [
    (
        "onstack (5 comparisons, 5 in sign)",
        ["hmac(sha1), 64 B: in sign, model 1.050, counted 7.3 0.590 (library); mostly key, -600 of -1,640 instructions"],
    ),
    (
        "clone_sigpool (2 comparisons, 0 in sign)",
        ["hmac(sha1), 64 B: model 1.100, counted 6.12 1.450 (tcp_sigpool); mostly allocation, +1,300 of +1,800 instructions"],
    ),
]


def test_the_first_lines_word_for_word(one_beside: Results) -> None:
    wrong = found_in(one_beside)
    assert words.verdict(compared(one_beside)[0], wrong) == FIRST
    assert words.who(wrong) == WHO


def test_each_algorithm_has_a_clause(all_beside: Results) -> None:
    """onstack disagrees with all four algorithms that have it, most with the smallest packets."""
    clauses = next(clauses for head, clauses in words.who(found_in(all_beside)) if head.startswith("onstack "))
    assert sorted(clause.split(", 64 B: in sign, model 1.050, counted ")[0] for clause in clauses) == [
        "cmac(aes)", "hmac(sha1)", "hmac(sha256)", "md5",
    ]  # fmt: skip


def test_who_agrees_is_not_named(one_beside: Results) -> None:
    assert {one.strategy for one in found_in(one_beside)} == {"onstack", "clone_sigpool"}
    assert len(words.who(found_in(one_beside))) == 2


def test_all_agree(tmp_path: Path) -> None:
    run = model(fixed(64), ratio={name: 1.0 for name in ("onstack", "per_socket_tfm")})
    run.strategies = ("null", "percpu_pool", "onstack", "per_socket_tfm")
    same = (100, 1400, 1200, 1200, 80, 0, 20)
    kernel = replace(SMALL, kernels=("6.12",), change={"onstack/shash": same, "per_socket_tfm/ahash": same})
    results = beside(tmp_path, run, kernel)
    found, _ = compared(results)
    assert how_many(found) == 4 and words.who(found_in(results)) == []
    assert words.verdict(found, []) == (
        "Model and kernel agree in 4 comparisons of a strategy's ratio to percpu_pool in the model and in the kernel: none disagrees in sign or "
        "by more than a quarter."
    )


@pytest.mark.parametrize(
    "of_model, of_kernel, in_sign",
    [
        (0.97, 1.03, True), (1.03, 0.97, True), (0.981, 1.2, False), (0.97, 1.019, False), (0.5, 0.9, False), (1.1, 1.5, False), (1.0, 0.7, False),
    ],
)  # fmt: skip
def test_in_sign(one_beside: Results, of_model: float, of_kernel: float, in_sign: bool) -> None:
    one = replace(found_in(one_beside)[0], model=of_model, kernel=of_kernel)
    assert one.in_sign is in_sign


@pytest.mark.parametrize("ratio, much", [(1.17, False), (1.15, True), (1.80, False), (1.83, True)])
def test_by_much(tmp_path: Path, ratio: float, much: bool) -> None:
    """The kernel's clone has 1.45: a quarter above 1.16, and four fifths of 1.8125."""
    run = model(fixed(64), ratio={"clone_sigpool": ratio})
    run.strategies = ("null", "percpu_pool", "clone_sigpool")
    results = beside(tmp_path, run, replace(SMALL, kernels=("6.12",), lanes={"counted": 1}))
    assert bool(found_in(results)) is much


def test_the_phase_has_the_largest_share_of_the_difference(tmp_path: Path) -> None:
    """Phases that cost less and phases that cost more partly cancel: the largest with the sign of the whole explains it."""
    change = {"onstack/shash": (100, 600, 1200, 600, 80, 1000, 20), "clone_sigpool/tcp_sigpool": (2100, 0, 1200, 1200, 80, 500, 20)}
    results = beside(tmp_path, model(fixed(64)), replace(SMALL, kernels=("6.12",), lanes={"counted": 1}, change=change))
    assert results.run.kernel
    (one,), _ = compared(results)
    assert explained(results.run.kernel, one, "6.12", "onstack/shash") == Phase("key", -800, -400)
    assert explained(results.run.kernel, one, "6.12", "clone_sigpool/tcp_sigpool") == Phase("start", 2000, 1100)
    assert explained(results.run.kernel, one, "7.3", "onstack/library") is None


def test_who_disagrees_in_sign_comes_first(tmp_path: Path) -> None:
    change = {"clone_sigpool/tcp_sigpool": (8000, 1400, 1200, 1200, 80, 0, 20)}
    results = beside(tmp_path, model(fixed(64)), replace(SMALL, kernels=("6.12",), lanes={"counted": 1}, change=change))
    onstack, clone = found_in(results)
    assert (onstack.strategy, clone.strategy) == ("onstack", "clone_sigpool") and onstack.gap < clone.gap


def test_a_kernel_that_was_not_counted_has_no_phase(tmp_path: Path) -> None:
    results = beside(tmp_path, model(fixed(64)), replace(SMALL, lanes={"native": 2}))
    (_, clauses), *_ = words.who(found_in(results))
    assert clauses == ["hmac(sha1), 64 B: in sign, model 1.050, native 7.3 0.590 (library); 7.3 was not counted, so no phase explains it"]


def test_what_instructions_do_not_explain_is_said(one_beside: Results) -> None:
    """A lane that times sees the cache, which the counts do not."""
    slower = replace(found_in(one_beside)[0], column=Column("native", "7.3"), model=0.7, kernel=1.25, phase=Phase("key", -614, -622))
    ((_, clauses),) = words.who([slower])
    assert clauses == ["hmac(sha1), 64 B: in sign, model 0.700, native 7.3 1.250 (library); instructions do not explain it (-622 in all)"]


def test_cells_that_disagree_are_marked(one_beside: Results) -> None:
    (one,), _ = compared(one_beside)
    rows = dict(tables.ratios(one, found_in(one_beside)).rows)
    assert rows["onstack"] == ["1.050", "1.050", "0.820*", "0.820*", "0.590*", "0.820*\n0.82", "0.590*\n0.59"]
    assert sum("*" in cell for cells in rows.values() for cell in cells) == 7


def test_ranks(one_beside: Results) -> None:
    found = ranks(compared(one_beside)[0])
    assert [one.column for one in found] == list(compared(one_beside)[0][0].columns)
    by_column = {one.column: one for one in found}
    # 6.1 has seven strategies with the pool. The model has them in the kernel's order, but onstack: with the pool and tfm_pool it makes
    # 21 pairs, of which onstack's with the pool is the other way round.
    old = by_column[Column("counted", "6.1")]
    assert (old.all.things, old.all.pairs) == (7, 21)
    assert old.all.tau.median == pytest.approx((20 - 1) / 21)
    assert old.by_algorithm["hmac(sha1)"].tau == old.all.tau
    # In 6.12 clone_sigpool is the last in both; in the model it is as slow as tfm_pool, so that one pair is tied.
    assert by_column[Column("counted", "6.12")].all.tau.median == pytest.approx((27 - 1) / (28 * 27) ** 0.5, abs=0.04)
    shown = tables.rank_agreement(found)
    assert shown.columns == ["strategies", "pairs", "tau", "interval", "hmac(sha1)"]
    name, cells = shown.rows[0]
    assert (name, cells[:3]) == ("counted 6.1", ["7", "21", "0.90"]) and " to 1.00" in cells[3]
    assert "percentile bootstrap over strategies (4,000 draws; none below 5 strategies)" in words.TAU_LEGEND


def test_ranks_count_pairs_of_each_algorithm_and_size(all_beside: Results) -> None:
    found, _ = compared(all_beside)
    one = next(one for one in ranks(found) if one.column == Column("counted", "6.1"))
    # Three sizes of: 7 strategies with three algorithms, 8 with md5, 2 with gcm.
    assert one.all.pairs == 3 * (3 * 21 + 28 + 1)
    assert [a.pairs for a in one.by_algorithm.values()] == [63, 63, 63, 84, 3]


def test_the_lane_that_comes_first_speaks_for_equal_gaps(one_beside: Results) -> None:
    wrong = found_in(one_beside)
    assert [(one.column.lane, one.column.kernel) for one in wrong[:2]] == [("counted", "7.3"), ("native", "7.3")]
    assert all(isinstance(one.phase, Phase) for one in wrong) and synthetic_kernel.LIBRARY


def test_the_kernel_is_set_beside_the_model_of_its_api(tmp_path: Path) -> None:
    results = beside(tmp_path, model(fixed(64), fixed(64, api="ahash", sockets=10_000)), SMALL)
    (one,) = compared(results)[0]
    assert one.block.block.axes.api == "ahash"


def test_a_block_with_retpolines_stands_for_no_kernel(tmp_path: Path) -> None:
    found, (missing,) = compared(beside(tmp_path, model(fixed(64, api="ahash", spectre_v2="retpoline")), SMALL))
    assert found == [] and (missing.algorithm, missing.bytes) == ("hmac(sha1)", None)


def test_an_older_kernel_is_not_set_beside_the_newer_api(tmp_path: Path) -> None:
    (one,), missing = compared(beside(tmp_path, model(fixed(64, api="ahash_library")), SMALL))
    assert {at.kernel for at in one.columns} == {"7.3"} and missing == []


def test_a_near_block_of_the_kernels_api_comes_before_a_nearer_one(tmp_path: Path) -> None:
    near = [fixed(64, api="flat"), fixed(80, api="ahash"), fixed(300, api="ahash")]
    found, _ = compared(beside(tmp_path, model(*near), SMALL))
    assert [one.block.block.axes.workload for one in found] == ["tcp_ao/fixed_80"]


def test_kernels_of_two_apis_are_set_beside_two_blocks(tmp_path: Path) -> None:
    results = beside(tmp_path, model(*(fixed(64, api=api) for api in ("flat", "ahash", "ahash_library"))), SMALL)
    older, newer = compared(results)[0]
    assert [one.block.block.axes.api for one in (older, newer)] == ["ahash", "ahash_library"]
    assert {at.kernel for at in older.columns} == {"6.1", "6.12"} and {at.kernel for at in newer.columns} == {"7.3"}
    assert newer.columns == (Column("counted", "7.3"), Column("native", "7.3"))
    assert words.nearest(newer) == "model: tcp_ao/fixed_64, hmac(sha1), api=ahash_library"
    assert {one.column for one in ranks([older, newer])} == {*older.columns, *newer.columns}
    assert smallest([older, newer]) == [older, newer], "of the smallest packets both"

# SPDX-License-Identifier: MIT
"""Estimates of memory pressure on rounds worked out by hand, and their texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import synthetic
from plots.pressure import figures
from plots.pressure import words as pressure_words
from plots.pressure.estimates import PressureResult, middle_of, over_block
from plots.pressure.pairs import Times, loss_pairs, refusal_pairs
from plots.pressure.rounds import Arena, PressureCell, PressureRound, Search, Trial
from plots.run.axes import Axes
from plots.run.model import Block
from plots.run.rounds import Counters
from plots.statistics.stats import Estimate


def search(lossless: float | None, half_percent: float | None, ns: float = 200.0) -> Search:
    return Search(ns, 512, 1000, lossless, half_percent, (Trial(1e6, 1000, 5, 3, 2),))


def cell(refused: int = 0, **changes: Any) -> PressureCell:
    """A cell with 1,000 operations."""
    plain = PressureCell(
        name="pool", sockets_open=10, pages_open=4, arena=Arena(6, 0), skb_headroom_bytes=0, operations=1000, operations_refused=refused, rx_packets=600, skb_refused=100,
        marginal_drops=refused, tx_packets=500, tx_refused=0, accepts=0, accept_failures=0, open_failures=0, bursts=(),
        recoveries=(), timeline=(), search=search(4e6, 5e6), counters=Counters(1100, 0, 0, refused, refused + 100),
    )  # fmt: skip
    return replace(plain, **changes)


def pressed_round(number: int, cells: tuple[PressureCell, ...]) -> PressureRound:
    return PressureRound(
        path=Path(), cells=cells, round=number, duration_ns=1e9, stamp_ns=11.0, steal_percent=0.0, involuntary_switches=0, migrations=0, pinned=True
    )  # fmt: skip


def results(pressed: list[PressureRound], names: list[str]) -> tuple[PressureResult, ...]:
    return over_block(Block("b", ("pressure",), Axes(synthetic.axes(pages=512)), {}, tuple(pressed)), names)


def rounds(cells: list[PressureCell]) -> list[PressureRound]:
    return [pressed_round(i, (one,)) for i, one in enumerate(cells)]


def test_an_arena_that_was_too_small_or_is_missing_has_no_figure() -> None:
    def arenas(*found: Arena | None) -> float | None:
        (result,) = results(rounds([cell(arena=one) for one in found]), ["pool"])
        return result.arena_pages

    assert arenas(Arena(6, 0), Arena(9, 0), Arena(7, 0)) == 7
    assert arenas(Arena(6, 0), Arena(9, 1), Arena(7, 0)) is None and arenas(Arena(6, 0), None) is None


def test_the_middle_of_counted_values() -> None:
    assert middle_of([]) is None and middle_of([(7, 0)]) is None
    assert middle_of([(9, 1), (1, 2)]) == 1  # 1 1 9
    assert middle_of([(1, 2), (9, 2)]) == 5  # 1 1 9 9
    assert middle_of([(1, 3), (9, 1), (2, 1)]) == 1  # 1 1 1 2 9


def test_rounds_are_the_unit() -> None:
    """Seven rates: their median, and for 95 % the smallest and the largest (1 - 2/2^7 = 98.4 %)."""
    (result,) = results(rounds([cell(r) for r in (70, 10, 30, 20, 50, 60, 0)]), ["pool", "other"])
    assert result.failure_rate == Estimate(0.03, 0, 0.07)
    assert (result.rounds, result.rounds_refused, result.operations_refused) == (7, 6, 240)
    assert result.drops == 7 * 100 + 240 and result.marginal_share == pytest.approx(240 / 940)
    (few,) = results(rounds([cell(10), cell(20)]), ["pool"])
    assert few.failure_rate == Estimate(0.015, None, None)


def test_what_was_not_lost_has_no_marginal_share() -> None:
    (result,) = results(rounds([cell(skb_refused=0)]), ["pool"])
    assert result.marginal_share is None and result.drops == 0 and result.recovery_packets is None


def test_a_round_that_bears_no_load_counts_as_none() -> None:
    def bears(*loads: float | None) -> tuple[Estimate, float | None]:
        (result,) = results(rounds([cell(search=search(load, load)) for load in loads]), ["pool"])
        assert result.lossless_pps == result.half_percent_loss_pps
        assert result.lossless_rounds == result.half_percent_loss_rounds == sum(load is not None for load in loads)
        return result.lossless_pps, result.lossless_share

    assert bears(3e6, 4e6, 5e6) == (Estimate(4e6), 0.8)
    assert bears(None, 4e6, 5e6) == (Estimate(4e6), 0.8)
    assert bears(None, None, 5e6) == (Estimate(), None)
    assert bears(None, 5e6) == (Estimate(), None), "the mean of none and a load is no load"
    six = bears(None, 2e6, 3e6, 4e6, 5e6, 6e6)[0]
    assert six == Estimate(3.5e6, 0, 6e6)


def test_recovery_is_a_rounds_middle_episode() -> None:
    cells = [cell(recoveries=((10, 2), (100, 1)), bursts=((3, 5),)), cell(recoveries=((40, 1),), bursts=((9, 1),)), cell()]
    (result,) = results(rounds(cells), ["pool"])
    assert (result.recovery_packets, result.recovery_longest, result.burst_longest) == (25, 100, 9)


def test_pairs_of_rounds() -> None:
    counts = {"a": (5, 3, 9, 4, 2, 7, 8), "b": (4, 3, 8, 3, 1, 6, 7), "c": (0,) * 7, "d": (5, 0, 9, 0, 2, 0, 8)}
    pressed = [
        pressed_round(i, tuple(cell(counts[name][i], name=name) for name in counts)) for i in range(7)
    ]
    found = {(p.more, p.less): p for p in refusal_pairs([pressed], ["d", "c", "b", "a", "e"])}
    assert set(found) == {("a", "b"), ("a", "d"), ("d", "b")}, "c was never refused, e was not there"
    ab = found["a", "b"]
    assert (ab.over_all, ab.in_blocks) == (Times(6, 6), (Times(6, 6),)), "the round in which they are equal says nothing"
    # Clopper-Pearson's lower limit of 6 of 6, for one of three intervals: (0.05 / 3 / 2)^(1/6) = 0.45.
    assert ab.share.low == pytest.approx((0.05 / 6) ** (1 / 6)) and not ab.sure
    (two,) = refusal_pairs([pressed], ["a", "b"])
    assert two.share.low == pytest.approx(0.025 ** (1 / 6)) and two.sure
    assert not refusal_pairs([pressed], ["a", "c"]) and not refusal_pairs([], ["a", "b"])
    (never,) = refusal_pairs([pressed[1:2]], ["a", "b"])
    assert (never.over_all, never.share, never.sure, str(never.over_all)) == (Times(0, 0), Estimate(), False, "-")


def _block(more: int, rounds: int) -> list[PressureRound]:
    """A block in which `a` is refused more than `b` in `more` of its rounds, and less in the others."""
    return [pressed_round(i, (cell(5, name="a"), cell(4 if i < more else 6, name="b"))) for i in range(rounds)]


@pytest.mark.parametrize(
    "blocks, sure, reverses",
    [
        ([(7, 7), (6, 7), (6, 7)], True, False),
        ([(7, 7), (6, 7), (6, 7), (1, 7)], False, True),  # 20 of 28 would look sure
        ([(7, 7), (0, 7)], False, True),  # 7 of 14 would look like no difference
        ([(4, 7), (3, 7), (4, 7)], False, False),  # no difference at all
        ([(5, 7), (2, 7)], False, False),
    ],
)
def test_blocks_that_disagree_are_not_summed(blocks: list[tuple[int, int]], sure: bool, reverses: bool) -> None:
    (pair,) = refusal_pairs([_block(*one) for one in blocks], ["a", "b"])
    assert (pair.sure, pair.reverses) == (sure, reverses)
    assert pair.in_blocks == tuple(Times(*one) for one in blocks)
    (turned,) = refusal_pairs([_block(rounds - more, rounds) for more, rounds in blocks], ["a", "b"])
    assert (turned.sure, turned.reverses) == (sure, reverses), "the same the other way round"


def test_losses_of_larger_skbs_count() -> None:
    """in_skb has no operation refused and still loses more than the pool; own has some refused and loses less."""
    lost = {"pool": (100, 0), "in_skb": (120, 0), "own": (70, 20)}  # skbs, operations
    pressed = [
        pressed_round(i, tuple(cell(ops, name=name, skb_refused=skbs + i) for name, (skbs, ops) in lost.items()))
        for i in range(8)
    ]
    assert not refusal_pairs([pressed], ["pool", "in_skb", "own"]), "one of them alone was refused any"
    found = [(p.more, p.less, p.over_all.more, p.sure) for p in loss_pairs([pressed], ["pool", "in_skb", "own", "absent"], "pool")]
    assert found == [("in_skb", "pool", 8, True), ("pool", "own", 8, True)]
    assert loss_pairs([pressed], ["in_skb", "own"], "absent") == []


def test_rates_in_words() -> None:
    assert [pressure_words.rate(r) for r in (None, 0, 1e-6, 0.0001234, 0.5)] == [
        "-", "0", "<0.001\u00a0%", "0.0123\u00a0%", "50\u00a0%",
    ]  # fmt: skip
    assert pressure_words.rate_interval(Estimate(0.01)) == "-"
    assert pressure_words.rate_interval(Estimate(0, 0, 0)) == "0"
    assert pressure_words.rate_interval(Estimate(0.001, 0, 0.0123)) == "0-1.2\u00a0%"
    assert pressure_words.load(Estimate(), None) == "none"
    assert pressure_words.load(Estimate(4.125e6), 0.85) == "4.12 (85\u00a0%)"
    assert pressure_words.load_interval(Estimate(4e6)) == "-"
    assert pressure_words.load_interval(Estimate(None, 0, 4.125e6)) == "0-4.12"
    assert pressure_words.load_interval(Estimate(None, 0, 0)) == "0"


def test_losses_are_drawn_at_the_loads_that_all_rounds_tried() -> None:
    def tried(*pps: float, ns: float) -> PressureCell:
        return cell(search=replace(search(None, None, ns), trials=tuple(Trial(p, 1000, 1, 0, 0) for p in pps)))

    # 2.5 and 5 million packets a second are half and all of what 200 ns allow, 2 and 4 million of 250 ns.
    cells = [tried(2.5e6, 4.5e6, 5e6, ns=200), tried(2e6, 4e6, ns=250)]
    found = figures._trials(cells)
    assert [share for share, _ in found] == pytest.approx([0.5, 1]) and [len(trials) for _, trials in found] == [2, 2]
    ((share, trials),) = figures._trials([cell(search=search(None, None))])
    assert share == pytest.approx(0.2) and trials == [Trial(1e6, 1000, 5, 3, 2)]
    assert figures._trials([]) == []

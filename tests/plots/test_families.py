# SPDX-License-Identifier: MIT
"""Grouping, placing labels, and the words for numbers."""

from __future__ import annotations

import pytest

import synthetic
from plots.drawing import words
from plots.verdicts.families import families
from plots.drawing.labels import spread
from plots.run.model import Axes, Faults
from plots.verdicts.results import Results


def test_families_differ_in_one_axis(standard: Results) -> None:
    timed = [b for b in standard.blocks if b.block.timed]
    by_sockets = families(timed, "sockets", 3)
    assert [[b.block.axes.sockets for b in f.blocks] for f in by_sockets] == [[1000, 10_000, 100_000]] * 4
    (by_size,) = [f for f in families(timed, "traffic", 4) if f.blocks[0].block.axes.sockets == 1000]
    assert [b.block.axes.traffic for b in by_size.blocks] == ["keepalive", "bgp_update", "imix", "mtu"]
    (by_probability,) = families([b for b in standard.blocks if b.block.axes.faults], "probability", 2)
    assert [b.block.axes.probability for b in by_probability.blocks] == [0.0001, 0.001, 0.01, 0.1]
    (by_cpus,) = families(timed, "possible_cpus", 2)
    assert [b.block.axes.possible_cpus for b in by_cpus.blocks] == [8, 64, 512]


def test_labels_keep_apart_and_stay_near() -> None:
    assert spread([10, 40], 12, 0, 100) == [10, 40]
    assert spread([10, 12], 12, 0, 100) == pytest.approx([5, 17])
    assert spread([0, 0, 50, 51, 99], 12, 0, 100) == pytest.approx([0, 12, 44.5, 56.5, 99])
    placed = spread([50, 50, 50, 60, 61, 62], 12, 0, 100)
    assert all(b - a >= 12 - 1e-9 for a, b in zip(placed, placed[1:]))
    assert spread([100, 100], 12, 0, 100) == pytest.approx([88, 100])


def test_numbers() -> None:
    assert words.ns(14.12) == "14.1" and words.ns(1502.6) == "1,503" and words.ns(None) == "-"
    assert words.size(512) == "512 B" and words.size(1536) == "1.5 KiB" and words.size(3 << 20) == "3 MiB"
    assert words.per_socket(432.0) == "432" and words.per_socket(0.25) == "0.2"
    assert words.plural(1, "round") == "1 round" and words.plural(1000, "socket") == "1,000 sockets"


def test_conditions_know_every_axis() -> None:
    usual = Axes.of(synthetic.axes())
    assert words.unusual(usual) == []
    said = words.conditions(usual.but(algorithms=171, scratch="64+1024", heap="aged", pages=256, ring=64, allocator="jemalloc"))
    for text in ("171 algorithms in parallel", "scratch of 64 and 1,024 B", "aged heap", "zone of 256 pages", "ring of 64 slots"):
        assert text in said
    assert words.scratch("65400") == "scratch of 65,400 B" and words.scratch("1+2+3") == "scratch of 1, 2 and 3 B"
    assert words.counted_conditions(usual)[-1] == "8 possible CPUs" and "cache warm" not in words.counted_conditions(usual)
    assert "8 possible CPUs" not in words.counted_conditions(usual, ["possible_cpus"])
    assert words.counted_conditions(usual.but(possible_cpus=64)).count("64 possible CPUs") == 1


def test_faults_are_said_as_far_as_they_are_unusual() -> None:
    assert words.faults(Faults(0.01, 1, -1, 1)) == ["allocations fail with p = 0.01"]
    assert words.faults(Faults(0.01, 1, -1, 1), probability=False) == []
    assert words.faults(Faults(0, 3, 1, 1, space=65536, kth=7, gfp="any")) == [
        "allocation 7 fails", "one candidate in 3", "none fails in the first 64 KiB", "at most 1 failure", "GFP_KERNEL may fail too",
    ]  # fmt: skip

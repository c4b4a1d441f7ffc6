# SPDX-License-Identifier: MIT
"""Grouping, placing labels, and the words for numbers."""

from __future__ import annotations

import pytest

from plots import words
from plots.families import families
from plots.figures.labels import spread
from plots.results import Results


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

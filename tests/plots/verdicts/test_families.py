# SPDX-License-Identifier: MIT
"""Families: blocks that differ only in one axis."""

from __future__ import annotations

from plots.verdicts.families import families
from plots.verdicts.results import Results


def test_families_differ_in_one_axis(standard: Results) -> None:
    timed = [b for b in standard.blocks if b.timed]
    by_sockets = families(timed, "sockets", 3)
    assert [[b.block.axes.sockets for b in f.blocks] for f in by_sockets] == [[1000, 10_000, 100_000]] * 4
    (by_size,) = [f for f in families(timed, "traffic", 4) if f.blocks[0].block.axes.sockets == 1000]
    assert [b.block.axes.traffic for b in by_size.blocks] == ["keepalive", "bgp_update", "imix", "mtu"]
    (by_probability,) = families([b for b in standard.blocks if b.block.axes.faults], "probability", 2)
    assert [b.block.axes.probability for b in by_probability.blocks] == [0.0001, 0.001, 0.01, 0.1]
    (by_cpus,) = families(timed, "possible_cpus", 2)
    assert [b.block.axes.possible_cpus for b in by_cpus.blocks] == [8, 64, 512]

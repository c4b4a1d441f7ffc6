# SPDX-License-Identifier: MIT
"""Numbers and conditions as text."""

from __future__ import annotations

import synthetic
from plots.drawing import conditions, words
from plots.run.axes import Axes, Faults

ONE_PERCENT = {"probability": 0.01, "interval": 1, "times": -1, "seed": 1}


def test_numbers() -> None:
    assert words.ns(14.12) == "14.1" and words.ns(1502.6) == "1,503" and words.ns(None) == "-"
    assert words.size(512) == "512 B" and words.size(1536) == "1.5 KiB" and words.size(3 << 20) == "3 MiB"
    assert words.per_socket(432.0) == "432" and words.per_socket(0.25) == "0.2"
    assert words.fixed(-1234.5, 1) == "-1,234.5" and words.fixed(0.04, 1, "+") == "0.0" and words.fixed(0.06, 1, "+") == "+0.1"
    assert words.plural(1, "round") == "1 round" and words.plural(1000, "socket") == "1,000 sockets"


def test_zero_has_no_sign() -> None:
    assert words.fixed(-0.04, 1) == "0.0" and words.percent(-0.0004, 1) == "0.0\u00a0%" and words.ns(-0.01) == "0.0"
    assert words.per_socket(-0.04) == "0.0" and words.span([-0.001, 0.02], 2) == "0.00 to 0.02"


def test_distinct_conditions() -> None:
    usual = Axes(synthetic.axes())
    common, own = conditions.distinct([usual, usual.but(sockets=10_000), usual.but(churn_percent=1)])
    assert "tcp_ao/bgp_update" in common and "1,000 sockets" not in common
    assert own == [["1,000 sockets"], ["10,000 sockets"], ["1,000 sockets", "1 % churn"]]
    assert conditions.distinct([usual, usual])[1] == [conditions.of(usual)] * 2, "blocks that do not differ keep their conditions"
    assert conditions.distinct([]) == ([], [])


def test_conditions_know_every_axis() -> None:
    usual = Axes(synthetic.axes())
    assert conditions.unusual(usual) == []
    assert conditions.of(usual.but(api="ahash"))[-1] == "api ahash"
    said = conditions.of(usual.but(algorithms=171, scratch="64+1024", heap="aged", pages=256, ring=64, allocator="jemalloc"))
    for text in ("171 algorithms in parallel", "scratch of 64 and 1,024 B", "aged heap", "zone of 256 pages", "ring of 64 slots"):
        assert text in said
    assert conditions.scratch("65400") == "scratch of 65,400 B" and conditions.scratch("1+2+3") == "scratch of 1, 2 and 3 B"
    assert conditions.counted(usual)[-1] == "8 possible CPUs" and "cache warm" not in conditions.counted(usual)
    assert "8 possible CPUs" not in conditions.counted(usual, ["possible_cpus"])
    assert conditions.counted(usual.but(possible_cpus=64)).count("64 possible CPUs") == 1


def test_faults_name_only_what_is_not_the_default() -> None:
    assert conditions.faults(Faults(ONE_PERCENT)) == ["allocations fail with p = 0.01"]
    assert conditions.faults(Faults(ONE_PERCENT), probability=False) == []
    assert conditions.faults(Faults({"probability": 0, "interval": 3, "times": 1, "seed": 1, "space": 65536, "kth": 7, "gfp": "any"})) == [
        "allocation 7 fails", "one candidate in 3", "none fails in the first 64 KiB", "at most 1 failure", "GFP_KERNEL may fail too",
    ]  # fmt: skip


def test_a_number_stays_with_its_percent_sign() -> None:
    assert words.whole("1 % of 2 % churn") == "1\u00a0% of 2\u00a0% churn"

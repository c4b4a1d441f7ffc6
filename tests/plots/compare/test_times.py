# SPDX-License-Identifier: MIT
"""Times, compared: ns per packet beside ratios, and intervals that keep their promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plots.cli import main
from plots.statistics.stats import difference_estimate
from synthetic import NS, axes
from two_runs import SAME, as_json, change_cells, copy_of, gate, run, slow


def changes(data: dict[str, Any], what: str) -> dict[str, dict[str, Any]]:
    return {c["strategy"]: c for c in data["changes"] if c["what"] == what}


def test_two_runs_of_one_truth_pass_the_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With rounds in two speed states, which move ns per packet by half."""
    a, b = run(tmp_path / "a", slow_rounds=0.3), run(tmp_path / "b", seed=2, slow_rounds=0.3)
    assert gate(a, b, percent="3") == 0
    assert "slower" not in capsys.readouterr().out


def test_a_worse_ratio_fails_the_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In two speed states a ratio still shows what ns per packet does not."""
    a = run(tmp_path / "a", slow_rounds=0.3)
    b = run(tmp_path / "b", seed=2, slow_rounds=0.3, ratio={**SAME, "tfm_pool": 1.21})
    assert main(["compare", a, b]) == 0
    capsys.readouterr()
    assert gate(a, b) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "tfm_pool: ratio to percpu_pool: 1.10" in line
    assert gate(a, b, percent="20") == 0
    assert gate(b, a) == 0, "a better ratio passes"


def test_ns_per_packet_fails_the_gate_of_the_baseline_and_of_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a")
    for name in ("percpu_pool", "onstack_prepared"):
        b = change_cells(copy_of(a, tmp_path / name), "timed", slow(1.3), name)
        capsys.readouterr()
        assert gate(a, b) == 1
        assert f"{name}: ns per packet: " in capsys.readouterr().err
        assert gate(a, b, percent="35") == 0


def test_the_floor_is_shown_and_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a")
    b = change_cells(copy_of(a, tmp_path / "b"), "timed", slow(2), "null")
    assert gate(a, b) == 0
    floor = changes(as_json(a, b, capsys=capsys), "ns_per_packet")["null"]
    assert floor["change"]["median"] == pytest.approx(2) and "floor" in floor["not_judged_because"]


def test_all_times_hold_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Five times (all but the floor) and four ratios: each interval needs 1 - 5 % / 9. Two blocks: 1 - 5 % / 18."""
    a = run(tmp_path / "a")
    assert as_json(a, a, capsys=capsys)["confidence"] == pytest.approx(1 - 0.05 / 9)
    two = run(tmp_path / "two", blocks=[axes(), axes(sockets=2000)])
    assert as_json(two, two, capsys=capsys)["confidence"] == pytest.approx(1 - 0.05 / 18)


def test_an_interval_holds_what_sittings_are_to_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both sittings of B are 10 % slower than A's rounds of their hour, but an hour makes 20 %."""
    drift = {name: 1.2 for name in (*NS, "percpu_pool#2")}
    a = run(tmp_path / "a", rounds=24, sittings=2, sitting_drift=drift)
    b = change_cells(copy_of(a, tmp_path / "b"), "timed", slow(1.1))
    found = changes(as_json(a, b, capsys=capsys), "ns_per_packet")["percpu_pool"]["change"]
    assert found["median"] == pytest.approx(1.1)
    assert found["low"] == pytest.approx(1.1 / 1.2, abs=0.02) and found["high"] >= 1.1 * 1.19
    assert gate(a, b, percent="2") == 0


@pytest.mark.parametrize(("confidence", "at_most"), [(0.95, 0.025), (0.99, 0.005)])
@pytest.mark.parametrize("scatter", [0.003, 0.01, 0.03])
def test_two_speed_states_invent_no_rise(scatter: float, confidence: float, at_most: float) -> None:
    """The table in plots/compare/times.py: one truth, two runs of seven rounds, each round by half slower with p = 0.3."""
    runs, called = 2000, 0
    rng = np.random.default_rng(11)
    logs = rng.standard_normal((runs, 2, 7)) * scatter + np.log(1.5) * (rng.random((runs, 2, 7)) < 0.3)
    for a, b in np.exp(logs).tolist():
        low = difference_estimate(a, b, confidence).low
        called += low is not None and low > 1.05
    assert called / runs <= at_most

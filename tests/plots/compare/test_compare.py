# SPDX-License-Identifier: MIT
"""compare: ratios, not times; a gate that fails closed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plots.cli import main
from synthetic import Truth, axes, block_id, timed_round, write, write_run

SAME = {"tfm_pool": 1.10, "per_socket_tfm": 0.72}


def run(folder: Path, **truth: object) -> str:
    return str(write_run(folder, Truth(**{"ratio": SAME, "counted": False, **truth})))  # type: ignore[arg-type]


def test_two_runs_of_one_truth_pass_the_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", seed=2)
    assert main(["compare", a, b, "--gate", "3"]) == 0
    out = capsys.readouterr().out
    assert out.isascii() and max(map(len, out.splitlines())) <= 72 and "same" in out and "slower" not in out


def test_a_worse_ratio_fails_the_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", seed=2, ratio={**SAME, "tfm_pool": 1.21})
    assert main(["compare", a, b]) == 0
    assert main(["compare", a, b, "--gate", "5"]) == 1
    assert "tfm_pool" in capsys.readouterr().err
    assert main(["compare", a, b, "--gate", "20"]) == 0
    assert main(["compare", b, a, "--gate", "5"]) == 0, "a better ratio passes"


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", seed=2, ratio={**SAME, "tfm_pool": 1.21})
    assert main(["compare", a, b, "--json", "--gate", "5"]) == 1
    data = json.loads(capsys.readouterr().out)
    change = {c["strategy"]: c for c in data["changes"]}
    assert change["tfm_pool"]["change"]["median"] == pytest.approx(1.1, abs=0.01)
    assert change["tfm_pool"]["verdict"] == "slower"
    assert set(change) == {"per_socket_tfm", "per_request_key", "tfm_pool", "onstack_prepared"}
    assert len(data["gate_failures"]) == 1


def test_the_gate_fails_closed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a", blocks=[axes(), axes(sockets=2000)])
    fewer_blocks = run(tmp_path / "b", seed=2)
    assert main(["compare", a, fewer_blocks]) == 0
    assert main(["compare", a, fewer_blocks, "--gate", "5"]) == 1
    assert "2,000 sockets" in capsys.readouterr().err
    fewer_strategies = run(tmp_path / "c", seed=2, strategies=("null", "percpu_pool", "tfm_pool"))
    assert main(["compare", fewer_blocks, fewer_strategies, "--gate", "5"]) == 1
    few_rounds = run(tmp_path / "d", seed=2, rounds=3)
    assert main(["compare", fewer_blocks, few_rounds, "--gate", "5"]) == 1
    assert "nothing could be judged" in capsys.readouterr().err
    noisy = run(tmp_path / "e", seed=2, aa_bias=1.05)
    assert main(["compare", fewer_blocks, noisy, "--gate", "5"]) == 1
    capsys.readouterr()


@pytest.mark.parametrize(("change", "says"), [({"aa_bias": 1.05}, "A/A"), ({"rounds": 3}, "3 rounds, a verdict needs 6")])
def test_a_block_that_can_no_longer_be_judged_fails_the_gate(
    tmp_path: Path, change: dict[str, Any], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The gate fails although another block is judged and did not get worse."""
    blocks = [axes(), axes(sockets=2000)]
    a, b = run(tmp_path / "a", blocks=blocks), run(tmp_path / "b", seed=2, blocks=blocks)
    assert main(["compare", a, b, "--gate", "5"]) == 0
    capsys.readouterr()
    spoilt = replace(Truth(seed=2, ratio=SAME, blocks=blocks), **change)
    for path in (tmp_path / "b" / "rounds").glob(f"{block_id(blocks[1])}.*"):
        path.unlink()
    for number in range(spoilt.rounds):
        write(tmp_path / "b" / "rounds" / f"x.r{number:02}.json", timed_round(spoilt, blocks[1], number))
    assert main(["compare", a, b, "--gate", "5"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4 and all("2,000 sockets" in line and says in line and "in B" in line for line in lines)
    assert main(["compare", b, a, "--gate", "5"]) == 0, "a block without a verdict in A cannot fail the gate"


def test_nothing_in_common(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = run(tmp_path / "a"), run(tmp_path / "b", blocks=[axes(sockets=7)])
    assert main(["compare", a, b]) == 2
    assert "nothing to compare" in capsys.readouterr().err

# SPDX-License-Identifier: MIT
"""--baseline: ratios to a strategy that both have timed, instead of the runs' own baseline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plots.cli import main
from synthetic import axes
from two_runs import SAME, as_json, change_run, copy_of, gate, run


def test_ratios_are_taken_to_the_named_strategy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a", slow_rounds=0.3)
    b = run(tmp_path / "b", seed=2, slow_rounds=0.3, ratio={**SAME, "onstack_prepared": 143 / 202 * 0.8})
    assert gate(a, b) == 0, "one strategy got faster"
    assert gate(a, b, "--baseline", "onstack_prepared") == 1, "so the others are slower beside it"
    assert "per_socket_tfm: ratio to onstack_prepared: " in capsys.readouterr().err
    data = as_json(a, b, "--baseline", "onstack_prepared", capsys=capsys)
    ratios = {c["strategy"]: c for c in data["changes"] if c["what"] == "ratio"}
    assert data["baseline"] == "onstack_prepared" and "onstack_prepared" not in ratios
    assert ratios["percpu_pool"]["a"] == pytest.approx(202 / 143, rel=0.01)
    assert ratios["percpu_pool"]["b"] == pytest.approx(202 / 143 / 0.8, rel=0.01)


def test_it_must_be_timed_in_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a")
    b = run(tmp_path / "b", strategies=("null", "percpu_pool", "tfm_pool"))
    for pair in ((a, b), (b, a)):
        assert gate(*pair, "--baseline", "onstack_prepared") == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1 and f"{b}: --baseline: it did not time 'onstack_prepared', but null" in error


def test_a_block_without_it_has_no_ratios(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = [axes(), axes(workload="tcp_md5/bgp_update", algorithm="md5")]
    a = run(tmp_path / "a", blocks=blocks, left_out={"tfm_pool": ("tcp_md5",)})
    assert gate(a, a, "--baseline", "tfm_pool") == 0
    data = as_json(a, a, "--baseline", "tfm_pool", capsys=capsys)
    assert len({c["block"] for c in data["changes"]}) == 2
    assert len({c["block"] for c in data["changes"] if c["what"] == "ratio"}) == 1


def test_runs_with_other_baselines_need_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a")
    b = copy_of(a, tmp_path / "b")

    def other(data: dict[str, object]) -> None:
        matrix = data["matrix"]
        assert isinstance(matrix, dict)
        matrix.update(baseline="tfm_pool", aa_copies=0)

    change_run(b, other)
    for path in (b / "rounds").iterdir():
        data = json.loads(path.read_text())
        data["baseline"] = "tfm_pool"
        data["cells"] = [cell for cell in data["cells"] if not cell["aa"]]
        for cell in [cell for cell in data["cells"] if cell["name"] == "tfm_pool"]:
            data["cells"].append(cell | {"name": "tfm_pool#2", "aa": True})
        path.write_text(json.dumps(data))
    change_run(b, lambda data: data["matrix"].update(aa_copies=1))
    assert main(["compare", a, str(b)]) == 2
    assert "--baseline NAME" in capsys.readouterr().err
    assert gate(a, b, "--baseline", "percpu_pool") == 0

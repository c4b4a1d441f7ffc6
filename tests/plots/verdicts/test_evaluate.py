# SPDX-License-Identifier: MIT
"""Verdicts from runs with known true values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import synthetic
from conftest import results_of
from outputs import read
from plots.verdicts.results import BlockResult, Results
from synthetic import Truth, axes

TRUTH = {"tfm_pool": 1.10, "per_request_key": 1.0, "per_socket_tfm": 0.9, "onstack_prepared": 1.0}


def only(results: Results) -> BlockResult:
    (block,) = results.blocks
    return block


def verdicts(results: Results) -> dict[str, str]:
    return {s.name: s.verdict for s in only(results).strategies}


def test_injected_effects_are_found(tmp_path: Path) -> None:
    found = results_of(tmp_path / "run", Truth(ratio=TRUTH, layout_sd={"onstack_prepared": 0.05}))
    assert verdicts(found) == {
        "null": "faster",
        "percpu_pool": "baseline",
        "tfm_pool": "slower",
        "per_socket_tfm": "faster",
        "per_request_key": "same",
        "onstack_prepared": "unresolved",
    }
    slower = only(found).strategy("tfm_pool")
    assert slower and slower.ratio.low is not None and slower.ratio.high is not None
    assert slower.ratio.low <= 1.10 <= slower.ratio.high
    assert slower.effect_size is not None and slower.effect_size > 1
    assert found.aa.comparisons == 1 and found.aa.called_different == 0


def test_the_machines_speed_states_do_not_reach_the_ratio(tmp_path: Path) -> None:
    block = only(results_of(tmp_path / "run", Truth(ratio=TRUTH, rounds=12)))
    pool, tfm_pool = block.strategy("percpu_pool"), block.strategy("tfm_pool")
    assert pool and tfm_pool and pool.ns_per_packet.low and pool.ns_per_packet.high
    assert tfm_pool.ratio.low and tfm_pool.ratio.high
    assert pool.ns_per_packet.high / pool.ns_per_packet.low > 1.3
    assert tfm_pool.ratio.high / tfm_pool.ratio.low < 1.02


def test_a_block_without_its_huge_pages_is_unresolved(tmp_path: Path) -> None:
    found = results_of(tmp_path / "run", Truth(ratio=TRUTH, huge_share=0.94))
    assert set(verdicts(found).values()) == {"baseline", "unresolved"}
    assert only(found).resolves_nothing_because == (
        "in 7 of 7 rounds less than 95\u00a0% of the memory lay on huge pages (least: 94.0\u00a0%)"
    )
    unknown = only(results_of(tmp_path / "unknown", Truth(huge_share=None))).resolves_nothing_because
    assert unknown == "how much of the memory lay on huge pages is not known for 7 rounds"


def test_base_pages_are_judged_by_themselves(tmp_path: Path) -> None:
    base = Truth(ratio=TRUTH, huge_share=0.0, blocks=[axes(page_size="base")])
    assert verdicts(results_of(tmp_path / "run", base))["tfm_pool"] == "slower"
    for path in (tmp_path / "run/rounds").glob("*.r0[01].json"):
        data = json.loads(path.read_text())
        path.write_text(json.dumps(data | {"huge_pages": {"memory_bytes": 100, "huge_bytes": 6}}))
    assert only(read(tmp_path / "run")).resolves_nothing_because == (
        "in 2 of 7 rounds more than 5\u00a0% of the memory lay on huge pages (most: 6.0\u00a0%)"
    )


@pytest.mark.parametrize("bias", [1.02, 0.98, 1.10])
def test_a_block_with_an_a_a_error_beyond_the_margin_is_unresolved(tmp_path: Path, bias: float) -> None:
    found = results_of(tmp_path / "run", Truth(ratio=TRUTH, aa_bias=bias))
    words = verdicts(found)
    assert words.pop("percpu_pool") == "baseline"
    assert set(words.values()) == {"unresolved"}
    assert "A/A" in (only(found).resolves_nothing_because or "")
    assert found.aa.called_different == (bias == 1.10)


def test_the_margin_above_10000_sockets_allows_the_same_error(tmp_path: Path) -> None:
    found = results_of(tmp_path / "run", Truth(blocks=[axes(sockets=20_000)], ratio=TRUTH, aa_bias=1.02))
    assert only(found).resolves_nothing_because is None
    assert verdicts(found)["per_request_key"] == "same"


def test_a_block_without_a_a_cell_resolves_nothing(tmp_path: Path) -> None:
    truth = Truth(ratio=TRUTH)
    folder = tmp_path / "run"
    for number in range(truth.rounds):
        data = synthetic.timed_round(truth, truth.blocks[0], number)
        data["cells"] = [cell for cell in data["cells"] if not cell["aa"]]
        synthetic.write(folder / "rounds" / f"b.r{number:02}.json", data)
    run = synthetic.run_json(truth, "run")
    run["matrix"]["aa_copies"] = 0
    synthetic.write(folder / "run.json", run)
    found = read(folder)
    assert verdicts(found)["tfm_pool"] == "unresolved"
    assert found.aa.comparisons == 0 and found.aa.median_ratio is None


def test_five_rounds_resolve_nothing_and_say_so(tmp_path: Path) -> None:
    found = results_of(tmp_path / "run", Truth(ratio=TRUTH, rounds=5))
    assert verdicts(found)["tfm_pool"] == "unresolved"
    assert only(found).resolves_nothing_because == "5 rounds, a verdict needs 6"
    assert found.aa.too_few_rounds == 1


def test_a_run_is_called_different_from_itself_at_most_as_often_as_promised(tmp_path: Path) -> None:
    """60 A/A comparisons, with the scatter measured on such a machine (0.4 to 1.5 % at the 90th percentile)."""
    blocks = [axes(forged_percent=i / 10) for i in range(60)]
    truth = Truth(blocks=blocks, default_layout_sd=0.008, laps=9, counted=False, strategies=("percpu_pool", "tfm_pool"))
    folder = tmp_path / "run"
    run = synthetic.run_json(truth, "run")
    for index, (block, entry) in enumerate(zip(blocks, run["matrix"]["blocks"])):
        entry["id"] = f"b{index}"
        for number in range(truth.rounds):
            of_block = Truth(seed=index, laps=9, default_layout_sd=0.008, strategies=truth.strategies)
            data = synthetic.timed_round(of_block, block, number)
            data["block_id"] = entry["id"]
            synthetic.write(folder / "rounds" / f"b{index}.r{number:02}.json", data)
    synthetic.write(folder / "run.json", run)
    aa = read(folder).aa
    assert aa.comparisons == 60
    assert aa.called_different <= 3
    assert aa.median_ratio == pytest.approx(1, abs=0.005)

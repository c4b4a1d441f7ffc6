# SPDX-License-Identifier: MIT
"""Which blocks of a run with a precision need more rounds, and what is said of the others. A round takes 0.9 s."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import synthetic
from conftest import results_of
from outputs import full, page, read, review, summary, table
from plots.cli import main
from plots.run.files import BadInput, validator
from plots.verdicts.stopping import wanted
from plots.verdicts.results import BlockResult, Look, Results
from synthetic import Truth, axes

LOOKS = [8, 11, 16, 23]
BOTH = {"tfm_pool": 1.10, "per_request_key": 1.0, "per_socket_tfm": 0.9, "onstack_prepared": 1.0}


def precision(percent: float = 1, seconds: int | None = None) -> dict[str, Any]:
    return {"percent": percent, "max_time_seconds": seconds, "looks": LOOKS}


def looked(folder: Path, rounds: int | dict[int, int], **truth: Any) -> Results:
    """A run with a block for each number of sockets, which has so many rounds."""
    of_block = rounds if isinstance(rounds, dict) else {1000: rounds}
    blocks = [axes(sockets=sockets) for sockets in of_block]
    known: dict[str, Any] = {"ratio": BOTH, "precision": precision(), "rounds": 7} | truth
    return results_of(folder / "run", Truth(blocks=blocks, rounds_of_block=of_block, counted=False, **known))


def goes_on(results: Results) -> dict[int, int]:
    """By sockets, the rounds of the next look."""
    by_id = {block.block.id: block.block.axes.sockets for block in results.blocks}
    return {by_id[name]: rounds for name, rounds in wanted(results.run, results.blocks).items()}


def only(results: Results) -> tuple[BlockResult, Look]:
    (block,) = results.blocks
    assert block.look is not None
    return block, block.look


def flat(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_the_interval_is_corrected_for_comparisons_and_looks(tmp_path: Path) -> None:
    block, _ = only(looked(tmp_path, 8))
    assert block.comparisons == 4 and block.confidence == pytest.approx(1 - 0.05 / (4 * len(LOOKS)))
    (fixed,) = looked(tmp_path / "fixed", 7, precision=None).blocks
    assert fixed.confidence == pytest.approx(1 - 0.05 / 4) and fixed.look is None


def test_a_block_that_is_decided_stops(tmp_path: Path) -> None:
    results = looked(tmp_path, 8)
    block, look = only(results)
    assert {s.verdict for s in block.strategies if s.name != "null"} == {"baseline", "faster", "slower", "same"}
    assert goes_on(results) == {} and (look.number, look.of, look.rounds, look.why, look.open) == (1, 4, 8, "decided", ())
    assert "Stopped at look 1 of 4 (8 rounds): no comparison is open." in flat(page(results, [], []))


def test_an_open_comparison_keeps_its_block_going(tmp_path: Path) -> None:
    results = looked(tmp_path, {1000: 8, 10_000: 8}, layout_sd={"onstack_prepared": 0.05})
    assert goes_on(results) == {1000: 11, 10_000: 11}
    for block in results.blocks:
        assert block.look and block.look.why == "unfinished" and block.look.open == ("onstack_prepared",)


def test_a_narrow_interval_ends_what_has_no_verdict(tmp_path: Path) -> None:
    """Its ratio lies at the margin: no number of rounds would decide it."""
    ratio = BOTH | {"onstack_prepared": 1.015}
    truth = {"ratio": ratio, "default_layout_sd": 0.004, "turn_sd": 0.002}
    results = looked(tmp_path, 8, **truth)
    block, look = only(results)
    undecided = block.strategy("onstack_prepared")
    assert undecided and undecided.verdict in ("a little slower", "unresolved") and look.why == "decided"
    assert goes_on(looked(tmp_path / "finer", 8, **(truth | {"precision": precision(0.2)}))) == {1000: 11}


def test_the_floor_keeps_nothing_going(tmp_path: Path) -> None:
    assert goes_on(looked(tmp_path, 8, layout_sd={"null": 0.2})) == {}


def test_a_look_that_was_begun_is_finished(tmp_path: Path) -> None:
    """Between two looks nothing is judged, even if nothing is open or no time is left."""
    for rounds, there in ((1, 8), (9, 11), (15, 16), (22, 23)):
        results = looked(tmp_path / str(rounds), rounds, precision=precision(seconds=1))
        assert goes_on(results) == {1000: there} and only(results)[1].why == "unfinished"
        assert "! not finished: the run ended after look" in flat(table(results))


def test_the_last_look(tmp_path: Path) -> None:
    results = looked(tmp_path, 23, layout_sd={"onstack_prepared": 0.2})
    assert goes_on(results) == {} and only(results)[1].why == "looks"
    assert "! stopped at look 4 of 4 (23 rounds), the last one: onstack_prepared is still open" in flat(full(results))


def test_time_runs_out(tmp_path: Path) -> None:
    """8 rounds took 7.2 s, 3 more take 2.7 s."""
    wide = {"onstack_prepared": 0.2, "per_request_key": 0.2}
    assert goes_on(looked(tmp_path / "a", 8, layout_sd=wide, precision=precision(seconds=10))) == {1000: 11}
    results = looked(tmp_path / "b", 8, layout_sd=wide, precision=precision(seconds=9))
    block, look = only(results)
    assert goes_on(results) == {} and look.why == "time" and look.next_rounds == 11 and look.next_seconds == pytest.approx(2.7)
    said = "time ran out at look 1 of 4 (8 rounds): per_request_key and onstack_prepared are still open; the next look, at 11 rounds, takes about 3 s more"
    for text in (page(results, [], []), full(results), table(results)):
        assert said in flat(text).replace("Time ran out", "time ran out")
    assert "about so many rounds in all would resolve: per_request_key with " in flat(full(results))


def test_what_is_left_of_the_time_goes_where_an_open_comparison_costs_least(tmp_path: Path) -> None:
    """Blocks at 8 and 16 rounds have taken 21.6 s, their next looks take 2.7 s and 6.3 s."""
    wide = {"onstack_prepared": 0.2}
    rounds = {1000: 16, 10_000: 8}
    for seconds, expected in ((31, {1000: 23, 10_000: 11}), (30, {10_000: 11}), (25, {10_000: 11}), (24, {})):
        results = looked(tmp_path / str(seconds), rounds, layout_sd=wide, precision=precision(seconds=seconds))
        assert goes_on(results) == expected, seconds


def test_a_block_that_more_rounds_do_not_help_stops(tmp_path: Path) -> None:
    wide = {"onstack_prepared": 0.2}
    for name, truth in {"pages": {"huge_share": 0.5}, "aa": {"aa_bias": 1.2}}.items():
        results = looked(tmp_path / name, 8, layout_sd=wide, **truth)
        assert goes_on(results) == {} and only(results)[1].why == "hopeless"
        assert "with more rounds it would not resolve anything either" in flat(table(results))


def test_an_a_a_error_beyond_the_margin_can_still_go_away(tmp_path: Path) -> None:
    """A wide A/A cell: its middle lies beyond the margin, and its interval does not."""
    results = looked(tmp_path, 8, aa_bias=1.04, layout_sd={"percpu_pool": 0.06})
    block, look = only(results)
    assert block.resolves_nothing_because and "exceeds the margin" in block.resolves_nothing_because
    assert goes_on(results) == {1000: 11} and len(look.open) == 4


def test_rounds_in_two_heaps_are_not_open(tmp_path: Path) -> None:
    results = looked(tmp_path, 11, second_heap={"onstack_prepared": 1.2})
    block, look = only(results)
    split = block.strategy("onstack_prepared")
    assert split and split.heaps and split.verdict == "unresolved" and look.open == () and goes_on(results) == {}


def test_open_loop_blocks_have_no_looks(tmp_path: Path) -> None:
    truth = Truth(blocks=[axes(), axes(load="70%")], rounds=8, precision=precision(), ratio=BOTH, counted=False, layout_sd={"onstack_prepared": 0.05})
    results = results_of(tmp_path / "run", truth)
    assert [bool(block.look) for block in results.blocks] == [True, False] and len(wanted(results.run, results.blocks)) == 1


def test_the_conditions_and_the_summary_say_what_was_asked(tmp_path: Path) -> None:
    results = looked(tmp_path, {1000: 8, 10_000: 11}, precision=precision(seconds=600))
    text = flat(full(results))
    assert (
        "each closed-loop block until all comparisons are faster, slower or same, or have an interval that reaches at most 1 % to either "
        "side, or until these rounds would take more than 600 s together; looks at 8, 11, 16 and 23 rounds; 19 of 19 timed rounds done"
    ) in text
    assert "Rounds were added where they were needed" in text and "incomplete" not in text
    assert "2 blocks, 8 to 11 rounds each, 1 sitting" in flat(review(results))
    data = summary(results)
    validator("summary").validate(json.loads(json.dumps(data)))
    assert data["precision"]["percent"] == 1 and [block["look"]["number"] for block in data["blocks"]] == [1, 2]
    assert "precision" not in summary(looked(tmp_path / "fixed", 7, precision=None))


def test_all_rounds_are_one_sitting(tmp_path: Path) -> None:
    """Also those beyond `rounds`, which is the number of other blocks."""
    results = looked(tmp_path, 16)
    assert {r.sitting for block in results.blocks for r in block.timed} == {0}


def test_a_run_that_stopped_between_looks_is_incomplete(tmp_path: Path) -> None:
    assert "1 block is incomplete: 9 of 11 rounds are there." in flat(full(looked(tmp_path, 9)))


def test_look_prints_what_the_driver_asks_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = looked(tmp_path, 8, layout_sd={"onstack_prepared": 0.2})
    assert main(["look", str(tmp_path / "run")]) == 0
    (block,) = results.blocks
    assert json.loads(capsys.readouterr().out) == {"rounds": {block.block.id: 11}}


def test_a_round_beyond_the_last_look_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="round 23: the matrix has 23 rounds, counted from 0"):
        looked(tmp_path, 24)


def test_looks_that_do_not_rise_are_bad_input(tmp_path: Path) -> None:
    looked(tmp_path, 8)
    path = tmp_path / "run/run.json"
    data = json.loads(path.read_text())
    data["matrix"]["precision"]["looks"] = [8, 8]
    path.write_text(json.dumps(data))
    with pytest.raises(BadInput, match=re.escape("run.json: matrix.precision.looks: [8, 8] do not rise")):
        read(tmp_path / "run")

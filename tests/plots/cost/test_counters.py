# SPDX-License-Identifier: MIT
"""Counters per packet beside the times, and the word where there are none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import synthetic
from conftest import results_of
from outputs import load_run, full, summary, table
from plots.cli import main
from plots.cost import counters
from plots.run.files import BadInput, validator
from plots.verdicts.results import Results

COUNTS = {"cycles": 700.0, "instructions": 1400.0, "l1d_load_misses": 3.25, "llc_load_misses": 0.004}
NO_PMU = "no PMU (many virtual machines have none)"


def counted(folder: Path, **changes: Any) -> Results:
    wanted: dict[str, Any] = {"rounds": 6, "counts": COUNTS, **changes}
    return results_of(folder / "run", synthetic.Truth(**wanted))


def test_each_strategy_has_its_counts(tmp_path: Path) -> None:
    results = counted(tmp_path)
    (shown,) = counters.tables(results)
    assert shown.columns == ["cycles", "instr.", "L1D misses", "LLC misses", "instr. /cycle"]
    rows = dict(shown.rows)
    assert rows["percpu_pool"] == ["700", "1,400", "3.25", "0.00", "2.00"]
    assert rows["tfm_pool"] == ["770", "1,540", "3.58", "0.00", "2.00"], "a tenth more, as its time"
    assert list(rows) == [s.name for s in results.blocks[0].strategies] and shown.notes == []
    assert shown.heading.startswith("tcp_ao/bgp_update, hmac(sha1)")


def test_in_the_report(tmp_path: Path) -> None:
    blocks = [synthetic.axes(sockets=n) for n in (10, 1000)] + [synthetic.axes(load="70%")]
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=6, counts=COUNTS, blocks=blocks))
    assert main(["report", str(run)]) == 0
    page = (run / "report/report.html").read_text()
    assert page.count(f"<h3>{counters.HEADING}</h3>") == 1 and "The same for the other blocks (1)" in page
    found = json.loads((run / "report/summary.json").read_text())
    assert not list(validator("summary").iter_errors(found))
    said = found["blocks"][0]["counters"]
    assert said["missing"] is None and said["per_packet"]["percpu_pool"] == COUNTS
    mail = (run / "report/review-full.txt").read_text()
    assert "Counters per packet\n---" in mail and re.search(r"^percpu_pool +700 +1,400 +3.25", mail, re.M)
    assert all(len(line) <= 72 for line in mail.splitlines())


def test_without_counters_one_line_says_why(tmp_path: Path) -> None:
    results = counted(tmp_path, counts={}, counts_missing=NO_PMU)
    assert counters.tables(results) == [] and counters.missing(results) == f"None: {NO_PMU}."
    run = results.run.path
    assert main(["report", str(run)]) == 0
    page = (run / "report/report.html").read_text()
    assert f"<h3>{counters.HEADING}</h3>" in page and f"None: {NO_PMU}." in page and counters.LEGEND not in page
    assert "Counters per packet" not in full(results), "the run's warnings say it"
    assert summary(results)["blocks"][0]["counters"] == {"missing": NO_PMU, "per_packet": {}}


def test_events_that_are_missing_are_named(tmp_path: Path) -> None:
    results = counted(tmp_path, counts={"cycles": 700.0}, counts_missing="llc_load_misses: the PMU of this CPU has no such event")
    assert counters.missing(results) == "Not counted: llc_load_misses: the PMU of this CPU has no such event."
    (shown,) = counters.tables(results)
    assert shown.columns == ["cycles", "instr. /cycle"] and dict(shown.rows)["percpu_pool"] == ["700", "-"]


def test_an_older_run_says_nothing(tmp_path: Path) -> None:
    results = counted(tmp_path, counts=None)
    assert counters.tables(results) == [] and counters.missing(results) == ""
    assert main(["report", str(results.run.path)]) == 0
    assert counters.HEADING not in (results.run.path / "report/report.html").read_text()
    assert summary(results)["blocks"][0]["counters"] is None


def test_batches_without_counts_are_noted(tmp_path: Path) -> None:
    results = counted(tmp_path, uncounted_turns=5, lost_turns=0)
    (shown,) = counters.tables(results)
    assert re.fullmatch(r"[\d,]+ of [\d,]+ batches have a time and no counts: the PMU was shared with .*", shown.notes[0])
    assert dict(shown.rows)["percpu_pool"][0] == "700", "the median of the other turns"
    results = counted(tmp_path / "all", uncounted_turns=25)
    assert dict(counters.tables(results)[0].rows)["percpu_pool"] == ["-", "-", "-", "-", "-"]


def drop_an_event(cell: dict[str, Any]) -> None:
    del cell["turn_counts_per_packet"]["cycles"]


def drop_a_turn(cell: dict[str, Any]) -> None:
    cell["turn_counts_per_packet"]["cycles"].pop()


def drop_all(cell: dict[str, Any]) -> None:
    del cell["turn_counts_per_packet"], cell["batches_uncounted"]


def drop_the_batches(cell: dict[str, Any]) -> None:
    del cell["batches_uncounted"]


@pytest.mark.parametrize(
    "change, said",
    [
        (drop_an_event, "cell null counts"),
        (drop_a_turn, "has 24 turns of cycles and 25 of times"),
        (drop_all, "cell null counts \\[\\], the round \\['cycles'"),
        (drop_the_batches, "batches_uncounted"),
    ],
)
def test_counts_that_do_not_fit_are_refused(tmp_path: Path, change: Callable[[dict[str, Any]], None], said: str) -> None:
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=6, counts=COUNTS))
    path = next(path for path in (run / "rounds").iterdir() if ".r00." in path.name)
    data = json.loads(path.read_text())
    change(data["cells"][0])
    path.write_text(json.dumps(data))
    with pytest.raises(BadInput, match=said):
        load_run(run)


def test_the_table_of_a_run_has_only_times(tmp_path: Path) -> None:
    assert "cycles" not in table(counted(tmp_path))

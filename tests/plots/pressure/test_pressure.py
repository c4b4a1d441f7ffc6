# SPDX-License-Identifier: MIT
"""Reports of memory pressure: runs with known true values, and files that contradict themselves."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import synthetic
import synthetic_pressure
from conftest import results_of
from outputs import answers, choose, read, full, summary, table
from plots.cli import main
from plots.drawing import words
from plots.pressure import figures
from plots.pressure import words as pressure_words
from plots.pressure.estimates import named, of, rounds_of
from plots.run.files import validator
from plots.verdicts.results import Results
from pressure_runs import ALLOCATES, edited, evaluated, held, pool_of
from synthetic_pressure import PAGES


def test_the_truth_lies_in_the_interval(pressed: Results) -> None:
    for block, pages in zip(pressed.blocks, PAGES):
        for one in of(block):
            truth = synthetic_pressure.refused(pages, one.name in ALLOCATES)[1]
            low, high = one.failure_rate.low, one.failure_rate.high
            assert low is not None and high is not None and low <= truth <= high, (pages, one.name)
            assert (one.operations_refused > 0) == (one.name in ALLOCATES)


def test_a_request_in_the_skb_is_not_free(tmp_path: Path) -> None:
    truth = synthetic.Truth(blocks=[synthetic.axes(pages=pages) for pages in PAGES], strategies=("null", "percpu_pool", "tfm_pool"))
    folder = synthetic.write_run(tmp_path / "run", truth)
    for path in (folder / "rounds").iterdir():
        data = json.loads(path.read_text())
        for cell in data["cells"]:
            larger = cell["name"] == "tfm_pool"
            cell["pressure"]["skb_headroom_bytes"] = 512 if larger else 0
            rx = cell["pressure"]["rx"]
            if larger:
                rx["skb_refused"] += 300
                cell["pressure"]["operations"] -= 300
        path.write_text(json.dumps(data))
    results = read(folder)
    assert all(pressure_words.notes(b)[0] == "Every received skb is larger by: tfm_pool 512 B." for b in results.blocks)
    text = next(text for claim, text in answers(results)[0] if claim.id == "C1")
    assert re.search(r"tfm_pool makes every received skb larger by 512 B\. It lost [\d,]+ packets in all, [\d,]+ of them for lack of an skb; percpu_pool lost", text)
    header, lost = pressure_words.order(results)
    assert "(21 rounds of 3 blocks; " in header
    assert "skb or operation, each compared with percpu_pool: tfm_pool lost more than percpu_pool (21 of 21)." in lost
    data = summary(results)
    validator("summary").validate(data)
    assert {p["strategy"]: p["skb_headroom_bytes"] for p in data["pressure"]} == {"null": 0, "percpu_pool": 0, "tfm_pool": 512}
    assert "larger by: tfm_pool 512 B." in " ".join(full(results).split())


def test_the_summary_of_pressure(pressed: Results) -> None:
    data = summary(pressed)
    validator("summary").validate(data)
    found = {(p["strategy"], p["pages"]): p for p in data["pressure"]}
    assert len(found) == len(data["pressure"]) == 3 * len(synthetic.NS)
    pool, other = found["percpu_pool", 512], found["per_socket_tfm", 512]
    assert pool["failure_rate"] == {"median": 0, "low": 0, "high": 0} and pool["marginal_drops"] == 0
    assert 0 < other["marginal_drops"] < other["operations_refused"] < other["drops"] == other["skb_drops"] + other["operations_refused"]
    assert pool["lossless_pps"] == pytest.approx(0.85e9 / synthetic.NS["percpu_pool"], rel=0.05)
    assert pool["lossless_share"] == pytest.approx(0.85) and pool["recovery_packets"] == 12
    assert pool["lossless_rounds"] == pool["half_percent_loss_rounds"] == 7 and pool["churn_percent"] == 0
    assert pool["lossless_pps_low"] <= pool["lossless_pps"] <= pool["lossless_pps_high"]
    assert found["percpu_pool", 256]["half_percent_loss_pps"] is not None
    assert pool["pages_open"] == held("percpu_pool") and pool["arena_pages"] == held("percpu_pool") + 2
    (block,) = [b for b in data["blocks"] if b["pages"] == 512]
    assert block["id"] == pool["block"] and block["resolves_nothing_because"] == "under memory pressure, nothing timed"
    assert all(s["ns_per_packet"]["median"] is None and s["packets"] == 7 * synthetic_pressure.PACKETS for s in block["strategies"])


def test_runs_without_pressure_have_none(tmp_path: Path) -> None:
    results = results_of(tmp_path / "run", synthetic.Truth(rounds=2))
    assert summary(results)["pressure"] == []
    assert "Memory pressure" not in full(results) + table(results)
    assert not any(one.kind.name in ("pressure", "load", "recovery") for one in choose(results)[0])


def test_sockets_that_did_not_open_are_said(tmp_path: Path) -> None:
    def short(data: dict[str, Any]) -> None:
        pool_of(data)["pressure"]["sockets_open"] = 800
        pool_of(data)["pressure"]["accept_failures"] = 3
        (pool,) = (c for c in data["cells"] if c["name"] == "percpu_pool")
        pool["accepts"] = 97

    results = evaluated(edited(tmp_path / "run", short))
    (block,) = results.blocks
    assert pressure_words.notes(block) == [
        "Not enough memory for all sockets: percpu_pool opened 800 of 1,000 sockets.",
        "Failed while packets flowed: percpu_pool 21 of 700 accepts.",
    ]
    text = " ".join(full(results).split())
    assert "percpu_pool opened 800 of 1,000 sockets" in text
    assert "refused in 0 of 7 rounds. An accept still allocates" in text and "with churn, 21 of its 700 accepts failed" in text
    assert "In 1 block under pressure some strategies could not open all sockets" in text


def test_the_telling_block(pressed: Results, tmp_path: Path) -> None:
    assert pressure_words.telling(list(pressed.blocks)).block.axes.pages == 1024, "all refuse for sure: the least pressure"
    blocks = [synthetic.axes(pages=pages) for pages in PAGES] + [synthetic.axes(pages=2048, provider="openssl")]
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=blocks))
    for path in (run / "rounds").glob("*-512pages*"):
        data = json.loads(path.read_text())
        for one in data["cells"]:
            if one["name"] in ALLOCATES:
                one["search"] |= {"lossless_pps": None, "half_percent_loss_pps": None}
        path.write_text(json.dumps(data))
    results = evaluated(run)
    assert pressure_words.telling(list(results.blocks)).block.axes.pages == 512, "there some bear a load and others do not"
    text = dict((c.id, t) for c, t in answers(results)[0])["C1"]
    assert "none, found in 0 of 7 rounds." in text and "512 slots: percpu_pool 4." in text


def test_pairs_of_rounds_show_which_strategy_is_refused_more(tmp_path: Path) -> None:
    """One strategy is always refused more; of two others now one and now the other is."""
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=[synthetic.axes(pages=pages) for pages in PAGES]))
    for number, path in enumerate(sorted((run / "rounds").glob("*.json"))):
        data = json.loads(path.read_text())
        for one in data["cells"]:
            if one["name"] in ALLOCATES:
                more = {"per_socket_tfm": 40, "per_request_key": 50, "tfm_pool": 45 if number % 2 else 35}[one["name"]]
                found = one["pressure"]
                found["operations_refused"] = more
                found["rx"]["operation_refused"], found["tx"]["operation_refused"] = 0, more
        path.write_text(json.dumps(data))
    results = evaluated(run)
    header, text, lost = pressure_words.order(results)
    assert "skb or operation, each compared with percpu_pool: " in lost
    assert lost.count("percpu_pool") == 5 and all(name in lost for name in (*ALLOCATES, "onstack_prepared")), "each with the baseline alone"
    assert "(21 rounds of 3 blocks; " in header and "in this order: zone of" in header
    assert "per_request_key was refused more than per_socket_tfm (21 of 21) and tfm_pool (21 of 21); no clear" in text
    assert text.endswith("no clear difference: per_socket_tfm and tfm_pool (11 of 21).")
    assert " ".join(text.split()) in " ".join(full(results).split())
    assert main(["report", str(run)]) == 0 and "(21 of 21); no clear difference" in (run / "report" / "report.html").read_text()


def test_the_texts_fit_a_mail(pressed: Results) -> None:
    for text in (full(pressed), table(pressed)):
        assert text.isascii() and max(map(len, text.splitlines())) <= 72
        assert "per_socket_tfm" in text and "1,024 pages, 7 rounds" in text and "No block of this run was timed in" in text
    assert "21 of 21 under memory pressure" in " ".join(full(pressed).split())


def test_figures_of_pressure(pressed: Results) -> None:
    chosen, left_out = choose(pressed)
    mains = {one.kind.name: one for one in chosen if one.main}
    assert set(mains) == {"pressure", "load", "recovery"} and len(chosen) == 1 + 3 + 3
    assert mains["load"].name.endswith("zone_of_1_024_pages") and mains["recovery"].name.endswith("zone_of_1_024_pages")
    drawn = mains["pressure"].kind.draw(mains["pressure"].family, "x", pressed)
    rates = drawn.figure.axes[0]
    left, right = rates.get_xlim()
    assert left > 1024 > 256 > right, "pressure rises to the right"
    medians = [line.get_ydata() for line in rates.get_lines() if len(line.get_ydata()) == 3]
    flat = [line for line in medians if max(line) == 0]
    assert (len(medians), len(flat)) == (len(synthetic.NS), len(synthetic.NS) - len(ALLOCATES))


def test_the_recovery_begins_before_the_burst(pressed: Results) -> None:
    shown = rounds_of(pressed.blocks[0])[0]
    start, end = figures._burst(shown.cells)
    timeline = shown.cells[0].timeline
    first = next(packet for packet, _, drops in timeline if drops)
    assert timeline[start][0] < first - 64 and timeline[end - 1][0] >= synthetic_pressure.BURST + synthetic_pressure.RECOVERY
    assert timeline[start][2] == 0 and timeline[end - 1][2] == timeline[-1][2]


def test_a_search_without_trials_is_drawn(tmp_path: Path) -> None:
    def none(data: dict[str, Any]) -> None:
        for one in data["cells"]:
            one["pressure"] |= {"sockets_open": 0, "timeline": [], "bursts": [], "recoveries": []}
            one["search"] |= {"lossless_pps": None, "half_percent_loss_pps": None, "trials": [], "packets": 0}

    run = edited(tmp_path / "run", none)
    assert main(["report", str(run)]) == 0
    assert "No strategy found a load with at most 0.5 % lost in more than half" in " ".join((run / "report" / "review-full.txt").read_text().split())


BAD: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "refusals that do not add up": (lambda d: pool_of(d)["pressure"].update(operations_refused=1), "rx and tx add up to 0"),
    "more asked than there was": (lambda d: pool_of(d)["pressure"].update(operations=10**6), "of 1000000 operations refused"),
    "fewer asked than refused": (
        lambda d: d["cells"][2]["pressure"].update(operations=1),
        "per_socket_tfm",
    ),
    "a strategy missing": (lambda d: d["cells"].pop(), "missing: onstack_prepared"),
    "an A/A copy": (lambda d: d["cells"].append(d["cells"][1] | {"name": "percpu_pool#2"}), "unexpected: percpu_pool#2"),
    "a round beyond the matrix": (lambda d: d.update(round=7), "round 7: the matrix has 7 rounds"),
    "no search": (lambda d: d["cells"][0].pop("search"), "'search' is a required property"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_round_is_named_in_one_line(tmp_path: Path, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, says = BAD[fault]
    run = edited(tmp_path / "run", spoil, every=False)
    assert main(["report", str(run)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and says in error and ".r00.json" in error


def test_an_incomplete_block_is_reported(tmp_path: Path) -> None:
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=[synthetic.axes(pages=512)]))
    for path in sorted((run / "rounds").glob("*.json"))[:3]:
        path.unlink()
    text = " ".join(full(evaluated(run)).split())
    assert "1 block under memory pressure is incomplete: 4 of 7 rounds" in text
    assert "4 of 7 under memory pressure" in text


def test_a_packet_judged_wrongly_under_pressure_is_reported(tmp_path: Path) -> None:
    def forge(data: dict[str, Any]) -> None:
        data["cells"][1]["forged_accepted"] = 1

    text = full(evaluated(edited(tmp_path / "run", forge, every=False)))
    assert "1 packet" in words.ascii_text(text) and "judged wrongly" in " ".join(text.split())


def test_a_mail_shows_one_block_and_compares_the_others(pressed: Results) -> None:
    text = full(pressed)
    assert text.count(" pages, 7 rounds\n") == 1 and "1,024 pages, 7 rounds" in text
    refused, borne = text.split("by pages of the zone:\n")[1:]
    found = [p for b in pressed.blocks if (p := named(b, "per_socket_tfm"))]
    rates = [pressure_words.rate(p.failure_rate.median) for p in found]
    loads = [pressure_words.load(p.half_percent_loss_pps, None) for p in found]
    for part, cells in ((refused, rates), (borne, loads)):
        (row,) = (line for line in part.splitlines()[:8] if line.startswith("per_socket_tfm"))
        assert row.split() == ["per_socket_tfm", *(word for cell in cells for word in words.ascii_text(cell).split())]
        assert part.split()[:3] == ["256", "512", "1,024"]
    assert "All numbers of 2 more blocks are in report.html, which tfmbench report writes." in " ".join(text.split())

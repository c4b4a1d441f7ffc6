# SPDX-License-Identifier: MIT
"""Times: answers to claims, open loop, and blocks without times."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

import synthetic
from conftest import results_of
from outputs import answers, choose, read, full, summary, table
from pages import narrow_ascii
from plots.cli import main
from plots.cost.tables import runs_of_a_flow
from plots.verdicts.results import BlockResult, Results
from plots.verdicts.words import verdicts

FAULTS = synthetic.axes(faults={"probability": 0.1, "interval": 1, "times": -1, "seed": 1})


def test_faults_are_counted_not_timed(standard: Results) -> None:
    (block,) = [b for b in summary(standard)["blocks"] if b["faults"] and b["faults"]["probability"] == 0.1]
    found = {s["name"]: s for s in block["strategies"]}
    assert found["per_socket_tfm"]["drops"] == found["per_socket_tfm"]["allocation_failures"] > 9000
    assert found["percpu_pool"]["drops"] == 0
    assert found["per_socket_tfm"]["ns_per_packet"] == {"median": None, "low": None, "high": None}
    assert found["per_socket_tfm"]["verdict"] == "unresolved"
    assert block["resolves_nothing_because"] == "counted only, nothing timed"


def test_evp_is_no_evidence_for_a_claim(tmp_path: Path) -> None:
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=[synthetic.axes(provider="openssl")], rounds=6))
    answered, not_measured = answers(results)
    assert not answered and len(not_measured) == 12
    assert "deployment pays" in full(results)


def test_the_claims_are_answered_where_sockets_are_many(tmp_path: Path) -> None:
    """The matrix's first block has one socket. The "slope" there would be the pool itself, and the answer would be wrong."""
    blocks = [synthetic.axes(sockets=n) for n in (1, 1000, 100_000)]
    blocks.append(synthetic.axes(sockets=100_000, load="70%"))
    blocks.append(FAULTS)
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=blocks))
    one = results.blocks[0].strategy("percpu_pool")
    assert one and one.memory and one.memory.bytes_per_socket is None
    assert summary(results)["blocks"][0]["strategies"][1]["bytes_per_socket"] is None
    found = {claim.id: text for claim, text in answers(results)[0]}
    assert "percpu_pool 64 B per socket" in found["C2"] and "per_socket_tfm 432 B per socket" in found["C2"]
    time = re.search(r"per_socket_tfm took 0\.\d+ \(.*?\) of percpu_pool's time: (\w+) \((.*?)\)\.", found["C2"])
    assert time and "100,000 sockets, cache warm, closed loop" in time[2] and "hmac(sha1), nettle" in time[2]
    assert "Blocks of one condition" not in found["C2"], "no condition has three blocks"
    assert re.search(r"per_request_key took .*: \w.* But with 1,000 sockets it took 1\.0\d+ .*: slower\.", found["C4"])
    assert "with 1 socket" not in found["C2"] + found["C4"]


def test_verdicts_are_counted_within_one_condition(tmp_path: Path) -> None:
    """A sum over conditions would say which ones the matrix has."""
    packets = [{"algorithm": "hmac(sha1)"}, {"algorithm": "hmac(sha256)"}, {"algorithm": "cmac(aes128)"}, {"provider": "openssl"}]
    blocks = [synthetic.axes(sockets=n, **packet) for n in (1, 1000, 10_000) for packet in packets]
    blocks += [synthetic.axes(cache="polluted:512"), synthetic.axes(load="70%"), synthetic.axes(cpus=2)]
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=blocks, ratio={"per_socket_tfm": 0.7}))
    text = {claim.id: text for claim, text in answers(results)[0]}["C2"]
    assert (
        "Blocks of one condition with raw keys, any workload and any provider except OpenSSL: 1 socket, cache warm: 3 faster; "
        "1,000 sockets, cache warm: 3 faster; 10,000 sockets, cache warm: 3 faster."
    ) in text


def test_what_setting_the_key_costs(tmp_path: Path) -> None:
    strategies = ("null", "percpu_pool", "per_socket_tfm", "per_request_key", "onstack", "onstack_prepared")
    truth = synthetic.Truth(strategies=strategies, ratio={"onstack": 0.98, "onstack_prepared": 0.7}, blocks=[synthetic.axes(), FAULTS])
    found = {claim.id: text for claim, text in answers(results_of(tmp_path / "run", truth))[0]}
    share = re.search(r"Setting the key for every packet, as the pool must, costs (0\.\d+) \((0\.\d+)-(0\.\d+), not corrected\)", found["C5"])
    assert share and abs(float(share[1]) - 0.28) < 0.02 and float(share[2]) <= float(share[1]) <= float(share[3])
    without = synthetic.Truth(blocks=[synthetic.axes(), FAULTS])
    found = {claim.id: text for claim, text in answers(results_of(tmp_path / "without", without))[0]}
    assert "What it costs to set the key for every packet: not measured in this run." in found["C5"]


def test_a_request_that_does_not_fit_the_skb_is_not_counted(side_by_side: Results) -> None:
    def without_room(block: BlockResult) -> BlockResult:
        strategies = [
            dataclasses.replace(s, skb_headroom_bytes=0 if block.block.axes.protocol == "ipcomp" else 192) if s.name == "skb_request" else s
            for s in block.strategies
        ]
        return dataclasses.replace(block, strategies=tuple(strategies))

    all_fit = {claim.id: text for claim, text in answers(side_by_side)[0]}["C6"]
    some = dataclasses.replace(side_by_side, blocks=tuple(map(without_room, side_by_side.blocks)))
    text = {claim.id: text for claim, text in answers(some)[0]}["C6"]
    assert "9 faster" in all_fit and "6 faster" in text
    assert "Not counted, since the request does not fit: ipcomp/mtu deflate, ipcomp/mtu acomp_scomp(deflate), ipcomp/mtu acomp(deflate)." in text


def test_a_row_agrees_with_itself(tmp_path: Path) -> None:
    """ns per packet, ratio and interval, and the ratio to the second baseline, never point in different directions."""
    strategies = ("null", "percpu_pool", "per_socket_tfm", "onstack", "tfm_pool")
    blocks = [synthetic.axes(sockets=n, flow_run=run) for n in (1, 1000, 10_000) for run in (1, 2, 4, 8)]
    near = {"per_socket_tfm": 1.0, "onstack": 1.0, "tfm_pool": 1.002}
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=blocks, strategies=strategies, ratio=near, default_layout_sd=0.01, counted=False))
    for block in results.blocks:
        base, second = block.strategy("percpu_pool"), block.strategy("onstack")
        assert base and second and base.ns_per_packet.median and second.ns_per_packet.median
        for s in block.strategies:
            assert s.ns_per_packet.median and s.ratio.median and s.ns_per_packet.low and s.ns_per_packet.high
            assert s.ns_per_packet.low <= s.ns_per_packet.median <= s.ns_per_packet.high
            assert s.ns_per_packet.median / base.ns_per_packet.median == pytest.approx(s.ratio.median)
            if s is not second:
                assert s.to_second.median and s.to_second.low and s.to_second.high
                assert s.to_second.low <= s.to_second.median <= s.to_second.high
                assert s.ns_per_packet.median / second.ns_per_packet.median == pytest.approx(s.to_second.median)


def test_the_second_baseline_stands_beside_the_first(tmp_path: Path) -> None:
    strategies = ("null", "percpu_pool", "per_socket_tfm", "onstack")
    results = results_of(tmp_path / "run", synthetic.Truth(strategies=strategies, ratio={"onstack": 0.9, "per_socket_tfm": 0.72}))
    assert results.run.second_baseline == "onstack" and summary(results)["second_baseline"] == "onstack"
    for text in (full(results), table(results)):
        assert re.search(r"^ +ns/pkt +ratio +interval /onstack verdict$", text, re.M)
        assert re.search(r"^per_socket_tfm +\d+ +0\.7\d\d +0\.\d+-0\.\d+ +0\.(79|80|81)\d faster$", text, re.M)
        assert re.search(r"^onstack +\d+ +0\.\d+ +0\.\d+-0\.\d+ +- faster$", text, re.M), "to itself"
        assert "/onstack: ratio to onstack, what Linux does now" in " ".join(text.split())
    assert main(["report", str(results.run.path)]) == 0
    assert 'class="wide">ratio to onstack</th>' in (results.run.path / "report/report.html").read_text()


def test_a_run_without_a_second_baseline(standard: Results) -> None:
    assert standard.run.second_baseline is None and "/onstack" not in full(standard) + table(standard)
    assert all(s["ratio_to_second"] is None for b in summary(standard)["blocks"] for s in b["strategies"])


def test_unresolved_comparisons_say_what_would_resolve_them(tmp_path: Path) -> None:
    truth = synthetic.Truth(ratio={"tfm_pool": 1.0}, layout_sd={"tfm_pool": 0.03})
    results = results_of(tmp_path / "run", truth)
    one = results.blocks[0].strategy("tfm_pool")
    assert one and one.verdict == "unresolved" and one.rounds_wanted and one.rounds_wanted > 7
    said = f"about so many rounds in all would resolve: tfm_pool with {one.rounds_wanted} rounds ({one.rounds_wanted * 0.9:.0f} s)"
    assert main(["report", str(results.run.path)]) == 0
    folder = results.run.path / "report"
    for text in (full(results), table(results), (folder / "report.html").read_text()):
        assert said in " ".join(text.replace("About so", "about so").split())
    assert f'unresolved</small><small class="faint">{one.rounds_wanted} rounds</small>' in (folder / "report.html").read_text(), "at a glance"


def test_a_block_that_resolves_nothing_promises_nothing(tmp_path: Path) -> None:
    results = results_of(tmp_path / "run", synthetic.Truth(ratio={"tfm_pool": 1.0}, aa_bias=1.02))
    assert all(s.rounds_wanted is None for s in results.blocks[0].strategies)
    assert "would resolve:" not in full(results)


def test_rounds_in_two_heaps_are_shown(tmp_path: Path) -> None:
    truth = synthetic.Truth(ratio={"tfm_pool": 0.9}, second_heap={"tfm_pool": 1.2}, rounds=14)
    results = results_of(tmp_path / "run", truth)
    one = results.blocks[0].strategy("tfm_pool")
    assert one and one.heaps and (len(one.heaps.low), len(one.heaps.high)) == (7, 7)
    assert one.verdict == "unresolved" and one.rounds_wanted is None
    assert main(["report", str(results.run.path)]) == 0
    for text in (full(results), table(results), (results.run.path / "report/report.html").read_text()):
        flat = " ".join(text.split()).lower()
        assert re.search(r"rounds in two heaps: tfm_pool 7 at 0\.\d+-0\.\d+, 7 at 1\.\d+-1\.\d+\.", flat)
        assert "more rounds do not narrow the interval" in flat and "tfm_pool with" not in flat
    assert "Rounds in two heaps: 1 comparison." in " ".join(full(results).split())


def test_a_run_whose_open_loop_turns_were_all_dropped_says_so(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=[synthetic.axes(load="70%")]))
    for path in folder.glob("rounds/*.r*.json"):
        data = json.loads(path.read_text())
        for cell in data["cells"]:
            empty: dict[str, object] = {"count": 0, "overflow": 0, "p50_ns": None, "p90_ns": None, "p99_ns": None, "p999_ns": None, "max_ns": None, "buckets": []}
            cell["latency"] |= {"turns_disturbed": 12, "response": empty, "service": empty, "lateness": empty}
        path.write_text(json.dumps(data))
    results = read(folder)
    said = "no latencies: 588 of 588 open-loop turns were dropped"
    assert main(["report", str(folder)]) == 0
    for text in (full(results), table(results), (folder / "report/report.html").read_text()):
        assert said in " ".join(text.replace("No latencies", "no latencies").split())
    assert "latency, ns" not in full(results), "no table without numbers"


def test_open_loop_blocks_are_captioned_and_not_counted(tmp_path: Path) -> None:
    blocks = [synthetic.axes(), synthetic.axes(load="70%")]
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=blocks))
    assert verdicts(results).startswith("4 closed-loop comparisons")
    assert main(["report", str(results.run.path)]) == 0
    captions = ("closed loop, measured before the load", "open-loop turns dropped: 49 of 588", "one time stamp cost 11.2 ns")
    folder = results.run.path / "report"
    for path in (folder / "review-full.txt", folder / "report.html"):
        text = " ".join(path.read_text().split())
        assert all(caption in text for caption in captions), path
    assert re.search(r"open-loop turns dropped: +49 of 588", (folder / "review-full.txt").read_text())
    assert "measured before the load" in " ".join(table(results).split())


def test_runs_of_a_flow_have_tables_of_their_own(tmp_path: Path) -> None:
    """A table for each number of sockets, a column for each length; lines of figures are of one length."""
    blocks = [synthetic.axes(sockets=n, flow_run=run) for run in (32, 1, 8) for n in (1000, 10_000)]
    blocks += [synthetic.axes(flow_run=8, load="70%"), synthetic.axes(tx="softirq")]
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=blocks, rounds=6, counted=False))
    tables = runs_of_a_flow(results)
    assert [t.columns for t in tables] == [["runs of 1", "runs of 8", "runs of 32"]] * 2
    assert [("1,000 sockets" in t.heading, "10,000 sockets" in t.heading) for t in tables] == [(True, False), (False, True)]
    for block in results.blocks[:6]:
        axes, own = block.block.axes, block.strategy("per_socket_tfm")
        rows = dict(tables[axes.sockets > 1000].rows)
        assert own and rows["per_socket_tfm"][(1, 8, 32).index(axes.flow_run)] == f"{own.ratio.median:.3f}\n{own.verdict}"
        assert list(rows)[:2] == ["percpu_pool", "null"] and set(rows) == set(synthetic.NS)
        assert all(cell.endswith(" ns") for name in ("percpu_pool", "null") for cell in rows[name])
    families = [one.family for one in choose(results)[0] if one.kind.name == "sockets"]
    assert len(families) == 3
    assert all(len({(b.block.axes.flow_run, b.block.axes.tx) for b in family.blocks}) == 1 for family in families)
    assert main(["report", str(results.run.path)]) == 0
    folder = results.run.path / "report"
    mail, page = ((folder / name).read_text() for name in ("review-full.txt", "report.html"))
    for text in (mail, page):
        flat = " ".join(text.split())
        assert all(words in flat for words in ("Runs of a flow", "runs of 8 packets", "TX in softirq"))
    assert narrow_ascii(mail)
    assert re.search(r"^per_socket_tfm( +0\.7\d\d){3}\n( +faster){3}$", mail, re.M)


def test_a_run_without_runs_has_no_such_table(standard: Results) -> None:
    assert not runs_of_a_flow(standard) and "Runs of a flow" not in full(standard)

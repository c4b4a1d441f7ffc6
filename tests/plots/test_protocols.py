# SPDX-License-Identifier: MIT
"""Consumers, history beside published figures, operations in flight: what was put in is found again, and said."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

import synthetic
import synthetic_in_flight
import synthetic_memory
from conftest import results_of
from plots import claims, consumers, history, history_tables, in_flight_words, paired, words
from plots.figures.choose import choose
from plots.load import BadInput, load_run, validator
from plots.report import write_report
from plots.results import Results, evaluate
from plots.review import review
from plots.summary import summary
from plots.table import table
from test_report import Page, narrow_ascii

RATIO = synthetic.RATIO


def made(tmp_path_factory: pytest.TempPathFactory, name: str) -> Results:
    truth = dataclasses.replace(synthetic.RUNS[name](), rounds=6)
    return results_of(tmp_path_factory.mktemp("runs") / name, truth)


@pytest.fixture(scope="module")
def side_by_side(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return made(tmp_path_factory, "consumers")


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return made(tmp_path_factory, "history")


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return made(tmp_path_factory, "in_flight")


def answer(results: Results, claim: str) -> str:
    return next(text for one, text in claims.answers(results)[0] if one.id == claim)


@pytest.mark.parametrize("name, section", [("side_by_side", "Consumers"), ("past", "History"), ("flown", "In flight")])
def test_every_output_holds_its_section(name: str, section: str, request: pytest.FixtureRequest) -> None:
    results: Results = request.getfixturevalue(name)
    folder = write_report(results, results.run.path / "report").parent
    validator("summary").validate(json.loads((folder / "summary.json").read_text()))
    text = (folder / "review.txt").read_text()
    assert narrow_ascii(text) and re.search(rf"^{section}\n-+$", text, re.M)
    assert "?s" not in text, "micro has a likeness in ASCII"
    html = (folder / "report.html").read_text()
    page = Page()
    page.feed(html)
    assert page.open == [] and len(page.ids) == len(set(page.ids)) and section.lower().replace(" ", "-") in page.ids
    assert [one.kind.name for one in choose(results)[0]].count(section.lower().replace(" ", "_")) >= 1


def test_a_section_without_data_is_not_there(standard: Results, report: Path) -> None:
    html = (report / "report.html").read_text()
    for section in ("consumers", "history", "in-flight"):
        assert f'id="{section}"' not in html
    data = summary(standard)
    assert [data[key] for key in ("consumers", "history", "published", "scaling", "in_flight", "lines_of_code")] == [[], [], [], [], [], None]


def test_consumers_stand_side_by_side_once(side_by_side: Results) -> None:
    found = consumers.blocks(side_by_side)
    assert [consumers.label(b, found) for b in found] == [
        "tcp_ao", "tcp_md5", "seg6_hmac", "ah", "esp", "mac80211", "ipcomp deflate", "ipcomp acomp_scomp(deflate)",
        "ipcomp acomp(deflate)",
    ]  # fmt: skip
    assert all(b.block.axes.key == "raw" and not b.block.axes.faults for b in found)
    esp = found[4]
    assert esp.strategy("clone_sigpool") is None and esp.block.left_out["clone_sigpool"] == "it is not made for it"
    assert [line for line in consumers.reasons(found) if line.startswith("onstack_prepared")] == [
        "onstack_prepared (ipcomp deflate, ipcomp acomp_scomp(deflate), ipcomp acomp(deflate)): it is not made for it"
    ]
    assert esp.comparisons == 8, "those that were left out are no comparisons"


def test_three_protocols_are_too_few(past: Results) -> None:
    assert len({b.block.axes.protocol for b in past.blocks}) == 3
    assert consumers.blocks(past) == [] and "consumers" not in [one.kind.name for one in choose(past)[0]]


def test_the_pool_for_ipsec(side_by_side: Results) -> None:
    text = answer(side_by_side, "C11")
    for name in ("ah (hmac(sha256), mtu)", "esp (gcm(aes128), mtu)", "mac80211 (ccm(aes128), mtu)"):
        assert re.search(re.escape(name) + r" 0\.[78]\d+ \(0\.\d+-0\.\d+\), faster; a socket keeps 432 B for 64 B", text)
    assert "None of the 3 protocols would gain time from the pool (3 faster)" in text


def test_the_pool_for_ipsec_if_it_were_worth_it(tmp_path: Path) -> None:
    truth = dataclasses.replace(synthetic.consumers(), rounds=6, ratio=RATIO | {"per_socket_tfm": 1.3})
    truth.blocks = [b for b in truth.blocks if b["workload"].split("/")[0] in ("tcp_ao", "tcp_md5", "ah", "esp") and not b["faults"]]
    text = answer(results_of(tmp_path / "run", truth), "C11")
    assert "2 of 2 protocols would gain time from the pool (2 slower)" in text
    assert "Not measured in this run: mac80211." in text


def test_lines_of_code_stand_beside_the_cost(side_by_side: Results, past: Results) -> None:
    text = answer(side_by_side, "C12")
    assert re.search(r"percpu_pool 53 \+ 40 lines, 1\.00 of percpu_pool's time", text)
    assert re.search(r"per_socket_tfm 59 lines, 0\.80 of|per_socket_tfm 59 lines, 0\.\d\d to 0\.\d\d of", text)
    assert "tcp_ao 150 + 200" in text
    assert summary(side_by_side)["lines_of_code"]["protocols"]["esp"] == {"own": 150, "shared": 200}
    assert "C12" in [claim.id for claim in claims.answers(past)[1]], "no lines of code, no answer"


def test_a_request_in_the_skb(side_by_side: Results) -> None:
    text = answer(side_by_side, "C6")
    assert re.search(r"left: 0\.50 with tcp_ao/bgp_update, tcp_md5/bgp_update; 0 with seg6_hmac/mtu, .*acomp\(deflate\)\.", text)
    assert "Received packets need none." in text and "512 B with tcp_ao/bgp_update" in text
    (block,) = [b for b in summary(side_by_side)["blocks"] if b["workload"] == "esp/mtu"]
    assert {s["name"]: s["skb_headroom_bytes"] for s in block["strategies"]}["skb_request"] == 512


def test_compression_by_interface(side_by_side: Results, past: Results) -> None:
    text = answer(side_by_side, "C7")
    places = [text.index(f"{name} (") for name in ("deflate", "acomp_scomp(deflate)", "acomp(deflate)")]
    assert places == sorted(places)
    kept = synthetic_memory.moment(synthetic_memory.SHAPES["percpu_pool"], synthetic.axes(), 1000)
    per_cpu = (kept["percpu"]["bytes"] + kept["scratch"]["bytes"]) / 8
    assert text.count(f"percpu_pool {words.size(per_cpu)} a CPU, atomic allocations a packet 0, ") == 3
    assert len(re.findall(r"per_socket_tfm 0 B a CPU, atomic allocations a packet 1, [\d.,]+ ns a packet, [01]\.\d\d\s% dropped at p = 0\.01", text)) == 3
    assert "C7" in [claim.id for claim in claims.answers(past)[1]]


def test_keys_in_the_pool(side_by_side: Results) -> None:
    text = answer(side_by_side, "C10")
    found = re.search(r"percpu_request_key took (0\.\d+) \((0\.\d+)-(0\.\d+), not corrected\) of per_request_key's time", text)
    assert found and float(found[2]) < 0.99 / 1.04 < float(found[3])
    assert "per_request_key 232 B that all share, 0 B a CPU, 72 B a socket" in text


def test_each_step_of_history_against_the_one_before(past: Results) -> None:
    chains = {chain.block.block.id: chain for chain in history.chains(past)}
    assert len(chains) == 15, "blocks of two threads tell nothing of years"
    for chain in chains.values():
        names = [taken.step.strategy for taken in chain.steps]
        assert names == [step.strategy for step in history.CHAINS[chain.block.block.axes.protocol]]
        assert chain.steps[0].to_before.median is None
        for before, taken in zip(chain.steps, chain.steps[1:]):
            true = RATIO.get(taken.step.strategy, 1) / RATIO.get(before.step.strategy, 1)
            assert taken.to_before.median == pytest.approx(true, rel=0.02)
            assert before.ns.median and taken.saved_ns.median == pytest.approx(before.ns.median * (1 - true), rel=0.4)
    assert history.SEGMENT_NS == pytest.approx(5037, abs=1)


def test_published_figures_are_taken_apart(past: Results) -> None:
    found = history.compared(past)
    assert [c.published for c in found] == list(history.PUBLISHED)
    assert all(c.block.block.axes.sockets == 1 for c in found), "a loop around one function has one"
    sha1, *_, seg6 = found
    assert sha1.ratio.median == pytest.approx(1.5 / 0.95, rel=0.02)
    assert [(p.more, p.less) for p in sha1.parts] == [("clone_sigpool", "percpu_pool"), ("percpu_pool", "onstack")]
    assert sha1.parts[0].share.median == pytest.approx(0.5 / 0.95, abs=0.03)
    assert sha1.parts[1].share.median == pytest.approx(0.05 / 0.95, abs=0.02)
    assert sha1.setkey.median == pytest.approx(0.25 / 0.95, abs=0.02)
    assert sum(p.share.median or 0 for p in sha1.parts) + 1 == pytest.approx(sha1.ratio.median, abs=0.02), "nothing is left out"
    assert sha1.floor.median and sha1.without_floor and sha1.ratio.median and sha1.without_floor > sha1.ratio.median
    assert sha1.unexplained == pytest.approx(2.64 - sha1.without_floor, abs=0.01)
    assert [c.apart for c in found] == [True, True, True, False, True, False]
    md5 = found[3]
    assert [p.less for p in md5.parts] == ["md5sig_pool", "onstack"] and md5.setkey.median is None
    assert [(p.more, p.less) for p in seg6.parts] == [("onstack", "onstack_prepared")]


def test_what_is_apart_is_explained_and_nothing_else(past: Results) -> None:
    found = history.compared(past)
    *why, rest = history_tables.explanations(found)
    assert [text.split(":")[0] for text in why] == [c.published.what for c in found if c.apart]
    assert rest == history_tables.UNEXPLAINED
    assert re.search(r"ours is 1 \+ 0\.5\d \(0\.\d\d to 0\.\d\d\) for cloning and allocating \(clone_sigpool less percpu_pool\) \+ 0\.0", why[0])
    assert re.search(r"Of the published difference of 1\.64, [01]\.\d\d remains unexplained\.", why[0])
    assert "Ours is the larger by" in why[3] and why[3].startswith("TCP-MD5, 1,440 B")


def test_published_figures_that_have_no_block_are_named(side_by_side: Results) -> None:
    published = history_tables.published(history.compared(side_by_side))
    assert published and [name for name, _ in published.rows] == ["seg6, raw to prepared key"]
    assert "TCP-AO HMAC-SHA1, 128 B; TCP-AO HMAC-SHA256" in published.notes[0]


def test_rates_hide_the_difference(past: Results) -> None:
    found = history.hidden(past)
    assert [h.block is None for h in found] == [False, False, False, True], "no provider has hmac(md5)"
    md5 = found[0]
    assert md5.difference_ns.median == pytest.approx(0.5 * 202 * 5, rel=0.55)
    rates = history_tables.rates(found)
    assert rates and rates.rows[-1][1][2] == "not measured"
    assert rates.rows[0][1][1] == "+2.2\u00a0%"


def test_two_cores_resolve_nothing(past: Results) -> None:
    tables = history_tables.scaling(past)
    assert len(tables) == 2 and "two cores" in history_tables.SCALING
    for table in tables:
        for name, cells in table.rows:
            assert cells[-1] == ("" if name == "percpu_pool" else "unresolved")
    pairs = history.scaling(past)
    assert [(p.one.block.axes.cpus, p.two.block.axes.cpus) for p in pairs] == [(1, 2), (1, 2)]
    data = summary(past)["scaling"]
    assert {s["verdict"] for pair in data for s in pair["strategies"]} == {"unresolved"}


def test_one_request_per_cpu_and_an_engine(flown: Results) -> None:
    text = answer(flown, "C9")
    assert "that holds up to 64" in text and "With an engine of 20 µs" in text
    one = text.index("one operation per CPU"), text.index("as many as the engine holds"), text.index("On the stack none can leave")
    assert one == tuple(sorted(one))
    for name, kind in synthetic_in_flight.KINDS.items():
        if name != "null":
            place = text.index(f"{name} ")
            assert sum(place > start for start in one) == {"one_per_cpu": 1, "many": 2, "none": 3}[kind], name
    assert "at best 64.0 times as many" in text
    assert "percpu_pool 0.050 (0.050-0.050)" in text
    assert re.search(r"Where bottom halves stay disabled \(percpu_pool, percpu_request_key, tfm_pool\)", text)


def test_in_flight_results_are_sums_and_medians(flown: Results) -> None:
    block = flown.blocks[3]
    pool, own = block.with_engine("percpu_pool"), block.with_engine("per_socket_tfm")
    assert pool and own and block.block.axes.in_flight == 64
    assert (pool.packets, pool.rx_waited, own.rx_waited) == (6 * synthetic_in_flight.PACKETS, 6 * synthetic_in_flight.RX, 0)
    assert own.pps.median == pytest.approx(64 / 20e-6) and own.wait_p50_ns.median is None and pool.held and not own.held
    assert pool.waited_ns_per_packet.median == pytest.approx(20_000, rel=0.01)
    families = in_flight_words.flights(flown)
    assert [len(family.blocks) for family in families] == [4, 4]
    table = in_flight_words.depths(families[0])
    assert [cells[0] for _, cells in table.rows] == ["none"] * 2 + ["one_per_cpu"] * 3 + ["many"] * 5
    assert "in flight, nothing timed" in (block.resolves_nothing_because or "")


def test_rounds_in_flight_that_are_missing(tmp_path: Path) -> None:
    truth = synthetic.Truth(blocks=[synthetic.axes(in_flight=4)], rounds=6, strategies=("percpu_pool", "mempool"))
    folder = synthetic.write_run(tmp_path / "run", truth)
    next((folder / "rounds").iterdir()).unlink()
    results = evaluate(load_run(folder))
    text = " ".join(review(results).split())
    assert "1 block in flight is incomplete: 5 of 6 rounds are there." in text and "5 of 6 in flight" in text
    assert "The engine is a model in virtual time" in text
    ended = table(results)
    assert narrow_ascii(ended) and re.search(r"^mempool +many +0\.200 +0$", ended, re.M)
    assert "No block of this run was timed.\n" not in ended


@pytest.mark.parametrize(
    "key",
    ["kind", "pps", "refused", "macs_wrong", "own_ns", "engine_waited_ns", "overtaken"],
)
def test_in_flight_rounds_lack_nothing(key: str) -> None:
    data = copy.deepcopy(synthetic.in_flight_round(synthetic.in_flight(), synthetic.axes(in_flight=4), 0))
    assert not list(validator("round").iter_errors(data))
    del data["cells"][1]["in_flight"][key]
    assert list(validator("round").iter_errors(data))


def edited(folder: Path, change: Any) -> Path:
    """run.json with one thing changed."""
    path = folder / "run.json"
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
    return folder


def md5_run(folder: Path) -> Path:
    truth = synthetic.Truth(
        blocks=[synthetic.axes(), synthetic.axes(workload="tcp_md5/bgp_update", algorithm="md5")], rounds=2,
        strategies=("null", "percpu_pool", "md5sig_pool"), left_out=synthetic.ONLY_TCP_MD5, lines_of_code=synthetic.LINES,
    )  # fmt: skip
    return synthetic.write_run(folder, truth)


def test_what_a_block_leaves_out_is_read(tmp_path: Path) -> None:
    run = load_run(md5_run(tmp_path / "run"))
    assert [b.left_out for b in run.blocks] == [{"md5sig_pool": "it is not made for it"}, {}]
    assert run.lines_of_code and run.lines_of_code.strategies["null"].own == 50


def test_a_cell_that_should_be_left_out_and_one_that_should_not(tmp_path: Path) -> None:
    def none_left_out(data: dict[str, Any]) -> None:
        data["matrix"]["blocks"][0]["left_out"] = []

    with pytest.raises(BadInput, match="missing: md5sig_pool; foreign: none"):
        load_run(edited(md5_run(tmp_path / "a"), none_left_out))

    def left_out(data: dict[str, Any]) -> None:
        data["matrix"]["blocks"][1]["left_out"] = [{"strategy": "md5sig_pool", "reason": "x"}]

    with pytest.raises(BadInput, match="missing: none; foreign: md5sig_pool"):
        load_run(edited(md5_run(tmp_path / "b"), left_out))


@pytest.mark.parametrize(
    "strategy, words_", [("percpu_pool", "is the baseline, which every block has"), ("pool", "is not among matrix.strategies")]
)
def test_left_out_names_a_strategy_that_may_be(tmp_path: Path, strategy: str, words_: str) -> None:
    def left_out(data: dict[str, Any]) -> None:
        data["matrix"]["blocks"][0]["left_out"].append({"strategy": strategy, "reason": "x"})

    with pytest.raises(BadInput, match=f"'{strategy}' {words_}"):
        load_run(edited(md5_run(tmp_path / "run"), left_out))


def test_older_runs_have_neither(tmp_path: Path) -> None:
    def older(data: dict[str, Any]) -> None:
        del data["lines_of_code"]
        for block in data["matrix"]["blocks"]:
            del block["left_out"]

    folder = md5_run(tmp_path / "run")
    for path in (folder / "rounds").glob("*sha1*"):
        path.unlink()
    run = load_run(edited(folder, older))
    assert run.lines_of_code is None and run.blocks[1].left_out == {}
    assert "C12" not in review(evaluate(run)).split("Not measured")[0]


def test_differences_are_taken_lap_by_lap(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=6, counted=False, strategies=("percpu_pool", "onstack")))
    turns = {"percpu_pool": [100.0, 300.0, None, 200.0], "onstack": [50.0, 150.0, 1.0, 120.0], "percpu_pool#2": [100.0, 300.0, 1.0, 200.0]}
    for path in (folder / "rounds").glob("*.json"):
        data = json.loads(path.read_text())
        for cell in data["cells"]:
            cell["turn_ns_per_packet"] = turns[cell["name"]]
        path.write_text(json.dumps(data))
    block = load_run(folder).blocks[0]
    assert paired.difference_ns(block, "percpu_pool", "onstack").median == 80, "the median of 50, 150 and 80"
    assert paired.part(block, "percpu_pool", "onstack", "onstack").median == 1, "of 1, 1 and 2/3"
    assert paired.part(block, "onstack", None, "percpu_pool").median == 0.5, "of 0.5, 0.5 and 0.6"
    assert paired.ratio(block, "percpu_pool", "onstack").median == 2
    assert paired.difference_ns(block, "percpu_pool", "mempool").median is None

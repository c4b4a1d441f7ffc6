# SPDX-License-Identifier: MIT
"""Protocols side by side, claims on where a request lives, what a block leaves out."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

import synthetic
import synthetic_memory
import synthetic_runs
from conftest import results_of
from outputs import answer, answers, choose, load_run, read, full, summary, write_report
from pages import Page, narrow_ascii
from plots.consumers import estimates as consumers
from plots.consumers.words import reasons
from plots.drawing import words
from plots.run.files import BadInput, validator
from plots.verdicts.results import BlockResult, Results
from plots.verdicts.words import label

RATIO = synthetic_runs.RATIO


@pytest.mark.parametrize("name, section", [("side_by_side", "Consumers"), ("past", "History"), ("flown", "In flight")])
def test_every_output_holds_its_section(name: str, section: str, request: pytest.FixtureRequest) -> None:
    results: Results = request.getfixturevalue(name)
    folder = write_report(results, results.run.path / "report").parent
    validator("summary").validate(json.loads((folder / "summary.json").read_text()))
    text = (folder / "review-full.txt").read_text()
    assert narrow_ascii(text) and re.search(rf"^{section}\n-+$", text, re.M)
    assert "?s" not in text, "µ has an ASCII equivalent"
    html = (folder / "report.html").read_text()
    page = Page()
    page.feed(html)
    assert page.open == [] and len(page.ids) == len(set(page.ids)) and section.lower().replace(" ", "-") in page.ids
    assert [one.kind.name for one in choose(results)[0]].count(section.lower().replace(" ", "_")) >= 1


def test_consumers_stand_side_by_side_once(side_by_side: Results) -> None:
    found = consumers.blocks(side_by_side)
    assert [label(b, found) for b in found] == [
        "tcp_ao", "tcp_md5", "seg6_hmac", "ah", "esp", "mac80211", "ipcomp deflate", "ipcomp acomp_scomp(deflate)",
        "ipcomp acomp(deflate)",
    ]  # fmt: skip
    assert all(b.block.axes.key == "raw" and not b.block.axes.faults for b in found)
    esp = found[4]
    assert esp.strategy("clone_sigpool") is None and esp.block.left_out["clone_sigpool"] == "it is not made for it"
    assert [line for line in reasons(found) if line.startswith("onstack_prepared")] == [
        "onstack_prepared (ipcomp deflate, ipcomp acomp_scomp(deflate), ipcomp acomp(deflate)): it is not made for it"
    ]
    assert esp.comparisons == 8, "strategies that were left out do not count as comparisons"


def test_three_protocols_are_too_few(past: Results) -> None:
    assert len({b.block.axes.protocol for b in past.blocks}) == 3
    assert consumers.blocks(past) == [] and "consumers" not in [one.kind.name for one in choose(past)[0]]


def test_the_pool_for_ipsec(side_by_side: Results) -> None:
    text = answer(side_by_side, "C11")
    words = {"ah (hmac(sha256), mtu)": "faster", "esp (gcm(aes128), mtu)": "not answered", "mac80211 (ccm(aes128), mtu)": "faster"}
    for name, word in words.items():
        assert re.search(
            re.escape(name) + rf" 0\.[78]\d+ \(0\.\d+-0\.\d+\), {word}; a socket keeps 432 B, with the pool 64 B", text
        )
    assert "No answer for all: of 3 protocols measured, slower or a little slower without the pool: none; faster, a little faster or same without it: ah, mac80211; unresolved: none; not answered: esp. This is based on 3 protocols, " in text
    assert "3 protocols, one algorithm of each, one traffic of each, and 6 rounds of each block. The pool would save them" in text
    assert "Why esp is not answered: a GCM key of nettle has a table of 4 KiB, which is not the kernel's" in text
    assert "a pool is not legal in softirq at all: its setkey allocates with GFP_KERNEL" in text


def test_the_pool_for_ipsec_with_another_providers_gcm(side_by_side: Results) -> None:
    """Only nettle has that table. OpenSSL's blocks are no evidence, so zlib's name stands for another provider's."""

    def of_another(block: BlockResult) -> BlockResult:
        axes = block.block.axes
        provider = "zlib" if axes.protocol == "esp" else axes.provider
        return dataclasses.replace(block, block=dataclasses.replace(block.block, axes=axes.but(provider=provider)))

    text = answer(dataclasses.replace(side_by_side, blocks=tuple(map(of_another, side_by_side.blocks))), "C11")
    assert "Of 3 protocols measured, none would gain time from the pool (faster, a little faster or same without it)." in text
    assert "not answered" not in text


def test_the_pool_for_ipsec_if_all_would_gain(tmp_path: Path) -> None:
    truth = dataclasses.replace(synthetic_runs.consumers(), rounds=6, ratio=RATIO | {"per_socket_tfm": 1.3})
    truth.blocks = [b for b in truth.blocks if b["workload"].split("/")[0] in ("tcp_ao", "tcp_md5", "ah", "mac80211") and not b["faults"]]
    text = answer(results_of(tmp_path / "run", truth), "C11")
    assert "Of 2 protocols measured, all would gain time from the pool (slower or a little slower without it). This is based on 2 protocols, one" in text
    assert "Not measured in this run: esp." in text
    assert "legal in softirq" not in text, "no gcm"


def judged(results: Results, said: dict[str, str], *more: BlockResult) -> Results:
    """The same run with these verdicts on per_socket_tfm, by protocol."""
    def judge(block: BlockResult) -> BlockResult:
        verdict = said.get(block.block.axes.protocol)
        found = [
            dataclasses.replace(s, verdict=verdict) if verdict and s.name == "per_socket_tfm" else s for s in block.strategies
        ]
        return dataclasses.replace(block, strategies=tuple(found))

    return dataclasses.replace(results, blocks=(*map(judge, results.blocks), *more))


def test_the_pool_for_ipsec_where_not_all_is_resolved(side_by_side: Results) -> None:
    measured, not_slower = "slower or a little slower without the pool: ", "; faster, a little faster or same without it: "
    for ah, mac80211, said in (
        ("unresolved", "slower", f"{measured}mac80211{not_slower}none; unresolved: ah; not answered: esp."),
        ("a little faster", "a little slower", f"{measured}mac80211{not_slower}ah; unresolved: none; not answered: esp."),
        ("unresolved", "unresolved", f"{measured}none{not_slower}none; unresolved: ah, mac80211; not answered: esp."),
        ("same", "faster", f"{measured}none{not_slower}ah, mac80211; unresolved: none; not answered: esp."),
    ):
        text = answer(judged(side_by_side, {"ah": ah, "esp": "slower", "mac80211": mac80211}), "C11")
        assert said in text and "gain" not in text and "None" not in text


def test_a_protocol_with_two_algorithms_counts_once(side_by_side: Results) -> None:
    (esp,) = (b for b in side_by_side.blocks if b.block.axes.protocol == "esp")
    other = dataclasses.replace(esp, block=dataclasses.replace(esp.block, axes=esp.block.axes.but(algorithm="rfc7539esp")))
    text = answer(judged(side_by_side, {}, other), "C11")
    assert text.count("esp rfc7539esp (") == 1 and "of 3 protocols measured" in text
    assert "not answered: esp." in text and "Why esp gcm(aes128) is not answered" in text, "one algorithm is, the other not"
    assert "This is based on 3 protocols, 4 algorithms in all, one traffic of each, and" in text
    (ah,) = (b for b in side_by_side.blocks if b.block.axes.protocol == "ah")
    another = dataclasses.replace(ah, block=dataclasses.replace(ah.block, axes=ah.block.axes.but(algorithm="cmac(aes128)")))
    text = answer(judged(side_by_side, {"ah": "slower"}, another), "C11")
    assert "without it: mac80211; one or the other, by block: ah; unresolved: none; not answered: esp." in text


def with_kernel_sized_keys(results: Results, said: dict[int, str]) -> Results:
    """The same run with ESP by ipsec_mb, with these verdicts on per_socket_tfm, by the number of sockets."""
    (esp,) = (b for b in results.blocks if b.block.axes.protocol == "esp")
    more = [
        dataclasses.replace(
            esp,
            block=dataclasses.replace(esp.block, axes=esp.block.axes.but(provider="ipsec_mb", sockets=sockets)),
            strategies=tuple(dataclasses.replace(s, verdict=verdict) if s.name == "per_socket_tfm" else s for s in esp.strategies),
        )
        for sockets, verdict in said.items()
    ]
    return dataclasses.replace(results, blocks=(*results.blocks, *more))


def test_kernel_sized_keys_answer_for_esp(side_by_side: Results) -> None:
    """Sockets by sockets, in ascending order; nettle's block of the same algorithm does not stand beside them."""
    results = with_kernel_sized_keys(side_by_side, {100_000: "slower", 1: "faster", 1000: "a little faster", 10_000: "unresolved"})
    (esp,) = (b for b in consumers.blocks(results) if b.block.axes.protocol == "esp")
    assert (esp.block.axes.provider, esp.block.axes.sockets) == ("ipsec_mb", 1000)
    text = answer(results, "C11")
    assert re.search(r"esp \(gcm\(aes128\), mtu\) 0\.\d+ \([\d.-]+\), a little faster; a socket keeps", text)
    assert re.search(
        r"esp by sockets: 1: 0\.\d+ faster; 1,000: 0\.\d+ a little faster; 10,000: 0\.\d+ unresolved; 100,000: 0\.\d+ slower\. "
        r"It turns with the sockets: without percpu_pool it is slower at 100,000, while not slower at 1,000\.", text
    )
    assert "without it: ah, mac80211; one or the other, by block: esp; unresolved: none." in text
    assert "not answered" not in text and "table of 4 KiB" not in text


@pytest.mark.parametrize(
    "said, turn",
    [
        ({1: "faster", 1000: "same"}, "It does not turn: wherever it is resolved it is not slower without percpu_pool."),
        ({1: "slower", 1000: "a little slower"}, "It does not turn: wherever it is resolved it is slower without percpu_pool."),
        ({1: "unresolved", 1000: "same"}, "Too few of these are resolved to say whether it turns."),
        (
            {1: "slower", 1000: "faster", 10_000: "slower"},
            "without percpu_pool it is not slower at 1,000, while slower at 1; slower at 10,000, while not slower at 1,000.",
        ),
    ],
)  # fmt: skip
def test_where_esp_turns(side_by_side: Results, said: dict[int, str], turn: str) -> None:
    assert turn in answer(with_kernel_sized_keys(side_by_side, said), "C11")


def test_one_number_of_sockets_turns_nowhere(side_by_side: Results) -> None:
    assert "by sockets" not in answer(with_kernel_sized_keys(side_by_side, {1000: "same"}), "C11")


def test_a_mail_numbers_equal_columns_and_has_the_baselines_time(side_by_side: Results) -> None:
    text = full(side_by_side).split("\nConsumers\n")[1].split("\nWhat was claimed")[0]
    assert re.search(r"^ +ipcomp +ipcomp +ipcomp\n +\(1\) +\(2\) +\(3\)$", text, re.M)
    assert "ipcomp (2): ipcomp/mtu, acomp_scomp(deflate)" in " ".join(text.split())
    assert len(re.findall(r"^percpu_pool +[\d,.]+ ns +[\d,.]+ ns +[\d,.]+ ns$", text, re.M)) == 3
    assert len(re.findall(r"^null +14\.\d ns|^null +[\d.]+ ns", text, re.M)) == 3


def test_lines_of_code_stand_beside_the_cost(side_by_side: Results, past: Results) -> None:
    text = answer(side_by_side, "C12")
    assert re.search(r"percpu_pool 53 \+ 40 lines, 1\.00 of percpu_pool's time in 9 blocks", text)
    assert re.search(r"per_socket_tfm 59 lines, 0\.\d\d( to 0\.\d\d)? of percpu_pool's time in 9 blocks", text)
    assert re.search(r"md5sig_pool [\d +]+ lines, \d\.\d\d of percpu_pool's time in 1 block;", text), "it runs one protocol"
    assert "tcp_ao 150 + 200" in text
    assert summary(side_by_side)["lines_of_code"]["protocols"]["esp"] == {"own": 150, "shared": 200}
    assert "C12" in [claim.id for claim in answers(past)[1]], "no lines of code, no answer"


def test_a_request_in_the_skb(side_by_side: Results) -> None:
    text = answer(side_by_side, "C6")
    assert re.search(r"Remaining atomic allocations per packet: 0 with tcp_ao/bgp_update, tcp_md5/bgp_update, seg6_hmac/mtu, .*acomp\(deflate\)\.", text)
    assert "512 B with tcp_ao/bgp_update" in text
    (block,) = [b for b in summary(side_by_side)["blocks"] if b["workload"] == "esp/mtu"]
    assert {s["name"]: s["skb_headroom_bytes"] for s in block["strategies"]}["skb_request"] == 512


def test_compression_by_interface(side_by_side: Results, past: Results) -> None:
    text = answer(side_by_side, "C7")
    places = [text.index(f"{name} (") for name in ("deflate", "acomp_scomp(deflate)", "acomp(deflate)")]
    assert places == sorted(places)
    kept = synthetic_memory.moment(synthetic_memory.SHAPES["percpu_pool"], synthetic.axes(), 1000)
    per_cpu = (kept["percpu"]["bytes"] + kept["scratch"]["bytes"]) / 8
    assert text.count(f"percpu_pool {words.size(per_cpu)} per CPU, atomic allocations per packet 0, ") == 3
    assert len(re.findall(r"per_socket_tfm 0 B per CPU, atomic allocations per packet 1, 0\.\d{3} \(0\.\d{3}-0\.\d{3}\) of percpu_pool's time, faster, [01]\.\d\d\s% dropped at p = 0\.01", text)) == 3
    assert "the kernel adds a CPU's stream when that CPU first compresses. Here every possible CPU has its stream" in text
    assert "C7" in [claim.id for claim in answers(past)[1]]


def test_keys_in_the_pool(side_by_side: Results) -> None:
    text = answer(side_by_side, "C10")
    found = re.search(r"percpu_request_key took (0\.\d+) \((0\.\d+)-(0\.\d+), not corrected\) of per_request_key's time", text)
    assert found and float(found[2]) < 0.99 / 1.04 < float(found[3])
    assert "per_request_key 232 B shared by all, 0 B per CPU, 72 B per socket" in text


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
        strategies=("null", "percpu_pool", "md5sig_pool"), left_out=synthetic_runs.ONLY_TCP_MD5, lines_of_code=synthetic_runs.LINES,
    )  # fmt: skip
    return synthetic.write_run(folder, truth)


def test_what_a_block_leaves_out_is_read(tmp_path: Path) -> None:
    run = load_run(md5_run(tmp_path / "run"))
    assert [b.left_out for b in run.blocks] == [{"md5sig_pool": "it is not made for it"}, {}]
    assert run.lines_of_code and run.lines_of_code.strategies["null"].own == 50


def test_a_cell_that_should_be_left_out_and_one_that_should_not(tmp_path: Path) -> None:
    def none_left_out(data: dict[str, Any]) -> None:
        data["matrix"]["blocks"][0]["left_out"] = []

    with pytest.raises(BadInput, match="missing: md5sig_pool; unexpected: none"):
        load_run(edited(md5_run(tmp_path / "a"), none_left_out))

    def left_out(data: dict[str, Any]) -> None:
        data["matrix"]["blocks"][1]["left_out"] = [{"strategy": "md5sig_pool", "reason": "x"}]

    with pytest.raises(BadInput, match="missing: none; unexpected: md5sig_pool"):
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
    assert "C12" not in full(read(run.path)).split("Not measured")[0]

# SPDX-License-Identifier: MIT
"""History beside published figures, and two threads beside one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

import synthetic
from conftest import results_of
from outputs import load_run, full, summary, table, write_report
from plots.cost.words import threads
from plots.history import estimates as history
from plots.history import tables as history_tables
from plots.history import words as history_words
from plots.run.files import validator
from plots.statistics.stats import Estimate
from plots.verdicts import paired
from plots.verdicts.evidence import time
from plots.verdicts.results import Results
from synthetic_runs import RATIO


def test_each_step_of_history_against_the_one_before(past: Results) -> None:
    chains = {chain.block.block.id: chain for chain in history.chains(past)}
    assert len(chains) == 15, "blocks of two threads are not part of the history"
    for chain in chains.values():
        names = [taken.step.strategy for taken in chain.steps]
        assert names == [step.strategy for step in history.CHAINS[chain.block.block.axes.protocol]]
        assert chain.steps[0].to_before.median is None
        for before, taken in zip(chain.steps, chain.steps[1:]):
            true = RATIO.get(taken.step.strategy, 1) / RATIO.get(before.step.strategy, 1)
            assert taken.to_before.median == pytest.approx(true, rel=0.02)
            assert before.ns.median and taken.saved_ns.median == pytest.approx(before.ns.median * (1 - true), rel=0.4)
    assert history.SEGMENT_NS == pytest.approx(5037, abs=1)


def test_a_part_that_rounds_to_nothing_has_no_minus(past: Results) -> None:
    sha1 = history.compared(past)[0]
    part = replace(sha1.parts[1], share=Estimate(-0.003, -0.01, 0.004))
    said = history_words.why(replace(sha1, parts=(sha1.parts[0], part)))
    assert "+ 0.00 (-0.01 to 0.00) for the pool" in said and "- 0.00" not in said


def test_published_figures_are_taken_apart(past: Results) -> None:
    found = history.compared(past)
    assert [c.published for c in found] == list(history.PUBLISHED)
    assert all(c.block.block.axes.sockets == 1 for c in found), "the published loops around one function have one socket"
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
    *why, rest = history_words.explanations(found)
    assert [text.split(":")[0] for text in why] == [c.published.what for c in found if c.apart]
    assert rest == f"{history_words.UNEXPLAINED} {history_words.NOT_COUNTED}"
    assert re.search(r"ours is about 1 \+ 0\.5\d \(0\.\d\d to 0\.\d\d\) for cloning and allocating \(clone_sigpool minus percpu_pool\) \+ 0\.0", why[0])
    assert re.search(r"Of the published difference of 1\.64, [01]\.\d\d remains unexplained\.", why[0])
    assert why[3].startswith("TCP-MD5, 1,440 B") and re.search(r"Ours is larger by 0\.\d\d; that excess is unexplained\.$", why[3])
    assert "taking a reference on the transform and allocating" in why[3] and "cloning" not in why[3]


def test_one_ratio_decides_what_is_apart_and_what_is_unexplained(past: Results) -> None:
    sha1 = history.compared(past)[0]
    # (1.9 - 0.5) / (1 - 0.5) = 2.8: apart by the measured ratio, not by that without the floor.
    near = replace(sha1, ratio=Estimate(1.9), floor=Estimate(0.5))
    assert near.without_floor == pytest.approx(2.8) and not near.apart
    assert near.unexplained == pytest.approx(sha1.published.ratio - 2.8)
    unknown = replace(sha1, ratio=Estimate(1.9), floor=Estimate())
    assert unknown.apart and unknown.unexplained == pytest.approx(sha1.published.ratio - 1.9)
    nothing = replace(sha1, ratio=Estimate(0.5), floor=Estimate(0.5))
    assert nothing.without_floor == 0 and nothing.unexplained == sha1.published.ratio, "0 is a ratio, and known"
    lost = replace(sha1, ratio=Estimate(), floor=Estimate())
    assert lost.unexplained is None and not lost.apart


def test_what_is_apart_cannot_be_concluded(past: Results) -> None:
    found = history.compared(past)
    apart = [one for one in found if one.apart]
    (line,) = (line for line in history_words.limits(past) if line.startswith("What a step cost in the kernel"))
    assert apart and f"Of {len(found)} published ratios, {len(apart)} differ from ours (" in line
    assert all(f"{one.published.what} {one.published.ratio:.2f}, ours {one.held_against:.2f}" in line for one in apart)
    assert line in " ".join(full(past).split("What cannot be concluded")[1].split()), "where a reader looks for it"


def test_parts_have_signs_and_one_alone_is_the_ratio(past: Results) -> None:
    sha1, *_, seg6 = history.compared(past)
    less = replace(sha1, parts=(sha1.parts[0], replace(sha1.parts[1], share=Estimate(-0.05, -0.06, -0.04))))
    assert " - 0.05 (-0.06 to -0.04) for the pool (percpu_pool minus onstack); medians" in history_words.why(less)
    assert " All of it is preparing the raw key (onstack minus onstack_prepared)." in history_words.why(seg6)
    assert "about 1" not in history_words.why(seg6).split("Without it")[0]


def test_the_floor_has_a_row(past: Results) -> None:
    for shown in history_tables.fewer_sockets(past) + history_tables.chains(past):
        (row,) = (cells for name, cells in shown.rows if name == "null")
        assert re.match(r"1\d\.\d|2\d\.\d", row[1]) and row[3:] == ["", "", "", ""]
    assert all(step["floor_ns_per_packet"]["median"] > 0 for step in summary(past)["history"])


def test_blocks_of_two_threads_have_a_note_and_answer_nothing(past: Results) -> None:
    double = [b for b in past.blocks if b.block.axes.cpus == 2]
    assert [threads(b).split(":")[0] for b in double] == ["2 threads"] * 2
    assert all(threads(b) == "" for b in past.blocks if b not in double)
    for text in (full(past), table(past)):
        assert " ".join(text.split()).count("! 2 threads: a verdict compares strategies that all run 2 threads.") == 2
    page = write_report(past, past.run.path / "report").read_text()
    assert page.count("2 threads: a verdict compares") == 3, "under each of the two tables, and once under the glance at all"
    raw = [b for b in past.blocks if b.closed_loop and b.strategy("onstack")]
    counted = sum(int(number) for number in re.findall(r"(\d+) (?:faster|same|slower)", (time(past, "onstack") or "").split("Blocks of one")[1]))
    assert counted == len(raw) - 2


def test_rates_alone_are_shown(tmp_path: Path) -> None:
    truth = synthetic.Truth(
        blocks=[synthetic.axes(workload="tcp_ao/mtu")], rounds=6, ratio=RATIO, strategies=("null", "percpu_pool", "clone_sigpool")
    )
    results = results_of(tmp_path / "run", truth)
    assert not history.chains(results) and not history.scaling(results)
    page = write_report(results, tmp_path / "report").read_text()
    assert "What a connection’s rate hides" in page
    data = summary(results)
    validator("summary").validate(data)
    (sha1,) = (rate for rate in data["rates"] if rate["block"])
    assert sha1["what"] == "TCP-AO, hmac(sha1)" and sha1["difference_ns"]["median"] > 0
    assert sha1["difference_share_of_segment"] == pytest.approx(sha1["difference_ns"]["median"] / (1448 * 8 / 2.53))


def test_published_figures_that_have_no_block_are_named(side_by_side: Results) -> None:
    published = history_tables.published(history.compared(side_by_side), [])
    assert published and [name for name, _ in published.rows] == ["seg6, raw to prepared key"]
    assert "TCP-AO HMAC-SHA1, 128 B; TCP-AO HMAC-SHA256" in published.notes[0]


def test_published_figures_name_their_source(past: Results) -> None:
    page = write_report(past, past.run.path / "report").read_text()
    for text in (" ".join(full(past).split()), unescape(page)):
        cycles = "cycles of one function in the kernel, before over after, from Linux commits 5eb0cfedb258..4baf2415992e (TCP-AO), "
        assert f"{cycles}37a183d3b7cd (TCP-MD5), fe6006568904 (seg6). Ours" in text
        assert text.count("the netdev posting of May 2023 by crypto_pool's author") == 2, "of the steps' share, and of the rates"


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
    assert len(tables) == 2 and "two cores" in history_words.SCALING
    for shown in tables:
        for name, cells in shown.rows:
            assert cells[-1] == ("" if name == "percpu_pool" else "unresolved")
    pairs = history.scaling(past)
    assert [(p.one.block.axes.cpus, p.two.block.axes.cpus) for p in pairs] == [(1, 2), (1, 2)]
    data = summary(past)["scaling"]
    assert {s["verdict"] for pair in data for s in pair["strategies"]} == {"unresolved"}


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


def test_published_figures_are_compared_with_the_kernels_api(tmp_path: Path) -> None:
    """Each block has its chain; of both, the one with a model of the API stands beside what was published."""
    blocks = [synthetic.axes(workload="tcp_ao/fixed_92", api=api, sockets=1) for api in ("flat", "ahash")]
    strategies = ("null", "percpu_pool", "clone_sigpool", "onstack", "onstack_prepared")
    results = results_of(tmp_path, synthetic.Truth(blocks=blocks, strategies=strategies, ratio=RATIO, counted=False))
    assert sorted(chain.block.block.axes.api for chain in history.chains(results)) == ["ahash", "flat"]
    headings = [one.heading for one in history_tables.chains(results)]
    assert len(headings) == 2 and sum("api ahash" in heading for heading in headings) == 1
    (found,) = history.compared(results)
    assert found.block.block.axes.api == "ahash" and found.apart
    assert history_words.explanations([found])[-1] == f"{history_words.UNEXPLAINED_BEHIND_API} {history_words.NOT_COUNTED}"

# SPDX-License-Identifier: MIT
"""Times: answers to claims, open loop, and blocks without times."""

from __future__ import annotations

import re
from pathlib import Path

import synthetic
from conftest import results_of
from outputs import answers, choose, review, summary, table
from pages import narrow_ascii
from plots.cli import main
from plots.cost.tables import runs_of_a_flow
from plots.verdicts.results import Results
from plots.verdicts.words import verdicts


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
    assert "deployment pays" in review(results)


def test_the_claims_are_answered_where_sockets_are_many(tmp_path: Path) -> None:
    """The matrix's first block has one socket. The "slope" there would be the pool itself, and the answer would be wrong."""
    blocks = [synthetic.axes(sockets=n) for n in (1, 1000, 100_000)]
    blocks.append(synthetic.axes(sockets=100_000, load="70%"))
    blocks.append(synthetic.axes(faults={"probability": 0.1, "interval": 1, "times": -1, "seed": 1}))
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=blocks))
    one = results.blocks[0].strategy("percpu_pool")
    assert one and one.memory and one.memory.bytes_per_socket is None
    assert summary(results)["blocks"][0]["strategies"][1]["bytes_per_socket"] is None
    found = {claim.id: text for claim, text in answers(results)[0]}
    assert "percpu_pool 64 B per socket" in found["C2"] and "per_socket_tfm 432 B per socket" in found["C2"]
    time = re.search(r"per_socket_tfm took 0\.\d+ \(.*?\) of percpu_pool's time: (\w+) \((.*?)\)\.", found["C2"])
    assert time and "100,000 sockets, cache warm, closed loop" in time[2] and "hmac(sha1), nettle" in time[2]
    assert "Over all 3 closed-loop blocks of one thread with raw keys and any provider except OpenSSL" in found["C2"], "the open-loop block is not counted"
    assert re.search(r"per_request_key took .*: unresolved .* But with 1,000 sockets it took 1\.0\d+ .*: slower\.", found["C4"])
    assert "with 1 socket" not in found["C2"] + found["C4"]


def test_open_loop_blocks_are_captioned_and_not_counted(tmp_path: Path) -> None:
    blocks = [synthetic.axes(), synthetic.axes(load="70%")]
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=blocks))
    assert verdicts(results).startswith("4 closed-loop comparisons")
    assert main(["report", str(results.run.path)]) == 0
    captions = ("closed loop, measured before the load", "open-loop turns dropped: 49 of 588", "one time stamp cost 11.2 ns")
    folder = results.run.path / "report"
    for path in (folder / "review.txt", folder / "report.html"):
        text = " ".join(path.read_text().split())
        assert all(caption in text for caption in captions), path
    assert re.search(r"open-loop turns dropped: +49 of 588", (folder / "review.txt").read_text())
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
        assert own and rows["per_socket_tfm"][(1, 8, 32).index(axes.flow_run)] == f"{own.ratio.median:.3f} {own.verdict}"
        assert list(rows)[:2] == ["percpu_pool", "null"] and set(rows) == set(synthetic.NS)
        assert all(cell.endswith(" ns") for name in ("percpu_pool", "null") for cell in rows[name])
    families = [one.family for one in choose(results)[0] if one.kind.name == "sockets"]
    assert len(families) == 3
    assert all(len({(b.block.axes.flow_run, b.block.axes.tx) for b in family.blocks}) == 1 for family in families)
    assert main(["report", str(results.run.path)]) == 0
    folder = results.run.path / "report"
    mail, page = ((folder / name).read_text() for name in ("review.txt", "report.html"))
    for text in (mail, page):
        flat = " ".join(text.split())
        assert all(words in flat for words in ("Runs of a flow", "runs of 8 packets", "TX in softirq"))
    assert narrow_ascii(mail)
    assert re.search(r"^per_socket_tfm +0\.7\d\d faster +0\.7\d\d faster +0\.7\d\d faster$", mail, re.M)


def test_a_run_without_runs_has_no_such_table(standard: Results) -> None:
    assert not runs_of_a_flow(standard) and "Runs of a flow" not in review(standard)

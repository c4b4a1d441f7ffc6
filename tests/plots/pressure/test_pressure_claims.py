# SPDX-License-Identifier: MIT
"""What memory pressure says of the claim that a pool takes allocation failure out of the fast path."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import synthetic
from conftest import results_of
from outputs import answers, page, full
from plots.pressure import words as pressure_words
from plots.pressure.estimates import of
from plots.verdicts.results import Results
from pressure_runs import ALLOCATES, edited, evaluated, held, pool_of
from synthetic_pressure import PAGES


def test_the_claim_is_answered_from_pressure_alone(pressed: Results) -> None:
    answered = {claim.id: text for claim, text in answers(pressed)[0]}
    assert list(answered) == ["C1"]
    text = answered["C1"].replace("\u00a0", " ")
    assert "percpu_pool and onstack_prepared had no operation refused, of at least 6" in text
    assert "zone of 1,024 pages; 7 rounds" in text
    assert "per_socket_tfm 0.0" in text
    shares = {p.name: p.marginal_share or 0 for p in of(pressed.blocks[-1])}
    most = max(shares, key=lambda name: shares[name])
    assert f"at most {shares[most] * 100:.1f} % had been granted their skb ({most})" in text
    assert "all of them for lack of an skb" in text
    assert "percpu_pool had an operation refused in 0 of 21 rounds" in text and "accepts failed" not in text
    pool, other = held("percpu_pool"), held("onstack_prepared")
    assert 0 < pool < other
    some = sorted(held(name) for name in ALLOCATES)
    said = f"percpu_pool holds {pool} pages of 4 KiB; others that lost no operation hold {other}; others that lost some hold {some[0]} to {some[-1]}."
    assert said in text and "null" not in text
    assert "512 slots: percpu_pool 4." in text and "(95 %), found in 7 of 7 rounds; the best of others that lost no operation: onstack_p" in text
    assert "the best of others that lost some: per_socket_tfm 6." in text
from pressure_runs import ALLOCATES, edited, evaluated, pool_of
from synthetic_pressure import PAGES


def test_the_claim_is_answered_over_all_pages(pressed: Results) -> None:
    text = {claim.id: text for claim, text in answers(pressed)[0]}["C1"].replace("\u00a0", " ")
    assert "7 rounds; chosen because strategies differ most there)" in text
    told = pressed.blocks[-1]
    rates = {p.name: [q.failure_rate.median or 0 for b in pressed.blocks for q in of(b) if q.name == p.name] for p in of(told)}
    most = max(rates, key=lambda name: max(rates[name]))
    said = " / ".join(map(pressure_words.rate, rates[most])).replace("\u00a0", " ")
    assert f"{most} was refused most: with 256 / 512 / 1,024 pages, {said} of its operations." in text
    loads = {p.name: p.half_percent_loss_pps.median or 0 for p in of(told)}
    assert loads["percpu_pool"] < loads["per_socket_tfm"] and "outweigh refusals. By load" in text
    # All three zones have seven rounds, and in each of them it bears more.
    assert "per_socket_tfm bore more than percpu_pool (21 of 21)" in text
    assert pressure_words.packets(told) == "marginal and no skb: of 350,000 packets received; TX: of 350,000 sent"


def test_sent_packets_count_among_those_lost(pressed: Results) -> None:
    """Of received packets few had an skb when they were lost. Packets to send need none."""
    text = {claim.id: text for claim, text in answers(pressed)[0]}["C1"].replace("\u00a0", " ")
    share = {p.name: p.operation_share or 0 for p in of(pressed.blocks[-1])}
    most = max(share, key=lambda name: share[name])
    (told,) = (p for p in of(pressed.blocks[-1]) if p.name == most)
    assert share[most] == (told.marginal_drops + told.tx_refused) / told.drops > (told.marginal_share or 0)
    assert f"sent ones too, up to {share[most] * 100:.0f} % were lost to a refused operation ({most})" in text


def test_few_refusals_outweigh_nothing(tmp_path: Path) -> None:
    """Three operations refused, all in one round: the interval reaches 0, so a better load is no answer to refusals."""
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=[synthetic.axes(pages=pages) for pages in PAGES]))
    for path in (run / "rounds").glob("*1024*.json"):
        data = json.loads(path.read_text())
        for one in data["cells"]:
            if one["name"] in ALLOCATES:
                found, refused = one["pressure"], 3 if data["round"] == 0 else 0
                found["operations_refused"] = refused
                found["rx"]["operation_refused"], found["tx"]["operation_refused"] = 0, refused
        path.write_text(json.dumps(data))
    text = {claim.id: text for claim, text in answers(evaluated(run))[0]}["C1"]
    assert "per_socket_tfm bore more than percpu_pool (14 of 14)" in text


def test_zones_that_disagree_on_the_load_are_told(tmp_path: Path) -> None:
    """In the smallest zone the pool bears more, in the larger ones per_socket_tfm does: no one of them bears more in general."""
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=[synthetic.axes(pages=pages) for pages in PAGES]))
    for path in (run / "rounds").glob("*256*.json"):
        data = json.loads(path.read_text())
        for one in data["cells"]:
            if one["name"] == "per_socket_tfm":
                one["search"]["half_percent_loss_pps"] = None
            elif one["name"] == "percpu_pool":
                one["search"]["half_percent_loss_pps"] = 1e6
        path.write_text(json.dumps(data))
    text = {claim.id: text for claim, text in answers(evaluated(run))[0]}["C1"]
    assert "the blocks disagree: per_socket_tfm more than percpu_pool in 0 of 7, 7 of 7, 7 of 7" in text
    assert "per_socket_tfm bore more than" not in text


def test_none_that_fails_bears_more(tmp_path: Path) -> None:
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=[synthetic.axes(pages=pages) for pages in PAGES]))
    for path in (run / "rounds").glob("*.json"):
        data = json.loads(path.read_text())
        for one in data["cells"]:
            if one["name"] in ALLOCATES:
                one["search"]["half_percent_loss_pps"] = None
        path.write_text(json.dumps(data))
    text = dict((c.id, t) for c, t in answers(evaluated(run))[0])["C1"]
    assert "No strategy that was surely refused operations (interval above 0) bears more load (0.5 % lost) than percpu_pool." in text and "bore more" not in text


def test_a_pool_that_fails_is_reported(tmp_path: Path) -> None:
    def fail(data: dict[str, Any]) -> None:
        found = pool_of(data)["pressure"]
        found["operations_refused"] += 50
        found["tx"]["operation_refused"] += 50

    text = dict((c.id, t) for c, t in answers(evaluated(edited(tmp_path / "run", fail)))[0])["C1"]
    assert "onstack_prepared had no operation refused" in text and "percpu_pool and onstack_prepared had" not in text
    assert "percpu_pool had an operation refused in 7 of 7 rounds" in text
    assert "percpu_pool 0.05" in text and "chosen" not in text and "refused most" not in text


def test_evp_is_told_apart(tmp_path: Path) -> None:
    blocks = [synthetic.axes(pages=512), synthetic.axes(pages=512, provider="openssl"), synthetic.axes(pages=512, possible_cpus=512)]
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=blocks))
    text = dict((c.id, t) for c, t in answers(results)[0])["C1"]
    assert "(it allocates inside): percpu_pool and onstack_prepared had no operation refused" in text
    assert "Over all 2 blocks under pressure" in text, "EVP's is not counted"
    assert "percpu_pool holds" in text and "on 512." in text
    only_evp = results_of(tmp_path / "evp", synthetic.Truth(blocks=blocks[1:2]))
    assert not answers(only_evp)[0]


def test_a_long_answer_has_paragraphs(pressed: Results) -> None:
    (c1,) = (text for claim, text in answers(pressed)[0] if claim.id == "C1")
    paragraphs = c1.split("\n")
    assert len(paragraphs) > 2 and paragraphs[0].startswith("Under memory pressure")
    lines = full(pressed).splitlines()
    for paragraph in paragraphs:
        assert any(paragraph.startswith(line.strip()) for line in lines if line.startswith("     ") and len(line) > 40)
    shown = html.unescape(page(pressed, [], []))
    assert all(f"<p>{paragraph}</p>" in shown for paragraph in paragraphs)

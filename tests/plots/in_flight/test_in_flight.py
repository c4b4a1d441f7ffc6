# SPDX-License-Identifier: MIT
"""Operations in flight: estimates and texts agree with the true values."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from pathlib import Path

import pytest

import synthetic
import synthetic_in_flight
import synthetic_runs
from conftest import results_of
from outputs import answer, read, full, table
from pages import narrow_ascii
from plots.in_flight import claims, tables
from plots.in_flight.estimates import named, of
from plots.in_flight.words import PREEMPT_RT
from plots.run.files import validator
from plots.statistics.stats import Estimate
from plots.verdicts.results import Results


def test_one_request_per_cpu_and_an_engine(flown: Results) -> None:
    text = answer(flown, "C9")
    assert "that holds up to 64" in text and text.startswith("With an engine of 20 µs")
    assert "That factor follows from the model's rule" in text and "A round with a wrong MAC fails" in text
    one = text.index("one operation per CPU"), text.index("as many as the engine holds"), text.index("on the stack cannot go")
    assert one == tuple(sorted(one))
    for name, kind in synthetic_in_flight.KINDS.items():
        if name != "null":
            place = text.index(f"{name} ")
            assert sum(place > start for start in one) == {"one_per_cpu": 1, "many": 2, "none": 3}[kind], name
    assert "at best 64.0 times as many" in text
    assert "percpu_pool 0.050 (0.050-0.050)" in text
    assert "crypto_pool v4 excludes such engines" in text and "this is a what-if" in text
    assert "The CPU alone is faster" in text, "4.9 million packets a second on the stack, 3.2 with the engine"
    assert text.endswith(PREEMPT_RT) and "a lock of its own" in PREEMPT_RT
    assert re.search(r"stay disabled from start to end \(percpu_pool, percpu_request_key, tfm_pool\), .* for arrivals drawn within measured", text)


def test_an_engine_that_beats_the_cpu(tmp_path: Path) -> None:
    truth = synthetic_runs.in_flight()
    deep = [block | {"engine_ns": 2000} for block in truth.blocks if block["in_flight"] == 64]
    assert "The CPU alone is faster" not in answer(results_of(tmp_path / "run", replace(truth, rounds=6, blocks=deep)), "C9")


def test_an_engine_that_holds_one_answers_nothing(tmp_path: Path) -> None:
    truth = synthetic.Truth(blocks=[synthetic.axes(in_flight=1)], rounds=6, strategies=("percpu_pool", "mempool"))
    assert claims.one_request_is_enough(results_of(tmp_path / "run", truth)) is None


def test_in_flight_results_are_sums_and_medians(flown: Results) -> None:
    block = flown.blocks[3]
    pool, own = named(block, "percpu_pool"), named(block, "per_socket_tfm")
    assert pool and own and block.block.axes.in_flight == 64
    assert (pool.packets, pool.rx_waited, own.rx_waited) == (6 * synthetic_in_flight.PACKETS, 6 * synthetic_in_flight.RX, 0)
    assert own.pps.median == pytest.approx(64 / 20e-6) and own.wait_p50_ns.median is None and pool.held and not own.held
    assert pool.waited_ns_per_packet.median == pytest.approx(20_000, rel=0.01)
    families = tables.flights(flown)
    assert [len(family.blocks) for family in families] == [4, 4]
    table = tables.depths(families[0])
    assert [cells[0] for _, cells in table.rows] == ["none"] * 2 + ["one_per_cpu"] * 3 + ["many"] * 5
    assert "in flight, nothing timed" in (block.resolves_nothing_because or "")


def test_sections_do_not_depend_on_the_engine(tmp_path: Path) -> None:
    engines = [("keepalive", 20_000), ("mtu", 20_000), ("mtu", 2_000)]
    blocks = [
        synthetic.axes(workload=f"tcp_ao/{size}", in_flight=depth, engine_ns=ns) for size, ns in engines for depth in (1, 64)
    ]
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=blocks, rounds=6, strategies=("percpu_pool", "mempool")))
    flights = tables.flights(results)
    assert len(flights) == 3
    headings = [table.heading for table in tables.sections(flights)]
    assert [("keepalive" in h, "mtu" in h, "engine" in h) for h in headings] == [(True, False, False), (False, True, False)]
    # Each block gets a length of its own, in µs. So the rows show their block: keepalive's 64 deep, and mtu's with the first engine.
    marked = [
        replace(block, found={"in_flight": tuple(replace(f, section_p50_ns=Estimate(1000 * (i + 1))) for f in of(block))})
        for i, block in enumerate(results.blocks)
    ]
    shown = tables.sections(tables.flights(replace(results, blocks=tuple(marked))))
    assert [{cells[-1] for _, cells in table.rows} for table in shown] == [{"2.00"}, {"4.00"}]
    assert [[name for name, _ in table.rows] for table in shown] == [["percpu_pool", "mempool"]] * 2


def test_a_mail_has_every_depth_that_a_claim_quotes(flown: Results) -> None:
    text = full(flown)
    assert narrow_ascii(text)
    tables = text.split("\nPackets a second, in millions: ")[1:]
    assert [" ".join(table.split("kind")[0].split()) for table in tables] == [
        f"tcp_ao/{size}, hmac(sha1), nettle, 1,000 sockets, engine of 20 us" for size in ("keepalive", "mtu")
    ]
    for table_ in tables:
        assert re.search(r"^ +kind +1 deep +4 deep +16 deep +64 deep +refused$", table_, re.M)
        assert re.search(r"^mempool +many +0\.050 +0\.200 +0\.800 +3\.200 +0$", table_, re.M)
        assert re.search(r"^onstack +none( +\d+\.\d{3}){4} +1,200,000$", table_, re.M)
    assert "refused: operations that cannot go to the engine, summed over all depths." in " ".join(text.split())


def test_rounds_in_flight_that_are_missing(tmp_path: Path) -> None:
    truth = synthetic.Truth(blocks=[synthetic.axes(in_flight=4)], rounds=6, strategies=("percpu_pool", "mempool"))
    folder = synthetic.write_run(tmp_path / "run", truth)
    next((folder / "rounds").iterdir()).unlink()
    results = read(folder)
    text = " ".join(full(results).split())
    assert "1 block in flight is incomplete: 5 of 6 rounds are there." in text and "5 of 6 in flight" in text
    assert "The engine is a model in virtual time" in text
    ended = table(results)
    assert narrow_ascii(ended) and re.search(r"^mempool +many +0\.200 +0$", ended, re.M)
    assert "No block of this run was timed.\n" not in ended


@pytest.mark.parametrize(
    "key",
    ["kind", "pps", "refused", "macs_wrong", "own_ns", "engine_waited_ns", "overtaken"],
)
def test_in_flight_rounds_need_every_key(key: str) -> None:
    data = copy.deepcopy(synthetic.in_flight_round(synthetic_runs.in_flight(), synthetic.axes(in_flight=4), 0))
    assert not list(validator("round").iter_errors(data))
    del data["cells"][1]["in_flight"][key]
    assert list(validator("round").iter_errors(data))

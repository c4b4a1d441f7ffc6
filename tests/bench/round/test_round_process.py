# SPDX-License-Identifier: MIT
"""Rounds from outside, timed and in virtual time: what they write, and what their executable contains."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from round_process import Json, a_request, measured, symbols


@pytest.mark.parametrize(
    "axes",
    [
        {},
        {"load": "80%"},
        {"churn_percent": 2.0, "cpus": 2, "forged_percent": 10.0},
        {"cache": "polluted:64", "key": "prepared", "ip": "v6", "allocator": "mimalloc"},
        {"cache": "cold", "workload": "esp/imix", "algorithm": "gcm(aes128)"},
        {"workload": "tcp_md5/imix", "algorithm": "md5", "allocator": "jemalloc", "choice": "zipf"},
    ],
)
def test_a_timed_round(axes: Json, tmp_path: Path) -> None:
    request = a_request("timed", **axes)
    result = measured(request, tmp_path / "round.json")
    assert result["round"] == 3
    open_loop = request["block"]["load"] != "closed"
    assert (result["capacity_pps"] is not None) == (result["offered_pps"] is not None) == open_loop
    strategies = request["strategies"]
    assert [cell["name"] for cell in result["cells"]] == [*strategies, "percpu_pool#2"]
    assert [cell["aa"] for cell in result["cells"]] == [False] * len(strategies) + [True]
    turns = {len(cell["turn_ns_per_packet"]) for cell in result["cells"]}
    assert len(turns) == 1 and turns.pop() >= 6
    assert result["machine"]["simd_state"] in ("clean", "dirty", "unknown", None)
    events = result["counters"]["events"]
    assert (result["counters"]["missing"] is None) == (len(events) == 5)
    for cell in result["cells"]:
        assert cell["drops"] == cell["open_failures"] == 0
        assert sorted(cell.get("turn_counts_per_packet", {})) == sorted(events)
        assert cell["turns_void"] == 0 and 0 <= cell["turns_dirtied"] <= len(cell["turn_ns_per_packet"])
        assert (cell["latency"] is not None) == open_loop
        for histogram in ("response", "service", "lateness") if open_loop else ():
            h = cell["latency"][histogram]
            assert h["count"] == h["overflow"] + sum(count for _, count in h["buckets"])
            edges = [edge for edge, _ in h["buckets"]]
            assert edges == sorted(set(edges))
            if h["count"]:
                assert h["p50_ns"] <= h["p90_ns"] <= h["p99_ns"] <= h["p999_ns"] <= h["max_ns"]


# One that allocates per packet and one that does not. More would take long under a sanitizer.
PRESSED = ["percpu_pool", "per_request_key"]


@pytest.mark.parametrize("axes", [{}, {"churn_percent": 2.0, "ring": 64, "forged_percent": 10.0}, {"provider": "openssl"}])
def test_a_pressure_round(axes: Json, tmp_path: Path) -> None:
    request: Json = a_request("pressure", **axes) | {"strategies": PRESSED}
    result = measured(request, tmp_path / "round.json")
    assert result["round"] == 3
    cells = {cell["name"]: cell for cell in result["cells"]}
    assert list(cells) == PRESSED
    for cell in cells.values():
        p, s = cell["pressure"], cell["search"]
        assert p["arena"]["budget_pages"] == p["pages"] and p["arena"]["sockets_open"] == p["sockets_open"]
        assert p["pages"] == 256 and s["slots"] == request["block"]["ring"]
        assert p["operations_refused"] == p["rx"]["operation_refused"] + p["tx"]["operation_refused"]
        dropped = p["operations_refused"] + p["rx"]["skb_refused"]
        assert dropped == sum(length * often for length, often in p["bursts"])
        assert p["timeline"][-1][2] <= dropped
        assert [trial["offered_pps"] for trial in s["trials"]] == sorted(trial["offered_pps"] for trial in s["trials"])
    assert cells["per_request_key"]["pressure"]["operations_refused"] > 0
    if request["block"]["provider"] == "nettle":
        assert cells["percpu_pool"]["pressure"]["operations_refused"] == 0


def test_a_pressure_round_can_be_repeated(tmp_path: Path) -> None:
    request: Json = a_request("pressure", churn_percent=1.0) | {"strategies": PRESSED}
    first, second = (measured(request, tmp_path / str(i) / "round.json") for i in range(2))
    assert [cell["pressure"] for cell in first["cells"]] == [cell["pressure"] for cell in second["cells"]]
    other = measured(request | {"seed": 8}, tmp_path / "other" / "round.json")
    hashes = [{cell["pressure"]["sequence_hash"] for cell in result["cells"]} for result in (first, other)]
    assert not hashes[0] & hashes[1]


@pytest.mark.parametrize(
    "axes",
    [
        {},
        {"in_flight": 1, "workload": "tcp_ao/mtu"},
        {"workload": "tcp_md5/imix", "algorithm": "md5"},
        {"workload": "esp/imix", "algorithm": "gcm(aes128)", "sockets": 500},
    ],
)
def test_an_in_flight_round(axes: Json, tmp_path: Path) -> None:
    # The engine is slower than the CPU, even with a sanitizer.
    request = a_request("in_flight", engine_ns=1_000_000, **axes)
    depth = request["block"]["in_flight"]
    result = measured(request, tmp_path / "round.json")
    cells = {cell["name"]: cell for cell in result["cells"]}
    assert list(cells) == request["strategies"]
    for name, cell in cells.items():
        f, p = cell["in_flight"], cell["preemption"]
        assert f["depth"] == depth and f["packets"] == f["macs_checked"] == cell["packets"]
        assert f["most_held"] == {"none": 0, "one_per_cpu": 1, "many": depth}[f["kind"]]
        assert (f["refused"] > 0) == (f["kind"] == "none")
        assert (f["waits"] > 0) == (f["kind"] == "one_per_cpu" and depth > 1)
        assert p["held"] == (f["kind"] == "one_per_cpu") == (p["wait"] is not None)
        assert p["rx_waited"] == (p["rx_packets"] if p["held"] else 0)
    kinds = {"percpu_pool": "one_per_cpu", "per_socket_tfm": "many", "onstack_prepared": "none"}
    for name in kinds.keys() & cells.keys():
        assert cells[name]["in_flight"]["kind"] == kinds[name]


def test_a_timed_executable_contains_no_accounting() -> None:
    # The ledger's class is local to gfp_counted.cpp. Its mangled name is in its vtable and its methods.
    ledger = re.compile(r"tfm::\(anonymous namespace\)::Counted::|vtable for tfm::\(anonymous namespace\)::Counted")
    assert ledger.search(symbols("counted")), "the pattern must match the counted executable"
    assert not ledger.search(symbols("timed"))
    assert "tfm::gfp_alloc(" in symbols("timed")

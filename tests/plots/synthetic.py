# SPDX-License-Identifier: MIT
"""Writes runs with known true values, in the format of results/README.md.

A cell's time is the product of: the strategy's base ns, the effect of the axes, a factor of the round (the machine's speed
state, the same for all cells of a round), a factor of the cell in that round (layout), and noise of each turn.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import synthetic_in_flight
import synthetic_memory
import synthetic_pressure
from plots.run.axes import SCHEMAS
from synthetic_latency import latency
from synthetic_machine import ASKED, BUILD, MACHINE, NEWER, ORIGIN, REVISION

BASELINE = "percpu_pool"
NS = {
    "null": 14.0,
    "percpu_pool": 202.0,
    "per_socket_tfm": 145.0,
    "per_request_key": 210.0,
    "tfm_pool": 222.2,  # 10 % slower
    "onstack_prepared": 143.0,
}
PER_SOCKET_BYTES = {name: shape.socket for name, shape in synthetic_memory.SHAPES.items()}
FAST_PATH_ALLOCATIONS = {"per_socket_tfm": 1, "per_request_key": 1, "tfm_pool": 1, "mempool": 1}
TRAFFIC_NS = {"keepalive": 0.8, "bgp_update": 1.0, "imix": 2.4, "mtu": 5.0}


_SCHEMA: dict[str, Any] = json.loads((SCHEMAS / "axes.schema.json").read_text())["properties"]


def axes(**changes: Any) -> dict[str, Any]:
    """A block's axes with the schema's defaults."""
    assert not set(changes) - set(_SCHEMA)
    usual = {name: said["default"] for name, said in _SCHEMA.items() if "default" in said}
    return usual | {"workload": "tcp_ao/bgp_update", "algorithm": "hmac(sha1)"} | changes


@dataclass
class Truth:
    """The true values of a run. The defaults are a quiet machine."""

    blocks: list[dict[str, Any]] = field(default_factory=lambda: [axes()])
    rounds: int = 7
    laps: int = 25
    seed: int = 1
    ratio: dict[str, float] = field(default_factory=dict)  # strategy -> true ratio to the baseline
    layout_sd: dict[str, float] = field(default_factory=dict)  # strategy -> sd of log ratio between rounds
    default_layout_sd: float = 0.003
    second_heap: dict[str, float] = field(default_factory=dict)  # strategy -> factor of its time in every second round
    aa_bias: float = 1.0
    turn_sd: float = 0.02
    slow_rounds: float = 0.3  # share of the rounds in which the machine is in its slow state
    lost_turns: float = 0.02
    huge_share: float | None = 0.99  # of the memory, on huge pages, where page_size is huge; None: not known
    void_turns: int = 0  # of each cell's turns, the first ones
    dirtied_turns: int = 0
    simd_state: str | None = "clean"
    counts: dict[str, float] | None = None  # event -> per packet of the baseline; others in proportion to their time; None: not said
    counts_missing: str | None = None
    uncounted_turns: int = 0  # of each cell's turns, the first ones, each with 40 batches
    margin_percent: float | None = None
    counted: bool = True
    timed: bool = True
    strategies: tuple[str, ...] = tuple(NS)
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)  # strategy -> protocols that it refuses
    lines_of_code: dict[str, Any] | None = None
    sittings: int | None = None  # None: as in older files, which say neither when nor where a round was measured
    precision: dict[str, Any] | None = None  # of run.json: blocks are looked at, and have rounds_of_block or else `rounds`
    rounds_of_block: dict[int, int] = field(default_factory=dict)  # sockets -> timed rounds
    sitting_drift: dict[str, float] = field(default_factory=dict)  # strategy -> factor of its time with each further sitting

    def sitting(self, number: int) -> int:
        return number * (self.sittings or 1) // self.rounds

    def of(self, block: dict[str, Any]) -> tuple[str, ...]:
        """The strategies that a block has."""
        protocol = block["workload"].split("/")[0]
        return tuple(name for name in self.strategies if protocol not in self.left_out.get(name, ()))


def block_id(block: dict[str, Any]) -> str:
    name = "-".join(str(block[axis]) for axis in ("workload", "algorithm", "provider", "sockets", "possible_cpus", "load"))
    faults = block["faults"]["probability"] if block["faults"] else 0
    keep = "".join(c if c.isalnum() or c == "_" else "-" for c in name)
    pages = f"-{block['pages']}pages" if block["pages"] else ""
    usual = axes()
    rest = "".join(f"-{block[a]}" for a in ("algorithms", "scratch", "heap", "allocator") if block[a] != usual[a])
    rest += f"-{block['in_flight']}flying-{block['engine_ns']}" if block["in_flight"] else ""
    rest += "".join(f"-{block[a]}{a}" for a in ("cpus", "key", "churn_percent") if block[a] != usual[a])
    rest += "".join(f"-{block[a]}{a}" for a in ("flow_run", "tx", "api", "spectre_v2") if a in block and block[a] != _SCHEMA[a]["default"])
    return f"{keep}-{block['cache'].replace(':', '')}-{block['ip']}-f{faults:g}{pages}{rest}".replace(".", "_")


def _counters(rng: np.random.Generator, packets: int, failure: float, allocations: float) -> dict[str, int]:
    failed = int(rng.binomial(int(packets * allocations), failure)) if allocations else 0
    forged = packets // 200
    received = packets // 2
    return {
        "packets": packets,
        "sent": packets - received - failed // 2,
        "accepted": received - forged - (failed - failed // 2),
        "forged": forged,
        "forged_refused": forged,
        "forged_accepted": 0,
        "genuine_refused": 0,
        "allocation_failures": failed,
        "drops": failed,
        "opens": 0,
        "accepts": 0,
        "closes": 0,
        "open_failures": 0,
    }


def _true_ns(truth: Truth, block: dict[str, Any], strategy: str) -> float:
    ns = NS.get(strategy, NS[BASELINE]) if strategy not in truth.ratio else NS[BASELINE] * truth.ratio[strategy]
    if strategy != "null":
        ns *= TRAFFIC_NS.get(block["workload"].split("/")[1], 1.0)
        miss = 40 * max(0.0, math.log10(block["sockets"] / 3000))
        ns += miss * (1.6 if PER_SOCKET_BYTES.get(strategy, 0) > 100 else 1.0)
    return ns


def _cell(name: str) -> dict[str, Any]:
    return {"name": name, "strategy": name.split("#")[0], "aa": "#" in name}


def _huge_pages(truth: Truth, block: dict[str, Any]) -> dict[str, int] | None:
    share = truth.huge_share if block["page_size"] == "huge" else 0.0
    return None if share is None else {"memory_bytes": 100 << 20, "huge_bytes": int(share * (100 << 20))}


def _counts(truth: Truth, strategy: str, ns: float) -> dict[str, Any]:
    if not truth.counts:
        return {}
    lost = [None] * truth.uncounted_turns
    each = {event: [*lost, *[round(count * ns / NS[BASELINE], 3)] * (truth.laps - len(lost))] for event, count in truth.counts.items()}
    return {"turn_counts_per_packet": each, "batches_uncounted": 40 * len(lost)}


def timed_round(truth: Truth, block: dict[str, Any], number: int) -> dict[str, Any]:
    rng = np.random.default_rng([truth.seed, number, *block_id(block).encode()])
    speed = 1.5 if rng.random() < truth.slow_rounds else 1.0
    cells = []
    for name in (*truth.of(block), f"{BASELINE}#2"):
        cell = _cell(name)
        ns = _true_ns(truth, block, cell["strategy"]) * speed
        sd = truth.layout_sd.get(cell["strategy"], truth.default_layout_sd)
        ns *= truth.sitting_drift.get(name, 1.0) ** truth.sitting(number)
        ns *= truth.second_heap.get(name, 1.0) if number % 2 else 1.0
        ns *= (truth.aa_bias if cell["aa"] else 1.0) * (1.0 if name == BASELINE else rng.lognormal(0, sd))
        turns = [round(float(ns * rng.lognormal(0, truth.turn_sd)), 3) for _ in range(truth.laps)]
        kept = [None if rng.random() < truth.lost_turns else turn for turn in turns]
        cells.append(
            cell
            | {
                "turn_ns_per_packet": [None] * truth.void_turns + kept[truth.void_turns :],
                "batches": 40 * truth.laps,
                "batches_disturbed": int(rng.poisson(3)),
                "turns_void": truth.void_turns,
                "turns_dirtied": truth.dirtied_turns,
                "rss_bytes": 4096 * int(1 + block["sockets"] * PER_SOCKET_BYTES.get(cell["strategy"], 64) / 4096),
                "latency": None if block["load"] == "closed" else latency(rng, ns, block["load"]),
            }
            | _counters(rng, 200_000, 0, 0)
            | _counts(truth, cell["strategy"], _true_ns(truth, block, cell["strategy"]))
        )
    open_loop = block["load"] != "closed"
    return told(truth, number) | {
        "format": 2,
        "kind": "timed",
        "block_id": block_id(block),
        "axes": block,
        "round": number,
        "seed": 1000 + number,
        "baseline": BASELINE,
        "duration_ns": 900_000_000,
        "stamp_ns": 11.2,
        "machine": {"steal_percent": 0.4, "involuntary_switches": 7, "migrations": 0, "pinned": True, "simd_state": truth.simd_state},
        "huge_pages": _huge_pages(truth, block),
        "capacity_pps": 4_700_000.0 if open_loop else None,
        "offered_pps": 3_290_000.0 if open_loop else None,
        **({} if truth.counts is None else {"counters": {"events": list(truth.counts), "missing": truth.counts_missing}}),
        "cells": cells,
    }


def counted_round(truth: Truth, block: dict[str, Any]) -> dict[str, Any]:
    rng = np.random.default_rng([truth.seed, 99, *block_id(block).encode()])
    cells = []
    for name in (*truth.of(block), f"{BASELINE}#2"):
        cell = _cell(name)
        strategy = cell["strategy"]
        probability = block["faults"]["probability"] if block["faults"] else 0
        allocations = FAST_PATH_ALLOCATIONS.get(strategy, 0)
        counters = _counters(rng, 100_000, probability, allocations)
        cells.append(
            cell
            | {
                "memory": synthetic_memory.memory(strategy, block, allocations > 0),
                "fast_path": {
                    "packets": 100_000,
                    "allocations": int(100_000 * allocations),
                    "allocations_refused": counters["allocation_failures"],
                },
            }
            | counters
        )
    return told(truth, 0) | {
        "format": 2,
        "kind": "counted",
        "block_id": block_id(block),
        "axes": block,
        "seed": 5,
        "baseline": BASELINE,
        "duration_ns": 400_000_000,
        "cells": cells,
    }


def pressure_round(truth: Truth, block: dict[str, Any], number: int) -> dict[str, Any]:
    rng = np.random.default_rng([truth.seed, 7, number, *block_id(block).encode()])
    cells = []
    for name in truth.strategies:
        held = synthetic_memory.moment(synthetic_memory.SHAPES[name], block, block["sockets"])["total"]["bytes"]
        ns = _true_ns(truth, block, name) * rng.lognormal(0, 0.02)
        allocates = FAST_PATH_ALLOCATIONS.get(name, 0) > 0
        cells.append(_cell(name) | synthetic_pressure.cell(rng, ns, block, allocates, 1 + held // 4096))
    head = timed_round(truth, block, number)
    return head | {"kind": "pressure", "capacity_pps": None, "offered_pps": None, "cells": cells}


def in_flight_round(truth: Truth, block: dict[str, Any], number: int) -> dict[str, Any]:
    rng = np.random.default_rng([truth.seed, 8, number, *block_id(block).encode()])
    cells = []
    for name in truth.of(block):
        counters = _counters(rng, synthetic_in_flight.PACKETS, 0, 0)
        cells.append(_cell(name) | synthetic_in_flight.cell(rng, name, _true_ns(truth, block, name), block) | counters)
    head = timed_round(truth, block, number)
    return head | {"kind": "in_flight", "capacity_pps": None, "offered_pps": None, "cells": cells}


def told(truth: Truth, number: int) -> dict[str, Any]:
    """When and where a round was measured: sittings begin at 02:00, 03:00, ..., and rounds a minute apart."""
    if truth.sittings is None:
        return {}
    return {
        "start": f"2026-01-31T{2 + truth.sitting(number):02}:{number:02}:00Z",
        "origin": ORIGIN,
    }


def passes(truth: Truth, block: dict[str, Any]) -> list[str]:
    if block["in_flight"]:
        return ["in_flight"]
    if block["pages"]:
        return ["pressure"]
    if block["faults"]:
        return ["counted"]
    return ["timed"] * truth.timed + ["counted"] * truth.counted


def run_json(truth: Truth, name: str) -> dict[str, Any]:
    def left_out(block: dict[str, Any]) -> list[dict[str, str]]:
        return [{"strategy": s, "reason": "it is not made for it"} for s in truth.strategies if s not in truth.of(block)]

    lines = {"lines_of_code": truth.lines_of_code} if truth.lines_of_code else {}
    asked = {"asked": ASKED} if truth.sittings else {}
    return lines | asked | {
        "format": 2,
        "run": name,
        "matrix": {
            "name": "synthetic",
            "baseline": BASELINE,
            "strategies": list(truth.strategies),
            "rounds": truth.rounds,
            **({"sittings": truth.sittings} if truth.sittings else {}),
            **({"precision": truth.precision} if truth.precision else {}),
            "aa_copies": 1,
            "margin_percent": truth.margin_percent,
            "blocks": [
                {"id": block_id(b), "passes": passes(truth, b), "axes": b, "left_out": left_out(b)} for b in truth.blocks
            ],
        },
        "seed": truth.seed,
        "pinned_cores": [1, 0],
        "git": {"revision": REVISION, "dirty": False},
        "build": {"compiler": "GNU 12.2.0", "flags": "-O3 -DNDEBUG", "type": "Release"} | ({"hash": BUILD} if truth.sittings else {}),
        "libraries": {"nettle": "3.8.1", "openssl": "3.0.22", "sodium": "1.0.18"},
        "machine": MACHINE | (NEWER if truth.sittings else {"governor": None}),
        "warnings": ["a virtual machine: trust ratios, not absolutes"],
    }


def write(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data), encoding="utf-8")


def write_run(folder: Path, truth: Truth) -> Path:
    """The whole run; returns its folder."""
    write(folder / "run.json", run_json(truth, folder.name))
    for block in truth.blocks:
        if "timed" in passes(truth, block):
            for number in range(truth.rounds_of_block.get(block["sockets"], truth.rounds)):
                write(folder / "rounds" / f"{block_id(block)}.r{number:02}.json", timed_round(truth, block, number))
        if "pressure" in passes(truth, block):
            for number in range(truth.rounds):
                write(folder / "rounds" / f"{block_id(block)}.r{number:02}.json", pressure_round(truth, block, number))
        if "in_flight" in passes(truth, block):
            for number in range(truth.rounds):
                write(folder / "rounds" / f"{block_id(block)}.r{number:02}.json", in_flight_round(truth, block, number))
        if "counted" in passes(truth, block):
            write(folder / "rounds" / f"{block_id(block)}.counted.json", counted_round(truth, block))
    return folder

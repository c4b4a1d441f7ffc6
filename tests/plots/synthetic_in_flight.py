# SPDX-License-Identifier: MIT
"""Writes the cells of in-flight rounds with known true values, in the format of results/README.md.

A strategy that holds one operation per CPU sends a packet each engine_ns. One on the stack sends a packet each service_ns.
The rate of one that holds many is limited by the engine's depth or by the CPU's share of the work, whichever limit is lower.
"""

from __future__ import annotations

from typing import Any

import numpy as np

PACKETS = 50_000
RX = 4_000
KINDS = {
    "null": "many", "percpu_pool": "one_per_cpu", "percpu_request_key": "one_per_cpu", "per_socket_tfm": "many",
    "per_request_key": "many", "tfm_pool": "one_per_cpu", "onstack": "none", "onstack_prepared": "none", "mempool": "many",
    "percpu_freelist": "many",
}  # fmt: skip
OWN = 0.3
"""The CPU's share of a packet's service time if the engine computes."""


def pps(kind: str, ns: float, block: dict[str, Any]) -> float:
    """Packets a second of virtual time."""
    if kind == "none":
        return 1e9 / ns
    depth = 1 if kind == "one_per_cpu" else block["in_flight"]
    return float(1e9 / max(ns * OWN, block["engine_ns"] / depth))


def cell(rng: np.random.Generator, name: str, ns: float, block: dict[str, Any]) -> dict[str, Any]:
    """A cell's two parts."""
    kind = KINDS[name]
    ns *= float(rng.lognormal(0, 0.02))
    one = kind == "one_per_cpu"
    waits = PACKETS - 1 if one and block["in_flight"] > 1 else 0
    held = one
    quantiles = {"count": RX, "p50_ns": ns * 0.5, "p99_ns": ns, "max_ns": int(ns * 3)}
    return {
        "in_flight": {
            "kind": kind,
            "depth": block["in_flight"],
            "engine_ns": block["engine_ns"],
            "service_ns": ns,
            "own_ns": ns * OWN,
            "packets": PACKETS,
            "refused": PACKETS if kind == "none" else 0,
            "most_held": {"none": 0, "one_per_cpu": 1, "many": block["in_flight"]}[kind],
            "waits": waits,
            "waited_ns": float(waits * block["engine_ns"]),
            "engine_waits": PACKETS // 2 if kind == "many" else 0,
            "engine_waited_ns": 0.0,
            "pps": pps(kind, ns, block),
            "overtaken": 0,
            "request_bytes_peak": 400 * block["in_flight"] if kind == "many" else 0,
            "macs_checked": PACKETS,
            "macs_wrong": 0,
        },
        "preemption": {
            "held": held,
            "rx_packets": RX,
            "rx_waited": RX if held else 0,
            "macs_checked": 2 * RX,
            "macs_wrong": 0,
            "disturbed": 3,
            "wait": quantiles if held else None,
            "section": quantiles | {"p50_ns": ns},
        },
    }

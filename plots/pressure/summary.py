# SPDX-License-Identifier: MIT
"""Memory pressure in summary.json."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from plots.pressure.estimates import PressureResult, of
from plots.verdicts.results import BlockResult, Results


def _strategy(block: BlockResult, result: PressureResult) -> dict[str, Any]:
    axes = block.block.axes
    return {
        "strategy": result.name,
        "pages": axes.pages,
        "failure_rate": asdict(result.failure_rate),
        "marginal_drops": result.marginal_drops,
        "drops": result.drops,
        "lossless_pps": result.lossless_pps.median,
        "half_percent_loss_pps": result.half_percent_loss_pps.median,
        "recovery_packets": result.recovery_packets,
        "block": block.block.id,
        "workload": axes.workload,
        "algorithm": axes.algorithm,
        "provider": axes.provider,
        "sockets": axes.sockets,
        "possible_cpus": axes.possible_cpus,
        "ring": axes.ring,
        "rounds": result.rounds,
        "rounds_refused": result.rounds_refused,
        "operations": result.operations,
        "operations_refused": result.operations_refused,
        "rx_packets": result.rx_packets,
        "skb_drops": result.skb_refused,
        "tx_packets": result.tx_packets,
        "tx_drops": result.tx_refused,
        "sockets_open": result.sockets_open,
        "pages_open": result.pages_open,
        "arena_pages": result.arena_pages,
        "skb_headroom_bytes": result.skb_headroom_bytes,
        "open_failures": result.open_failures,
        "accept_failures": result.accept_failures,
        "burst_longest": result.burst_longest,
        "recovery_packets_longest": result.recovery_longest,
        "service_ns": asdict(result.service_ns),
        "churn_percent": axes.churn_percent,
        "accepts": result.accepts,
        "lossless_rounds": result.lossless_rounds,
        "lossless_pps_low": result.lossless_pps.low,
        "lossless_pps_high": result.lossless_pps.high,
        "half_percent_loss_rounds": result.half_percent_loss_rounds,
        "half_percent_loss_pps_low": result.half_percent_loss_pps.low,
        "half_percent_loss_pps_high": result.half_percent_loss_pps.high,
        "lossless_share": result.lossless_share,
        "half_percent_loss_share": result.half_percent_loss_share,
    }


def summary(results: Results) -> dict[str, Any]:
    return {"pressure": [_strategy(block, result) for block in results.blocks for result in of(block)]}

# SPDX-License-Identifier: MIT
"""report/summary.json: the machine's view (results/schema/summary.schema.json)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from plots.pressure import PressureResult
from plots.results import BlockResult, Results, StrategyResult


def _strategy(result: StrategyResult) -> dict[str, Any]:
    latency = None
    if result.latency:
        response = result.latency["response"].percentiles
        latency = {p: response[p].median for p in ("p50", "p99", "p999")}
    return {
        "name": result.name,
        "ns_per_packet": asdict(result.ns_per_packet),
        "ratio": asdict(result.ratio),
        "verdict": result.verdict,
        "effect_size": result.effect_size,
        "latency_ns": latency,
        "bytes_per_socket": result.memory.bytes_per_socket if result.memory else None,
        "bytes_total": result.memory.open.bytes if result.memory else None,
        "bytes_idle": result.memory.idle.bytes if result.memory else None,
        "bytes_peak": result.memory.peak.bytes if result.memory else None,
        "rss_bytes": result.rss_bytes,
        "allocations_per_packet": result.allocations_per_packet,
        "packets": result.packets,
        "allocation_failures": result.allocation_failures,
        "drops": result.drops,
        "forged_accepted": result.forged_accepted,
    }


def _block(result: BlockResult) -> dict[str, Any]:
    axes = result.block.axes.plain()
    first = ("workload", "algorithm", "provider", "allocator", "sockets", "cpus", "cache", "load")
    return {
        **{axis: axes.pop(axis) for axis in first},
        "strategies": [_strategy(strategy) for strategy in result.strategies],
        "id": result.block.id,
        **axes,
        "rounds": len(result.block.timed),
        "margin_percent": result.margin * 100,
        "confidence_percent": result.confidence * 100,
        "resolves_nothing_because": result.resolves_nothing_because,
    }


def _pressure(block: BlockResult, result: PressureResult) -> dict[str, Any]:
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
        "open_failures": result.open_failures,
        "accept_failures": result.accept_failures,
        "burst_longest": result.burst_longest,
        "recovery_packets_longest": result.recovery_longest,
        "service_ns": asdict(result.service_ns),
        "lossless_share": result.lossless_share,
        "half_percent_loss_share": result.half_percent_loss_share,
    }


def summary(results: Results) -> dict[str, Any]:
    """The summary of blocks that have at least one round."""
    return {
        "format": 1,
        "run": results.run.name,
        "baseline": results.run.baseline,
        "rounds": results.run.rounds,
        "blocks": [_block(block) for block in results.blocks if block.strategies],
        "aa": {
            "comparisons": results.aa.comparisons,
            "called_different": results.aa.called_different,
            "median_ratio": results.aa.median_ratio,
        },
        "pressure": [_pressure(block, result) for block in results.blocks for result in block.pressure],
    }

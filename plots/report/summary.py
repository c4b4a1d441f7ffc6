# SPDX-License-Identifier: MIT
"""report/summary.json: the machine's view (results/schema/summary.schema.json)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from plots.report import summary_protocols
from plots.memory.fits import Fit
from plots.run.model import Axes
from plots.pressure.estimates import PressureResult
from plots.verdicts.results import BlockResult, Results, StrategyResult


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
        "bytes_rounded": result.memory.open.total.rounded_bytes if result.memory else None,
        "blocks": result.memory.open.total.blocks if result.memory else None,
        "fragmentation": result.fragmentation,
        "bytes_idle": result.memory.idle.bytes if result.memory else None,
        "bytes_peak": result.memory.peak.bytes if result.memory else None,
        "rss_bytes": result.rss_bytes,
        "allocations_per_packet": result.allocations_per_packet,
        "skb_headroom_bytes": result.skb_headroom_bytes,
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


def _fit(fit: Fit) -> dict[str, Any]:
    shared = fit.shared
    return {
        "strategy": fit.strategy,
        "provider": shared.provider,
        "algorithm": shared.algorithm,
        "bytes_fixed": fit.bytes_fixed,
        "bytes_per_cpu": fit.bytes_per_cpu,
        "bytes_per_socket": fit.socket,
        "bytes_per_request": fit.bytes_per_request,
        "max_residual_percent": fit.max_residual_percent,
        **_of(shared),
        "bytes_per_algorithm": fit.algorithm if fit.algorithms_varied else None,
        "bytes_per_cpu_algorithm": fit.cpu_algorithm if fit.algorithms_varied else None,
        "scratch_buffers_per_cpu": fit.shared_scratch,
        "scratch_pieces_per_cpu": fit.each_scratch if fit.scratch_varied else None,
        "bytes_per_request_scratch_byte": fit.request_scratch,
        "own_scratch_bytes": fit.own_scratch,
        "points": fit.points,
    }


def _of(shared: Axes) -> dict[str, Any]:
    """What tells the cells of a fit from those of another, beside provider and algorithm; `cpus` is a crossover's own."""
    axes = {axis: getattr(shared, axis) for axis in ("workload", "ip", "options", "choice", "key", "churn_percent")}
    return {**axes, "threads": shared.cpus}


def _memory(results: Results) -> dict[str, Any]:
    memory = results.memory
    return {
        "fits": [_fit(fit) for fit in memory.fits],
        "crossovers": [
            {
                "a": c.a,
                "b": c.b,
                "cpus": c.cpus,
                "sockets": c.sockets,
                "provider": c.shared.provider,
                "algorithm": c.shared.algorithm,
                **_of(c.shared),
                "below": asdict(c.below) if c.below else None,
                "above": asdict(c.above) if c.above else None,
                "holds": c.holds,
            }
            for c in memory.crossovers
        ],
        "predictions": [
            {
                "strategy": p.strategy,
                "provider": p.shared.provider,
                "algorithm": p.shared.algorithm,
                **_of(p.shared),
                "sockets": p.sockets,
                "possible_cpus": p.cpus,
                "predicted_bytes": p.predicted_bytes,
                "measured_bytes": p.measured_bytes,
                "off_percent": p.off_percent,
            }
            for p in memory.predictions
        ],
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
        "memory": _memory(results),
        "pressure": [_pressure(block, result) for block in results.blocks for result in block.pressure],
        "consumers": summary_protocols.consumer_blocks(results),
        "history": summary_protocols.steps(results),
        "published": summary_protocols.published(results),
        "rates": summary_protocols.rates(results),
        "scaling": summary_protocols.scaling(results),
        "in_flight": summary_protocols.in_flight(results),
        "lines_of_code": summary_protocols.lines_of_code(results),
    }

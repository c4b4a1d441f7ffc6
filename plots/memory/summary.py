# SPDX-License-Identifier: MIT
"""Counted memory in summary.json."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from plots.memory.estimates import of
from plots.memory.fits import Fit
from plots.run.axes import Axes, value
from plots.verdicts.results import Results, StrategyResult


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
    """The axes that distinguish fits, besides provider and algorithm. `threads` is the axis cpus; `cpus` is a crossover's."""
    axes = {axis: value(shared, axis) for axis in ("workload", "ip", "options", "choice", "key", "churn_percent")}
    return {**axes, "threads": shared.cpus}


def summary(results: Results) -> dict[str, Any]:
    memory = of(results)
    found = {
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
    return {"memory": found}


def of_strategy(result: StrategyResult) -> dict[str, Any]:
    memory = result.memory
    return {
        "bytes_per_socket": memory.bytes_per_socket if memory else None,
        "bytes_total": memory.open.bytes if memory else None,
        "bytes_rounded": memory.open.total.rounded_bytes if memory else None,
        "blocks": memory.open.total.blocks if memory else None,
        "fragmentation": result.fragmentation,
        "bytes_idle": memory.idle.bytes if memory else None,
        "bytes_peak": memory.peak.bytes if memory else None,
        "rss_bytes": result.rss_bytes,
        "allocations_per_packet": result.allocations_per_packet,
        "skb_headroom_bytes": result.skb_headroom_bytes,
    }

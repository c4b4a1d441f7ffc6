# SPDX-License-Identifier: MIT
"""Latencies of a cell in open loop, and their histograms."""

from __future__ import annotations

from typing import Any

import numpy as np


def _histogram(samples: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Log-linear: 16 steps in each power of two."""
    exponent = np.floor(np.log2(samples))
    width = 2.0 ** (exponent - 4)
    edges, counts = np.unique(np.floor(samples / width) * width, return_counts=True)
    at = {p: float(np.quantile(samples, q)) for p, q in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999))}
    return {
        "count": len(samples),
        "overflow": 0,
        **{f"{name}_ns": round(value, 1) for name, value in at.items()},
        "max_ns": float(samples.max()),
        "buckets": [[float(edge), int(count)] for edge, count in zip(edges, counts)],
    }


def latency(rng: np.random.Generator, ns: float, load: str) -> dict[str, Any]:
    share = float(load.rstrip("%")) / 100
    service = ns * rng.lognormal(0, 0.12, 4000) + np.where(rng.random(4000) < 0.004, 3000, 0)
    lateness = rng.exponential(ns * 8 * share / (1 - share), 4000) + 5
    return {
        "turns": 12,
        "turns_disturbed": 1,
        "response": _histogram(service + lateness),
        "service": _histogram(service),
        "lateness": _histogram(lateness),
    }

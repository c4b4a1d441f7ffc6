# SPDX-License-Identifier: MIT
"""Times in summary.json."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from plots.cost import counters
from plots.verdicts.pages import huge_shares
from plots.verdicts.results import BlockResult, StrategyResult


def of_block(block: BlockResult) -> dict[str, Any]:
    return {
        "rounds": len(block.timed),
        "margin_percent": block.margin * 100,
        "confidence_percent": block.confidence * 100,
        "resolves_nothing_because": block.resolves_nothing_because,
        "huge_share": min(huge_shares(block.timed), default=None),
        "counters": counters.summary(block),
        **({"look": asdict(block.look)} if block.look else {}),
    }


def of_strategy(strategy: StrategyResult) -> dict[str, Any]:
    response = strategy.latency["response"].percentiles if strategy.latency else None
    return {
        "ns_per_packet": asdict(strategy.ns_per_packet),
        "ratio": asdict(strategy.ratio),
        "ratio_to_second": asdict(strategy.to_second) if strategy.to_second.median is not None else None,
        "rounds_wanted": strategy.rounds_wanted,
        "heaps": asdict(strategy.heaps) if strategy.heaps else None,
        "sittings": [{"sitting": number, "ratio": ratio} for number, ratio in strategy.sitting_ratios.items()],
        "verdict": strategy.verdict,
        "effect_size": strategy.effect_size,
        "latency_ns": {p: response[p].median for p in ("p50", "p99", "p999")} if response else None,
    }

# SPDX-License-Identifier: MIT
"""History in summary.json."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from plots.history import estimates as history
from plots.history.estimates import SEGMENT_NS
from plots.history.gains import gains
from plots.verdicts.results import Results


def _steps(results: Results) -> list[dict[str, Any]]:
    """Each chain, oldest step first."""
    return [
        {
            "block": chain.block.block.id,
            "floor_ns_per_packet": asdict(chain.floor_ns),
            "steps": [
                {
                    "strategy": taken.step.strategy,
                    "when": taken.step.when,
                    "ns_per_packet": asdict(taken.ns),
                    "ratio_to_before": asdict(taken.to_before),
                    "saved_ns": asdict(taken.saved_ns),
                    "saved_share_of_segment": None if taken.saved_ns.median is None else taken.saved_ns.median / SEGMENT_NS,
                }
                for taken in chain.steps
            ],
        }
        for chain in history.chains(results)
    ]


def _published(results: Results) -> list[dict[str, Any]]:
    """Each published ratio that has a block here."""
    return [
        {
            "what": c.published.what,
            "block": c.block.block.id,
            "before": c.published.before,
            "after": c.published.after,
            "published_ratio": c.published.ratio,
            "ratio": asdict(c.ratio),
            "apart": c.apart,
            "parts": [{"more": p.more, "less": p.less, "share_of_after": asdict(p.share)} for p in c.parts],
            "setkey_share_of_after": asdict(c.setkey),
            "floor_share_of_after": asdict(c.floor),
            "ratio_without_floor": c.without_floor,
            "unexplained": c.unexplained,
        }
        for c in history.compared(results)
    ]


def _gains(results: Results) -> list[dict[str, Any]]:
    """Each published ratio that was counted in the kernel."""
    return [
        {
            "what": gain.published.what,
            "published_ratio": gain.published.ratio,
            "ratio": gain.ratio,
            "bytes": gain.bytes,
            "before": asdict(gain.before),
            "after": asdict(gain.after),
            "saved_by_phase": gain.by_phase,
            "in_phases": gain.in_phases,
        }
        for gain in gains(results)
    ]


def _rates(results: Results) -> list[dict[str, Any]]:
    """Each posted rate of a connection, if any has a block here."""
    return [
        {
            "what": h.rate.what,
            "clone_gbit": h.rate.clone_gbit,
            "percpu_gbit": h.rate.percpu_gbit,
            "segment_ns": h.rate.segment_ns,
            "block": h.block.block.id if h.block else None,
            "difference_ns": asdict(h.difference_ns),
            "difference_share_of_segment": None if h.difference_ns.median is None else h.difference_ns.median / h.rate.segment_ns,
        }
        for h in history.hidden(results)
    ]


def _scaling(results: Results) -> list[dict[str, Any]]:
    """Two threads against one: always unresolved."""
    return [
        {
            "block_one_thread": pair.one.block.id,
            "block_two_threads": pair.two.block.id,
            "strategies": [
                {"name": s.name, "growth": asdict(found[2]), "verdict": "unresolved"}
                for s in pair.two.strategies
                if (found := pair.of(s.name)) and s.name != results.run.baseline
            ],
        }
        for pair in history.scaling(results)
    ]


def summary(results: Results) -> dict[str, Any]:
    return {
        "history": _steps(results),
        "published": _published(results),
        "published_in_kernel": _gains(results),
        "rates": _rates(results),
        "scaling": _scaling(results),
    }

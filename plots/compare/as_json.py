# SPDX-License-Identifier: MIT
"""A comparison for programs (--json): results/schema/compare.schema.json."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from plots.compare.compare import Comparison
from plots.compare.gate import Outcome
from plots.verdicts.results import Results


def _run(results: Results) -> dict[str, Any]:
    return {"path": str(results.run.path), "git": results.run.git, "seed": results.run.seed}


def _gate(outcome: Outcome) -> dict[str, Any]:
    return {
        "percent": outcome.gate_percent,
        "outcome": outcome.word,
        "exit_code": outcome.exit_code,
        "worse": list(outcome.worse),
        "cannot_judge": list(outcome.cannot_judge),
        "times_judged": outcome.times_judged,
        "times_unseen": outcome.times_unseen,
    }


def as_json(comparison: Comparison, outcome: Outcome | None) -> dict[str, Any]:
    """`counts` has the numbers that differ; `counts_compared` says how many there are in all."""
    return {
        "format": 2,
        "a": _run(comparison.a),
        "b": _run(comparison.b),
        "baseline": comparison.baseline,
        "conditions": [asdict(one) for one in comparison.differences],
        "times_refused": comparison.times_refused,
        "confidence": comparison.confidence,
        "changes": [
            {
                "block": c.pair.a.block.id,
                "strategy": c.strategy,
                "what": c.what,
                "a": c.a,
                "b": c.b,
                "change": asdict(c.change),
                "verdict": c.verdict,
                "not_judged_because": c.not_judged_because,
            }
            for c in comparison.changes
        ],
        "counts_compared": len(comparison.counts),
        "counts": [
            {
                "block": c.pair.a.block.id,
                "strategy": c.strategy,
                "pass": c.of_pass,
                "what": c.what,
                "a": c.a,
                "b": c.b,
                "judged": c.judged,
            }
            for c in comparison.counts
            if c.judged != "equal"
        ],
        "missing": list(comparison.missing),
        "gate": _gate(outcome) if outcome else None,
    }

# SPDX-License-Identifier: MIT
"""report/summary.json: the report for programs (results/schema/summary.schema.json)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from plots.claims.command import command
from plots.claims.judge import Judged
from plots.claims.lines import says
from plots.verdicts import sittings
from plots.verdicts.question import Question
from plots.verdicts.results import BlockResult, Results, StrategyResult


def _strategy(result: StrategyResult, questions: Sequence[Question]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": result.name}
    for question in questions:
        found |= question.summary_of_strategy(result)
    return found | {
        "packets": result.packets,
        "allocation_failures": result.allocation_failures,
        "drops": result.drops,
        "forged_accepted": result.forged_accepted,
    }


def _block(result: BlockResult, questions: Sequence[Question]) -> dict[str, Any]:
    axes = result.block.axes.plain()
    first = ("workload", "algorithm", "provider", "allocator", "sockets", "cpus", "cache", "load")
    found = {
        **{axis: axes.pop(axis) for axis in first},
        "strategies": [_strategy(strategy, questions) for strategy in result.strategies],
        "id": result.block.id,
        **axes,
    }
    for question in questions:
        found |= question.summary_of_block(result)
    return found


def claims(judged: Sequence[Judged], runs: Sequence[Results]) -> list[dict[str, Any]]:
    """The verdicts. Of several runs, a block's id begins with the run's name, and each run has a command."""
    found = []
    for one in judged:
        commands = [text for results in runs if (text := command(results.run, one.blocks.get(results.run.name, [])))]
        found.append(
            {
                "id": one.claim.id,
                "verdict": one.verdict,
                "number": one.number.median,
                "low": one.number.low,
                "high": one.number.high,
                "condition": one.condition,
                "lane": one.lane,
                "says": says(one).replace("\u00a0", " "),
                "blocks": [id_ if len(runs) == 1 else f"{run}/{id_}" for run, ids in one.blocks.items() for id_ in ids],
                "command": " && ".join(commands) or None,
            }
        )
    return found


def summary(results: Results, questions: Sequence[Question], judged: Sequence[Judged]) -> dict[str, Any]:
    """The summary of blocks that have at least one round."""
    run = results.run
    found = {
        "format": 1,
        "run": run.name,
        "baseline": run.baseline,
        "second_baseline": run.second_baseline,
        "rounds": run.rounds,
        **({"precision": asdict(run.precision)} if run.precision else {}),
        "sittings": [
            {"sitting": one.number, "start": f"{one.start:%Y-%m-%dT%H:%M:%SZ}" if one.start else None, "rounds": one.rounds}
            for one in sittings.sittings(run)
        ],
        "claims": claims(judged, [results]),
        "blocks": [_block(block, questions) for block in results.measured],
        "aa": {
            "comparisons": results.aa.comparisons,
            "called_different": results.aa.called_different,
            "median_ratio": results.aa.median_ratio,
        },
    }
    for question in questions:
        found |= question.summary(results)
    not_run = [{"block": one.block, "pass": one.kind, "round": one.round, "reason": one.reason} for one in run.not_run]
    return found | {"not_run": not_run, "lines_of_code": asdict(run.lines_of_code) if run.lines_of_code else None}

# SPDX-License-Identifier: MIT
"""Kernel beside model in summary.json."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from plots.kernel.estimates import Beside, compared
from plots.kernel.pairs import Disagreement, Ranks, disagreements, ranks
from plots.run.kernel import Kernel
from plots.statistics.ranks import Agreement
from plots.verdicts.results import Results


def _lanes(kernel: Kernel) -> list[dict[str, Any]]:
    return [
        {
            "lane": lane.name,
            "start": f"{lane.start:%Y-%m-%dT%H:%M:%SZ}",
            "revision": lane.revision,
            "kernels": [asdict(measured) for measured in lane.kernels],
            "rounds": len(lane.rounds),
        }
        for lane in kernel.lanes
    ]


def _beside(one: Beside) -> dict[str, Any]:
    return {
        "algorithm": one.algorithm,
        "bytes": one.bytes,
        "block": one.block.block.id,
        "polluted_block": one.polluted.block.id if one.polluted else None,
        "model_bytes": one.payload,
        "pool": [{"lane": at.lane, "kernel": at.kernel, "cost": cost} for at, cost in one.pool.items()],
        "strategies": [
            {
                "name": row.strategy,
                "model": asdict(row.model),
                "polluted": asdict(row.polluted),
                "kernel": [
                    {
                        "lane": at.lane,
                        "kernel": at.kernel,
                        "form": reading.form,
                        "boots": reading.boots,
                        "ratio": asdict(reading.warm),
                        "cold": asdict(reading.cold),
                    }
                    for at, reading in row.readings.items()
                ],
            }
            for row in one.rows
        ],
    }


def _disagreement(one: Disagreement) -> dict[str, Any]:
    return {
        "algorithm": one.beside.algorithm,
        "bytes": one.beside.bytes,
        "strategy": one.strategy,
        "lane": one.column.lane,
        "kernel": one.column.kernel,
        "form": one.form,
        "model": one.model,
        "ratio": one.kernel,
        "in_sign": one.in_sign,
        "phase": asdict(one.phase) if one.phase else None,
    }


def _agreement(one: Agreement) -> dict[str, Any]:
    return {"tau": asdict(one.tau), "strategies": one.things, "pairs": one.pairs}


def _ranks(one: Ranks) -> dict[str, Any]:
    by_algorithm = [{"algorithm": name, **_agreement(found)} for name, found in one.by_algorithm.items()]
    return {"lane": one.column.lane, "kernel": one.column.kernel, **_agreement(one.all), "by_algorithm": by_algorithm}


def summary(results: Results) -> dict[str, Any]:
    kernel = results.run.kernel
    if kernel is None:
        return {"kernel": None}
    found, missing = compared(results)
    return {
        "kernel": {
            "lanes": _lanes(kernel),
            "beside": [_beside(one) for one in found],
            "missing": [asdict(one) for one in missing],
            "disagreements": [_disagreement(one) for one in disagreements(kernel, found)],
            "ranks": [_ranks(one) for one in ranks(found)],
        }
    }

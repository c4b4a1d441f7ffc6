# SPDX-License-Identifier: MIT
"""Kernel beside model in summary.json."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from plots.kernel.estimates import Beside, compared
from plots.kernel.instructions import Agreed, Counted, Gap, Opposite, Sides, agreed
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
        for lane in (*kernel.lanes, *([kernel.model] if kernel.model else []))
    ]


def _beside(one: Beside) -> dict[str, Any]:
    return {
        "algorithm": one.algorithm,
        "bytes": one.bytes,
        "block": one.block.block.id,
        "cold_block": one.cold.block.id if one.cold else None,
        "model_bytes": one.payload,
        "pool": [{"lane": at.lane, "kernel": at.kernel, "cost": cost} for at, cost in one.pool.items()],
        "strategies": [
            {
                "name": row.strategy,
                "model": asdict(row.model),
                "cold": asdict(row.cold),
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


def _sides(one: Counted, side: Sides) -> dict[str, Any]:
    gap = one.gap(side)
    return {
        "name": side.strategy,
        "form": side.form,
        "model": side.model,
        "kernel": side.kernel,
        "ratios": {"model": gap.model, "kernel": gap.kernel} if gap else None,
    }


def _opposite(one: Opposite) -> dict[str, Any]:
    where = {"algorithm": one.counted.algorithm, "bytes": one.counted.bytes}
    return {**where, "strategies": [one.one, one.other], "model": one.model, "kernel": one.kernel}


def _gap(one: Gap) -> dict[str, Any]:
    where = {"algorithm": one.counted.algorithm, "bytes": one.counted.bytes, "strategy": one.of.strategy}
    return {**where, "model": one.model, "kernel": one.kernel, "phase": asdict(one.phase)}


def _agreed(one: Agreed) -> dict[str, Any]:
    counted = [
        {
            "algorithm": found.algorithm,
            "bytes": found.bytes,
            "model_bytes": found.model_bytes,
            "strategies": [_sides(found, side) for side in found.sides],
        }
        for found in one.counted
    ]
    return {
        "api": one.api,
        "kernel": one.kernel,
        "ratios": len(one.gaps),
        "median_apart": one.apart,
        "widest": _gap(one.widest) if one.widest else None,
        "opposite": [_opposite(found) for found in one.opposite],
        **_agreement(one.order),
        "counted": counted,
    }


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
            "instructions": [_agreed(one) for one in agreed(kernel)],
        }
    }

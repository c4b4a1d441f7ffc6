# SPDX-License-Identifier: MIT
"""A run's timed cells as Google Benchmark's JSON, for its compare.py. A round becomes a repetition."""

from __future__ import annotations

from typing import Any

from plots.verdicts.results import Results


def benchmark_json(results: Results) -> dict[str, Any]:
    """Timed cells only. real_time equals cpu_time, since a simulated CPU does nothing except process its packets."""
    run = results.run
    benchmarks = []
    cells = [(block, strategy.name) for block in results.blocks for strategy in block.strategies]
    for index, (block, name) in enumerate(cells):
        rounds = [(r.round, cell) for r in block.timed if (cell := r.cell(name)) is not None]
        times = [(number, cell.counters.packets, cell.ns_per_packet) for number, cell in rounds]
        run_name = f"{block.block.id}/{name}"
        benchmarks += [
            {
                "name": run_name,
                "family_index": index,
                "per_family_instance_index": 0,
                "run_name": run_name,
                "run_type": "iteration",
                "repetitions": len(rounds),
                "repetition_index": number,
                "threads": block.block.axes.cpus,
                "iterations": packets,
                "real_time": ns,
                "cpu_time": ns,
                "time_unit": "ns",
            }
            for number, packets, ns in times
            if ns is not None
        ]
    return {
        "context": {
            "executable": "tfmbench",
            "num_cpus": run.machine.get("threads", run.machine["cores"]),
            "library_build_type": (run.build["type"] or "").lower(),
            "run": run.name,
            "git": run.git["revision"],
        },
        "benchmarks": benchmarks,
    }

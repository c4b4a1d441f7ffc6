# SPDX-License-Identifier: MIT
"""Operations in flight in summary.json."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from plots.in_flight.estimates import of
from plots.verdicts.results import Results


def summary(results: Results) -> dict[str, Any]:
    """One strategy in one block."""
    found = [
        {"strategy": f.name, "block": b.block.id, "depth": b.block.axes.in_flight, "engine_ns": b.block.axes.engine_ns}
        | {key: value for key, value in asdict(f).items() if key != "name"}
        for b in results.blocks
        for f in of(b)
    ]
    return {"in_flight": found}

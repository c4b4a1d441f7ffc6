# SPDX-License-Identifier: MIT
"""The kinds of figures that show the kernel."""

from __future__ import annotations

from plots.kernel.estimates import compared
from plots.kernel.figures import beside, phases
from plots.run.kernel import in_kernel
from plots.verdicts.question import Kind
from plots.verdicts.results import BlockResult, Results


def _compared(results: Results) -> list[BlockResult]:
    """The model's blocks that the kernel has packets for."""
    return list({one.block.block.id: one.block for one in compared(results)[0]}.values())


def _counted(results: Results) -> list[BlockResult]:
    """One of them for each algorithm whose instructions were counted."""
    lane = results.run.kernel.lane("counted") if results.run.kernel else None
    counted = {r.algorithm for r in lane.rounds} if lane else set()
    found = {b.block.axes.algorithm: b for b in reversed(_compared(results)) if in_kernel(b.block.axes.algorithm) in counted}
    return list(reversed(found.values()))


_NEEDS = "a folder of the real kernel's results (report RUN --kernel DIR) and blocks with its packets"

KINDS = (
    Kind("kernel", "kernel beside model", "traffic", 1, lambda block: True, beside.draw, _NEEDS, of=_compared, opens=True),
    Kind("kernel_phases", "instructions by phase", "traffic", 1, lambda block: True, phases.draw, f"{_NEEDS}, with the lane counted",
         of=_counted),
)  # fmt: skip

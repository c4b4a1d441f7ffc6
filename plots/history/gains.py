# SPDX-License-Identifier: MIT
"""The published gains in the kernel itself: instructions before and after a step, by phase, where the run has counted kernels
beside it."""

from __future__ import annotations

from dataclasses import dataclass

from plots.history.estimates import PUBLISHED, Published
from plots.run.kernel import PHASES, Kernel, Lane, factor, in_kernel
from plots.verdicts.results import Results

STEPS = {("clone_sigpool", "onstack"): ("clone_sigpool/tcp_sigpool", "onstack/library")}
"""The cells that ran before and after a step: the kernel's own code, in the newest kernel that has it."""

ADDS_UP = 0.02
"""The phases explain a gain if no more than this share of it lies in no phase."""

_SOCKETS = 1000


@dataclass(frozen=True)
class Side:
    """A cell before or after a step."""

    kernel: str
    release: str
    name: str
    by_phase: dict[str, float]
    """Instructions a packet."""

    @property
    def instructions(self) -> float:
        return sum(self.by_phase.values())


@dataclass(frozen=True)
class Gain:
    published: Published
    bytes: int
    """Of the kernel's packets: those nearest to the published size."""
    before: Side
    after: Side

    @property
    def ratio(self) -> float:
        return self.before.instructions / self.after.instructions

    @property
    def saved(self) -> float:
        return self.before.instructions - self.after.instructions

    @property
    def by_phase(self) -> dict[str, float]:
        """What each phase saves. Below 0: it costs more."""
        return {phase: self.before.by_phase[phase] - self.after.by_phase[phase] for phase in PHASES}

    @property
    def in_phases(self) -> float:
        """The share of what is saved that lies in a phase. 1: the phases add up."""
        return 1 - self.by_phase["other"] / self.saved if self.saved else 1.0

    @property
    def adds_up(self) -> bool:
        return abs(1 - self.in_phases) <= ADDS_UP


def _side(kernel: Kernel, lane: Lane, algorithm: str, bytes_: int, name: str) -> Side | None:
    for measured in reversed(lane.kernels):
        found = kernel.instructions(measured.kernel, algorithm, bytes_, _SOCKETS).get(name)
        if found:
            return Side(measured.kernel, measured.release, name, found)
    return None


def _gain(kernel: Kernel, lane: Lane, published: Published) -> Gain | None:
    algorithm, names = in_kernel(published.algorithm), STEPS.get((published.before, published.after))
    sizes = sorted({c.bytes for r in lane.rounds if r.algorithm == algorithm for c in r.cells})
    if algorithm is None or names is None or not sizes or published.payload is None:
        return None
    wanted = published.payload
    bytes_ = min(sizes, key=lambda size: factor(size, wanted))
    before, after = (_side(kernel, lane, algorithm, bytes_, name) for name in names)
    return Gain(published, bytes_, before, after) if before and after and factor(bytes_, wanted) <= 2 else None


def gains(results: Results) -> list[Gain]:
    """One for each published figure that counted kernels have both sides of."""
    kernel = results.run.kernel
    lane = kernel.lane("counted") if kernel else None
    return [gain for one in PUBLISHED if kernel and lane and (gain := _gain(kernel, lane, one))]

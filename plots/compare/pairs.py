# SPDX-License-Identifier: MIT
"""What two runs have in common: blocks with equal axes, and the strategies that both have in a pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plots.drawing import conditions, words
from plots.run.model import Block
from plots.run.rounds import Cell, Round, Watched
from plots.verdicts.counted import CountedRound
from plots.verdicts.results import BlockResult, Results
from plots.verdicts.timed import TimedRound


def where(block: BlockResult) -> str:
    """A block's name in every output: its conditions."""
    return ", ".join(conditions.of(block.block.axes))


def rounds_of(block: Block) -> dict[str, tuple[Round[Cell], ...]]:
    """A block's rounds by the name of their pass. A block has at most one pass besides timed and counted."""
    found: dict[str, tuple[Round[Cell], ...]] = {"timed": block.of(TimedRound), "counted": block.of(CountedRound)}
    others = tuple(r for r in block.rounds if not isinstance(r, (TimedRound, CountedRound)))
    found |= {name: others for name in block.passes if name not in found}
    return {name: rounds for name, rounds in found.items() if rounds}


def measured(block: BlockResult, name: str) -> list[str]:
    """The strategies that a block has in a pass, in the run's order."""
    there = {cell.name for r in rounds_of(block.block).get(name, ()) for cell in r.cells if not cell.aa}
    return [strategy.name for strategy in block.strategies if strategy.name in there]


@dataclass(frozen=True)
class Pair:
    """A block that both runs have measured."""

    a: BlockResult
    b: BlockResult

    @property
    def where(self) -> str:
        return where(self.a)

    def strategies(self, name: str) -> list[str]:
        """Those that both have in a pass."""
        there = set(measured(self.b, name))
        return [strategy for strategy in measured(self.a, name) if strategy in there]


def _numbers(rounds: Iterable[Round[Cell]]) -> set[int]:
    return {r.round for r in rounds if isinstance(r, Watched)}


def _missing(pair: Pair) -> list[str]:
    """Passes, strategies, and rounds whose numbers are exact, so that each counts. Of timed rounds six are enough."""
    lines = []
    of_b = rounds_of(pair.b.block)
    for name, rounds in rounds_of(pair.a.block).items():
        there, said = measured(pair.b, name), name.replace("_", "-")
        if not there:
            lines.append(f"{pair.where}: no {said} round")
            continue
        lines += [f"{pair.where}: {strategy}" for strategy in measured(pair.a, name) if strategy not in there]
        wanted = _numbers(rounds)
        lost = len(wanted - _numbers(of_b[name]))
        if lost and name != "timed":
            lines.append(f"{pair.where}: {lost} of {words.plural(len(wanted), f'{said} round')}")
    return list(dict.fromkeys(lines))


def pairs(a: Results, b: Results) -> tuple[list[Pair], list[str]]:
    """The blocks that both have, and what A has measured and B has not, one line each."""
    of_b = {block.block.axes: block for block in b.measured}
    found, missing = [], []
    for block in a.measured:
        other = of_b.get(block.block.axes)
        if other is None:
            missing.append(where(block))
        else:
            found.append(Pair(block, other))
            missing += _missing(found[-1])
    return found, missing

# SPDX-License-Identifier: MIT
"""Which figures a run has data for, their order, and why the others are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plots.drawing import conditions
from plots.drawing.drawn import Drawn
from plots.verdicts.families import Family, families, memory_families
from plots.verdicts.question import Kind, Question
from plots.verdicts.results import Results

FIRST, FOLDED = 1, 5
"""How many families of a kind a page shows open, and how many folded away. The others are only files."""


@dataclass(frozen=True)
class Chosen:
    kind: Kind
    family: Family
    name: str
    place: int
    """0 for the first family of its kind."""

    @property
    def main(self) -> bool:
        """Shown open on the page, and drawn as PNG beside SVG."""
        return self.place < FIRST


def _families(kind: Kind, results: Results) -> list[Family]:
    blocks = kind.of(results) if kind.of else [block for block in results.blocks if kind.wanted(block)]
    group = memory_families if kind.counted else families
    found = group(blocks, kind.axis, kind.at_least)
    if kind.each:
        found = [Family(kind.axis, block.block.axes, (block,)) for family in found for block in family.blocks]
    elif any(len(family.blocks) > 1 for family in found):  # a single block shows no more than its table
        found = [family for family in found if len(family.blocks) > 1]
    # First the families with the most blocks, then the block that kind.each picks, then the smallest kind.first.
    first = kind.each(blocks) if kind.each and blocks else None
    return sorted(found, key=lambda f: (-len(f.blocks), f.blocks[0] is not first, kind.first(f)))


def _file_name(kind: Kind, family: Family) -> str:
    """KIND-PROTOCOL-TRAFFIC-ALGORITHM-PROVIDER and axes that are not at their default. Only axes are in it, so it is stable."""
    axes = family.shared
    varied = kind.axis
    parts = [kind.name, axes.protocol, "" if varied == "traffic" else axes.traffic, axes.algorithm, axes.provider]
    if varied != "sockets":
        parts.append(f"{axes.sockets}_sockets")
    elif len(family.blocks) == 1:
        parts.append(f"{family.blocks[0].block.axes.sockets}_sockets")
    if not kind.counted:
        parts += ["" if axes.cache == "warm" else axes.cache, f"load_{axes.load}" if axes.open_loop else ""]
    parts += conditions.unusual(axes, without=[] if kind.each else [varied])
    parts = ["".join(c if c.isascii() and c.isalnum() or c == "." else "_" for c in part.lower()) for part in parts]
    return "-".join(re.sub("_+", "_", part).strip("_") for part in parts if part)


def choose(results: Results, questions: Sequence[Question]) -> tuple[list[Chosen], list[str]]:
    """The figures to draw, and a line for each kind that is left out."""
    chosen, left_out = [], []
    names: set[str] = set()
    kinds = [kind for question in questions for kind in question.figures()]
    for kind in sorted(kinds, key=lambda kind: not kind.opens):
        found = _families(kind, results)
        if not found:
            left_out.append(f"{kind.title}: needs {kind.needs}.")
        for place, family in enumerate(found):
            name = _file_name(kind, family)
            if name in names:
                name = f"{name}-{place}"
            names.add(name)
            chosen.append(Chosen(kind, family, name, place))
    return chosen, left_out


def draw_all(results: Results, chosen: list[Chosen]) -> Iterator[tuple[Chosen, Drawn]]:
    """Draws one figure at a time, so that only one is in memory."""
    for one in chosen:
        yield one, one.kind.draw(one.family, one.name, results)

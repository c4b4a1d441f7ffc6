# SPDX-License-Identifier: MIT
"""`tfmbench kernel --list`: lanes, kernels, algorithms, and which strategy is in which kernel. docs/kernel.md has the same table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernel.lanes.kernels import FAMILIES, NAMES
from kernel.lanes.names import AEAD, ALGORITHMS, ALL_ALGORITHMS, NEWEST
from kernel.lanes.registry import LANES
from kernel.lanes.strategies import CELLS, NOWHERE, Cell, column_number


def as_json() -> dict[str, Any]:
    return {
        "lanes": [{"name": lane.name, "summary": lane.summary} for lane in LANES.values()],
        "kernels": [
            {"name": family.name, "package": family.meta_package, "from": family.source, "what": family.what} for family in FAMILIES
        ],
        "algorithms": [{"name": name, "full_only": name not in ALGORITHMS} for name in ALL_ALGORITHMS],
        "strategies": [
            {
                "name": cell.name,
                "strategy": cell.strategy,
                "form": cell.form,
                "what": cell.what,
                "algorithms": list(cell.algorithms),
                "kernels": [name for name in NAMES if cell.gap(column_number(name)) is None],
                "gaps": {name: gap for name in NAMES if (gap := cell.gap(column_number(name)))},
            }
            for cell in CELLS
        ],
        "nowhere": [{"strategy": strategy, "reason": reason} for strategy, reason in NOWHERE.items()],
    }


def algorithms_of(cell: Cell) -> str:
    """In words as short as can be."""
    if cell.algorithms == ALL_ALGORITHMS:
        return "all"
    if cell.algorithms == ALGORITHMS:
        return "hashes"
    return ", ".join(cell.algorithms)


def in_kernels(cell: Cell) -> list[str]:
    return ["–" if cell.gap(column_number(name)) else "yes" for name in NAMES]


def gaps(cell: Cell) -> dict[str, list[str]]:
    """The kernels that have it not, by reason."""
    by_reason: dict[str, list[str]] = {}
    for name in NAMES:
        if reason := cell.gap(column_number(name)):
            by_reason.setdefault(reason, []).append(name)
    return by_reason


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  " + "  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def as_text() -> str:
    lines = ["lanes", *_columns([(lane.name, lane.summary) for lane in LANES.values()]), ""]
    lines += ["kernels", *_columns([(f.name, f"{f.meta_package}, {f.source}: {f.what}") for f in FAMILIES]), ""]
    with_full = f"with --full, or by name: {AEAD}"
    lines += ["algorithms", f"  {', '.join(ALGORITHMS)}; {with_full}", ""]
    lines += ["strategies", *_columns([("", *NAMES, ""), *((c.name, *in_kernels(c), algorithms_of(c)) for c in CELLS)])]
    lines.append(f"  {NEWEST}: 7.x; hashes: all but {AEAD}")
    for cell in CELLS:
        lines += [f"  {cell.name} is not in {', '.join(names)}: {reason}" for reason, names in gaps(cell).items()]
    lines += [f"  {strategy} is in no kernel: {reason}" for strategy, reason in NOWHERE.items()]
    return "\n".join(lines)


def as_markdown() -> str:
    """The table of docs/kernel.md, and the reasons below it."""
    lines = [f"| cell | {' | '.join(NAMES)} | algorithms | what it is |", f"|---|{'---|' * len(NAMES)}---|---|"]
    for cell in CELLS:
        lines.append(f"| `{cell.name}` | {' | '.join(in_kernels(cell))} | {algorithms_of(cell)} | {cell.what} |")
    lines += ["", f"`{NEWEST}` is a 7.x; hashes: all algorithms but {AEAD}. Why a kernel has not got a cell:", ""]
    of_reason: dict[tuple[str, str], list[str]] = {}
    for cell in CELLS:
        for reason, names in gaps(cell).items():
            of_reason.setdefault((", ".join(names), reason), []).append(f"`{cell.name}`")
    lines += [f"- {', '.join(cells)} in {names}: {reason}." for (names, reason), cells in of_reason.items()]
    lines += [f"- `{strategy}` in any: {reason}." for strategy, reason in NOWHERE.items()]
    return "\n".join(lines)

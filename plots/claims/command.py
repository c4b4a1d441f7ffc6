# SPDX-License-Identifier: MIT
"""The command that repeats the blocks of a claim, from what the run was asked for."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence

from plots.run.axes import names, value
from plots.run.model import Block, Run

_WITHOUT = ("faults",)
"""Axes that a filter cannot name in a shell word."""


def _text(found: object) -> str:
    """A value as --filter takes it."""
    return f"{found:g}" if isinstance(found, float) else str(found)


def _left(blocks: Sequence[Block], axis: str, wanted: Collection[str]) -> tuple[list[str], list[Block]]:
    """The values of an axis that the wanted blocks have, and the blocks that have one of them."""
    keep = list(dict.fromkeys(_text(value(b.axes, axis)) for b in blocks if b.id in wanted))
    return keep, [b for b in blocks if _text(value(b.axes, axis)) in keep]


def _filters(blocks: Sequence[Block], wanted: Collection[str]) -> list[str]:
    """The filters that leave these blocks, and as few others as filters by single axes can. The one that removes most first."""
    filters: list[str] = []
    left = list(blocks)
    axes = [name for name in names() if name not in _WITHOUT]
    while True:
        axis = min(axes, key=lambda name: len(_left(left, name, wanted)[1]))
        keep, rest = _left(left, axis, wanted)
        if len(rest) == len(left):
            return filters
        filters += ["--filter", f"{axis}={','.join(keep)}"]
        left = rest


def _without_out(line: Sequence[str]) -> list[str]:
    """The words of a command line without the run's folder."""
    after_out = [False, *(word == "--out" for word in line)]
    return [word for word, of_out in zip(line, after_out) if not of_out and word != "--out" and not word.startswith("--out=")]


def command(run: Run, wanted: Collection[str]) -> str | None:
    """The run's command line with filters that leave these blocks. A run that repeats another takes no filter: then all of it.
    None if the run does not keep what it was asked for, or if no block is wanted."""
    if run.asked is None or not wanted:
        return None
    words = _without_out(run.asked.command_line)
    if any(word.split("=")[0] == "--from" for word in words):
        words = ["run", "--from", str(run.path)]
    else:
        words += _filters(run.blocks, wanted)
    return shlex.join(["build/release/tfmbench", *words])

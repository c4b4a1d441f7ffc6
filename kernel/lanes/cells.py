# SPDX-License-Identifier: MIT
"""What the module says in a log: an algorithm begins, then come lines of its cells. They must be those that were asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from kernel.lanes import strategies
from kernel.lanes.log import Broken, Line
from kernel.lanes.results import cell_names

Body = dict[str, Any]
"""What a round's file says of its algorithm alone."""


def begun(kernel: str, sockets: int, line: Line) -> Body:
    """The algorithm that the module's own line begins."""
    if line.fields["sockets"] != sockets:
        raise Broken(f"{kernel}: line {line.number}: {line.fields['sockets']} sockets in place of {sockets}")
    return {"algorithm": line.fields["algorithm"], "driver": line.fields["driver"], "cells": []}


def cell(sockets: int, line: Line) -> dict[str, Any]:
    """What a line says of its cell, but for what was measured."""
    said = line.fields
    head = cell_names(said["name"])
    return {**head, "bytes": said["bytes"], "sockets": sockets, "cache": said["cache"], "packets": said["packets"]}


def add_turns(body: Body, sockets: int, line: Line) -> None:
    """A line of times. A cell's turns may take more than one line; they follow each other."""
    head = cell(sockets, line)
    times = {name: list(line.fields[name]) for name in ("turn_ns", "turn_cycles") if name in line.fields}
    last = body["cells"][-1] if body["cells"] else None
    if last is None or {name: last[name] for name in head} != head:
        body["cells"].append({**head, **times})
        return
    for name, values in times.items():
        last.setdefault(name, []).extend(values)


def timed(kernel: str, asked: Sequence[str], sockets: int, lines: Sequence[Line]) -> list[Body]:
    """For each algorithm asked for what lines of times say."""
    bodies: list[Body] = []
    for line in lines:
        if line.kind == "module":
            bodies.append(begun(kernel, sockets, line))
        elif line.kind == "time" and bodies:
            add_turns(bodies[-1], sockets, line)
        else:
            raise Broken(f"{kernel}: line {line.number}: {line.kind} does not belong among times, or not there")
    check_algorithms(kernel, asked, bodies)
    return bodies


def check_algorithms(kernel: str, asked: Sequence[str], bodies: Sequence[Body]) -> None:
    given = [body["algorithm"] for body in bodies]
    if given != list(asked):
        raise Broken(f"{kernel}: the log has {', '.join(given) or 'no algorithm'} and was asked for {', '.join(asked)}")


def check(kernel: str, sizes: Collection[int], caches: Collection[str], body: Body) -> None:
    """The module's cells are those of the table, each once with each size and cache."""
    have = [(cell["name"], cell["bytes"], cell["cache"]) for cell in body["cells"]]
    named = [cell.name for cell in strategies.cells(kernel, body["algorithm"])]
    want = {(name, size, cache) for name in named for size in sizes for cache in caches}
    where = f"{kernel}, {body['algorithm']}"
    for key in have:
        if key not in want:
            raise Broken(f"{where}: the module has {key[0]} ({key[1]} B, {key[2]}), and kernel/lanes/strategies.py has not")
    for key in sorted(want - set(have)):
        raise Broken(f"{where}: {key[0]} ({key[1]} B, {key[2]}) is missing: kernel/lanes/strategies.py names it")
    if len(have) != len(want):
        raise Broken(f"{where}: a cell was measured twice")

# SPDX-License-Identifier: MIT
"""Reads a folder of the real kernel's results: LANE/run.json, and LANE/rounds/ with them. No file is skipped silently."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from plots.run.axes import Axes
from plots.run.files import BadInput, read_json
from plots.run.kernel import LANES, MODEL, PHASES, Connections, Counts, Faulted, Kernel, KernelCell, KernelRound, Lane, Measured, Slab, age


def _phases(data: dict[str, Any] | None) -> dict[str, Counts]:
    return {phase: Counts(**data[phase]) for phase in PHASES} if data else {}


def _cell(data: dict[str, Any]) -> KernelCell:
    return KernelCell(
        **{key: data[key] for key in ("strategy", "form", "bytes", "sockets", "cache", "packets")},
        phases=_phases(data.get("phases")),
        turn_ns=tuple(data.get("turn_ns", ())),
        turn_cycles=tuple(data.get("turn_cycles", ())),
    )


def _connections(path: Path, data: dict[str, Any]) -> Connections:
    message_ns = data["message_ns"] or []
    if sorted(message_ns) != message_ns:
        raise BadInput(f"{path}: connections: {data['key']}: message_ns: percentiles must ascend")
    plain = ("key", "algorithm", "connections", "bytes", "messages", "percent", "segments", "retransmits", "failed", "stuck")
    return Connections(
        **{key: data[key] for key in plain},
        message_ns=tuple(message_ns),
        phases=_phases(data["phases"]),
        slab_bytes=data["slab"]["active_bytes"] if data["slab"] else None,
    )


def _named(path: Path, where: str, data: dict[str, Any]) -> dict[str, Any]:
    """The entry without its name, which must be STRATEGY/FORM."""
    if data["name"] != f"{data['strategy']}/{data['form']}":
        raise BadInput(f"{path}: {where}: '{data['name']}' is not {data['strategy']}/{data['form']}, its strategy and form")
    return {key: value for key, value in data.items() if key != "name"}


def _cells(path: Path, found: list[dict[str, Any]]) -> tuple[KernelCell, ...]:
    cells = tuple(_cell(_named(path, "cells", data)) for data in found)
    several = [at for at, times in Counter((c.name, c.bytes, c.sockets, c.cache) for c in cells).items() if times > 1]
    if several:
        name, size, sockets, cache = several[0]
        raise BadInput(f"{path}: cells: {name} with {size} bytes, {sockets} sockets and a {cache} cache appears twice")
    for cell in cells:
        if cell.phases and not cell.per_packet():
            raise BadInput(f"{path}: cells: {cell.name} with {cell.bytes} bytes has no instruction in any phase")
        if cell.turn_cycles and len(cell.turn_cycles) != len(cell.turn_ns):
            raise BadInput(f"{path}: cells: {cell.name}: {len(cell.turn_cycles)} turns in cycles, {len(cell.turn_ns)} in ns")
    return cells


def _faults(path: Path, found: list[dict[str, Any]]) -> tuple[Faulted, ...]:
    for data in found:
        if data["failed"] > data["operations"]:
            raise BadInput(f"{path}: faults: {data['name']}: {data['failed']} of {data['operations']} operations failed")
    return tuple(Faulted(**_named(path, "faults", data)) for data in found)


def _belongs(path: Path, found: dict[str, Any], lane: str, kernels: Sequence[Measured]) -> None:
    """BadInput unless it is a round of this lane, of one of its kernels, with that kernel's module."""
    if found["lane"] != lane:
        raise BadInput(f"{path}: a round of the lane '{found['lane']}'; this folder is of '{lane}'")
    same = [measured for measured in kernels if measured.kernel == found["kernel"]]
    if not same:
        names = dict.fromkeys(measured.kernel for measured in kernels)
        raise BadInput(f"{path}: kernel {found['kernel']} is not in run.json, which has {', '.join(names)}")
    # The lane sockets has a kernel as a stock one and as User-mode Linux: their releases differ.
    measured = next((measured for measured in same if measured.release == found["release"]), same[0])
    for name in ("release", "config", "module"):
        there, here = found[name], getattr(measured, name)
        if there != here:
            raise BadInput(f"{path}: its {name} is {there or 'not known'}, that of {measured.kernel} in run.json is {here or 'not known'}")


def _axes(path: Path, found: dict[str, Any]) -> Axes | None:
    if "axes" not in found:
        return None
    try:
        axes = Axes(found["axes"])
    except ValueError as error:
        raise BadInput(f"{path}: axes: {error}") from error
    if (axes.algorithm, axes.provider) != (found["algorithm"], found["driver"]):
        raise BadInput(f"{path}: its axes have {axes.provider}'s {axes.algorithm}; it says that it is of {found['driver']}'s {found['algorithm']}")
    return axes


def _file_name(found: dict[str, Any]) -> str:
    if "block_id" in found:
        return f"{found['block_id']}.r{found['round']:02}.json"
    algorithm = re.sub("[^a-z0-9]+", "-", found["algorithm"]).strip("-")
    return f"{found['kernel']}.{algorithm}.r{found['round']:02}.json"


def _round(path: Path, lane: str, kernels: Sequence[Measured]) -> KernelRound:
    found = read_json(path, "kernel_round")
    _belongs(path, found, lane, kernels)
    if path.name != _file_name(found):
        raise BadInput(f"{path}: holds what {_file_name(found)} should: round {found['round']} of {found['kernel']} with {found['algorithm']}")
    return KernelRound(
        path=path,
        **{key: found[key] for key in ("kernel", "algorithm", "driver")},
        number=found["round"],
        cells=_cells(path, found["cells"]),
        faults=_faults(path, found.get("faults", [])),
        slab=tuple(Slab(**_named(path, "slab", data)) for data in found.get("slab", [])),
        connections=tuple(_connections(path, data) for data in found.get("connections", [])),
        axes=_axes(path, found),
    )


def _whole(folder: Path, rounds: list[KernelRound], kernels: Sequence[Measured]) -> None:
    """BadInput if a kernel has no round, or if the numbers of a kernel's rounds have a gap."""
    for kernel in dict.fromkeys(measured.kernel for measured in kernels):
        numbers: dict[str, list[int]] = {}
        for one in rounds:
            if one.kernel == kernel:
                numbers.setdefault(one.algorithm, []).append(one.number)
        if not numbers:
            raise BadInput(f"{folder / 'rounds'}: no round of {kernel}, which run.json lists")
        for algorithm, found in numbers.items():
            missing = sorted(set(range(max(found) + 1)) - set(found))
            if missing:
                raise BadInput(f"{folder / 'rounds'}: round {missing[0]} of {kernel} with {algorithm} is missing; there are {len(found)} others")


def _kernels(path: Path, found: list[dict[str, Any]]) -> tuple[Measured, ...]:
    kernels = tuple(Measured(**data) for data in sorted(found, key=lambda data: age(data["kernel"])))
    if len({(one.kernel, one.release) for one in kernels}) < len(kernels):
        raise BadInput(f"{path}: kernels: one appears twice")
    sources = sorted({one.source or "not known" for one in kernels})
    if len(sources) > 1:
        raise BadInput(f"{path}: kernels: modules built from different sources ({', '.join(sources)}): these do not belong together")
    return kernels


def _lane(folder: Path) -> Lane:
    path = folder / "run.json"
    data = read_json(path, "kernel_run")
    if data["lane"] != folder.name:
        raise BadInput(f"{path}: the lane '{data['lane']}' in a folder called {folder.name}")
    kernels = _kernels(path, data["kernels"])
    rounds = [_round(one, data["lane"], kernels) for one in sorted((folder / "rounds").glob("*.json"))]
    _whole(folder, rounds, kernels)
    return Lane(
        name=data["lane"],
        path=folder,
        full=data["full"],
        command_line=tuple(data["asked"]["command_line"]),
        revision=data["git"]["revision"],
        start=datetime.fromisoformat(data["start"].removesuffix("Z")),
        cpu=data["machine"]["cpu"],
        hypervisor=data["machine"]["hypervisor"],
        tools=data["tools"],
        kernels=kernels,
        warnings=tuple(data["warnings"]),
        rounds=tuple(sorted(rounds, key=lambda r: (age(r.kernel), r.algorithm, r.number))),
    )


def load_kernel(folder: Path) -> Kernel:
    """The lanes in a folder that `tfmbench kernel LANE --out DIR` wrote, and the model's. BadInput if anything is wrong."""
    wants = "--kernel takes the folder that `tfmbench kernel LANE --out DIR` wrote, which holds LANE/run.json"
    if not folder.is_dir():
        raise BadInput(f"{folder}: {'a file' if folder.exists() else 'no such folder'}; {wants}")
    if (folder / "run.json").exists():
        raise BadInput(f"{folder}: holds a run.json itself: the folder of one lane, or of a run in userspace; {wants}")
    below = sorted(one for one in folder.iterdir() if (one / "run.json").exists() or (one / "rounds").is_dir())
    if not below:
        raise BadInput(f"{folder}: no lane in it; {wants}")
    lanes = {lane.name: lane for lane in map(_lane, below)}
    return Kernel(folder, tuple(lanes[name] for name in LANES if name in lanes), lanes.get(MODEL))

# SPDX-License-Identifier: MIT
"""The pass `counted`: how its files are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from plots.run.rounds import Pass, head
from plots.verdicts.counted import OWNERS, Charge, CountedCell, CountedRound, Memory, Moment, Resident


def _charge(data: dict[str, Any]) -> Charge:
    return Charge(data["bytes"], data.get("rounded_bytes"), data.get("blocks"))


def _moment(data: dict[str, Any]) -> Moment:
    return Moment(_charge(data["total"]), {owner: _charge(data[owner]) for owner in OWNERS if owner in data})


def _resident(data: dict[str, Any]) -> Resident:
    return Resident(**{name: data[name] for name in Resident.__dataclass_fields__})


def _memory(data: dict[str, Any]) -> Memory:
    left, resident = data.get("left"), data.get("resident")
    return Memory(
        sockets_half=data["sockets_half"],
        sockets=data["sockets"],
        sockets_open=data.get("sockets_open", data["sockets"]),
        open_error=data.get("open_error"),
        idle=_moment(data["idle"]),
        half=_moment(data["half"]),
        open=_moment(data["open"]),
        peak=_moment(data["peak"]),
        left=_moment(left) if left else None,
        resident={moment: _resident(resident[moment]) for moment in ("before", "open", "closed")} if resident else None,
    )


def _cell(cell: dict[str, Any]) -> CountedCell:
    fast_path = cell["fast_path"]
    return CountedCell(
        **head(cell),
        memory=_memory(cell["memory"]),
        allocations_per_packet=fast_path["allocations"] / fast_path["packets"] if fast_path["packets"] else None,
        skb_headroom_bytes=cell["memory"].get("skb_headroom_bytes"),
    )


def read(path: Path, data: dict[str, Any]) -> CountedRound:
    return CountedRound(path=path, cells=tuple(_cell(cell) for cell in data["cells"]))


PASS = Pass("counted", "counted only", CountedRound, read, once=True)

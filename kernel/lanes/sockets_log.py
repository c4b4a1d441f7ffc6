# SPDX-License-Identifier: MIT
"""What a boot of the lane sockets says: for each key its slabs, then a line for each size of messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kernel.lanes import log, phases
from kernel.lanes.log import Broken, Line
from kernel.lanes.phases import Phases

_AO = "tcp_ao"


@dataclass(frozen=True)
class Key:
    """What connections are authenticated with."""

    key: str
    algorithm: str | None

    @property
    def word(self) -> str:
        """As init reads it."""
        return f"{self.key}:{self.algorithm}" if self.key == _AO else self.key

    @property
    def option(self) -> str | None:
        """The kernel's, without which there is no such key."""
        return {"tcp_md5": "CONFIG_TCP_MD5SIG", _AO: "CONFIG_TCP_AO"}.get(self.key)


def keys_of(algorithms: Sequence[str]) -> tuple[Key, ...]:
    """Plain connections, and those of these algorithms."""
    keyed = (Key("tcp_md5", name) if name == "md5" else Key(_AO, name) for name in algorithms)
    return (Key("plain", None), *sorted(keyed, key=lambda key: key.key == _AO))


def collect(
    kernel: str,
    keys: Sequence[Key],
    sizes: Sequence[int],
    percents: Sequence[float],
    connections: int,
    console: str,
    counted: str | None = None,
) -> list[dict[str, Any]]:
    """All lines of connections, in the order asked for. `counted`: what the plugin wrote; with it each has a turn."""
    lines = iter(log.parse(console, kernel)[1:-1])
    totals = iter(phases.parse(counted, kernel)) if counted is not None else None
    found: list[dict[str, Any]] = []
    for key in keys:
        for percent in percents:
            slab = _slab(kernel, key, next(lines, None)) if percent == 0 else None
            for size in sizes:
                turn = _turn(kernel, key, size, next(lines, None), totals) if totals is not None else None
                body = _connections(kernel, key, size, percent, connections, next(lines, None))
                found.append({**body, "phases": turn, "slab": slab})
                slab = None
    left = next(lines, None)
    if left is not None:
        raise Broken(f"{kernel}: line {left.number}: {left.kind} comes after all that was asked for")
    if totals is not None and next(totals, None) is not None:
        raise Broken(f"{kernel}: the plugin counted more turns than the log has")
    return found


def _expect(kernel: str, kind: str, wanted: dict[str, Any], line: Line | None) -> dict[str, Any]:
    text = ", ".join(f"{name} {value}" for name, value in wanted.items())
    if line is None:
        raise Broken(f"{kernel}: the log ends before {kind} of {text}")
    if line.kind != kind or any(line.fields[name] != value for name, value in wanted.items()):
        raise Broken(f"{kernel}: line {line.number} is not {kind} of {text}")
    return line.fields


def _slab(kernel: str, key: Key, line: Line | None) -> dict[str, Any]:
    said = _expect(kernel, "slab", {"what": f"sockets/{key.word}", "algorithm": key.algorithm}, line)
    return {name: said[name] for name in ("active_bytes", "total_bytes", "objects")}


def _turn(kernel: str, key: Key, size: int, line: Line | None, totals: Iterator[Phases]) -> Phases:
    _expect(kernel, "turn", {"name": f"sockets/{key.word}", "bytes": size}, line)
    total = next(totals, None)
    if total is None:
        raise Broken(f"{kernel}: the log has more turns than the plugin counted")
    return total


def _connections(kernel: str, key: Key, size: int, percent: float, connections: int, line: Line | None) -> dict[str, Any]:
    wanted = {"key": key.key, "algorithm": key.algorithm, "bytes": size, "percent": percent, "connections": connections}
    said = _expect(kernel, "connections", wanted, line)
    order = ("key", "algorithm", "connections", "bytes", "messages", "percent", "message_ns", "segments", "retransmits", "failed", "stuck")
    return {name: said[name] for name in order}

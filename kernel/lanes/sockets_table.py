# SPDX-License-Identifier: MIT
"""The tables at the end of the lane sockets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernel.lanes import phases

_MEDIAN, _P99 = 50, 99
_ENDS = 2
"""Of a connection: each is a socket."""

Row = Sequence[str]


def table(rounds: Sequence[dict[str, Any]]) -> str:
    entries = [(body["kernel"], entry) for body in rounds for entry in body["connections"]]
    parts = [
        _counted([(kernel, entry) for kernel, entry in entries if entry["phases"] is not None]),
        _slab([(kernel, entry) for kernel, entry in entries if entry["slab"] is not None and entry["phases"] is None]),
        _failing([(kernel, entry) for kernel, entry in entries if entry["percent"] > 0]),
    ]
    return "\n\n".join(part for part in parts if part)


def name_of(entry: dict[str, Any]) -> str:
    return f"{entry['key']} {entry['algorithm']}" if entry["key"] == "tcp_ao" else str(entry["key"])


def _columns(title: str, rows: Sequence[Row], left: Sequence[int] = (0,)) -> str:
    """Names to the left, figures to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]

    def line(row: Row) -> str:
        cells = (f"{text:<{widths[i]}}" if i in left else f"{text:>{widths[i]}}" for i, text in enumerate(row))
        return "  ".join(cells).rstrip()

    return "\n".join([title, "", *map(line, rows)])


def _counted(entries: Sequence[tuple[str, dict[str, Any]]]) -> str:
    if not entries:
        return ""
    rows: dict[tuple[str, str], dict[int, float]] = {}
    for kernel, entry in entries:
        rows.setdefault((kernel, name_of(entry)), {})[entry["bytes"]] = phases.instructions(entry["phases"]) / entry["messages"]
    sizes = list(next(iter(rows.values())))
    head = ["", *(f"{size} B" for size in sizes)]
    body = [[f"{kernel} {name}", *(f"{row[size]:.0f}" for size in sizes)] for (kernel, name), row in rows.items()]
    return _columns("the kernel's instructions a message, a stock kernel under QEMU", [head, *body])


def _slab(entries: Sequence[tuple[str, dict[str, Any]]]) -> str:
    plain = {kernel: entry for kernel, entry in entries if entry["key"] == "plain"}
    rows = [["", "bytes", "objects"]]
    for kernel, entry in entries:
        if entry["key"] == "plain":
            continue
        sockets = _ENDS * entry["connections"]
        floor = plain[kernel]["slab"]
        more = {name: (count - floor["objects"].get(name, 0)) / sockets for name, count in entry["slab"]["objects"].items()}
        objects = ", ".join(f"{count:.2g} {name}" for name, count in more.items() if count > 0.1)
        rows.append([f"{kernel} {name_of(entry)}", f"{(entry['slab']['active_bytes'] - floor['active_bytes']) / sockets:.0f}", objects])
    return _columns("slab a keyed socket has beyond a plain one, User-mode Linux", rows, (0, 2)) if len(rows) > 1 else ""


def _failing(entries: Sequence[tuple[str, dict[str, Any]]]) -> str:
    if not entries:
        return ""
    rows = [["", "failslab", "messages", "failed", "retransmits", "stuck", "median ms", "p99 ms"]]
    for kernel, entry in entries:
        times = entry["message_ns"] or [0] * (_P99 + 1)
        counts = [str(entry[name]) for name in ("messages", "failed", "retransmits", "stuck")]
        rows.append([f"{kernel} {name_of(entry)}", f"{entry['percent']:g} %", *counts, f"{times[_MEDIAN] / 1e6:.2f}", f"{times[_P99] / 1e6:.0f}"])
    return _columns("messages while allocations fail, User-mode Linux", rows)

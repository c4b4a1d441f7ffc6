# SPDX-License-Identifier: MIT
"""Counted memory with known coefficients, which a fit has to find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

OWN_SCRATCH = 60
TABLE = 170
"""Algorithms that the pools' table holds."""
STACK = 256
"""The most scratch, in bytes, of a strategy that keeps scratch on the stack."""


@dataclass(frozen=True)
class Shape:
    """Bytes: fixed; for each algorithm; for each CPU; for each algorithm on each CPU; for each socket; for each packet in
    flight. For each size of scratch: `size` bytes, and on each CPU `pieces` pieces that hold a request and the scratch."""

    fixed: int = 0
    algorithm: int = 0
    cpu: int = 0
    cpu_algorithm: int = 0
    socket: int = 0
    request: int = 0
    size: int = 0
    pieces: int = 0
    shared_scratch: bool = False
    table: bool = False
    stack: bool = False


SHAPES = {
    "null": Shape(stack=True),
    "percpu_pool": Shape(4096, 64, 64, 384, 64, shared_scratch=True, table=True),
    "per_socket_tfm": Shape(socket=432, request=120),
    "per_request_key": Shape(algorithm=232, socket=72, request=328),
    "tfm_pool": Shape(4096, 64, 64, 256, 64, request=120, shared_scratch=True, table=True),
    "onstack_prepared": Shape(socket=416, stack=True),
    "mempool": Shape(socket=432, request=120, size=40, pieces=4),
    "percpu_freelist": Shape(socket=432, request=120, size=40, pieces=1),
}


MORE_SHAPES = {
    "percpu_request_key": Shape(4096 + 232, 0, 64, 328, 64, shared_scratch=True, table=True),
    "skb_request": Shape(socket=432),
    "clone_sigpool": Shape(4096, 24, 64, 0, 64, request=360, shared_scratch=True, table=True),
    "md5sig_pool": Shape(104, 0, 64, 92, shared_scratch=True),
    "onstack": Shape(socket=72, stack=True),
    "multibuffer": Shape(8192, socket=432),
}
"""Strategies that no test fits."""


def users(block: dict[str, Any]) -> list[int]:
    """Bytes of scratch by user."""
    return [OWN_SCRATCH] if block["scratch"] == "own" else [int(user) for user in block["scratch"].split("+")]


def moment(shape: Shape, block: dict[str, Any], sockets: int, in_flight: int = 0, scratch: int | None = None) -> dict[str, Any]:
    """Live memory with so many sockets open. `scratch`: the largest size so far, if it is larger than the open sockets need."""
    algorithms = min(block["algorithms"], sockets)
    sizes = set(users(block)[:sockets])
    asked = max(sizes, default=0) if scratch is None else scratch
    kept = shape.pieces * sum(shape.request + size for size in sizes)
    owners = {
        "shared": shape.fixed + shape.algorithm * algorithms + shape.size * len(sizes),
        "percpu": (shape.cpu + shape.cpu_algorithm * algorithms + kept) * block["possible_cpus"],
        "socket": shape.socket * sockets,
        "request": (shape.request + (0 if shape.shared_scratch else asked)) * in_flight,
        "scratch": asked * block["possible_cpus"] if shape.shared_scratch else 0,
    }
    charges = {
        owner: {"bytes": held, "rounded_bytes": held + 8 * (sockets if owner == "socket" else 1), "blocks": 1}
        for owner, held in owners.items()
    }
    total = {key: sum(charge[key] for charge in charges.values()) for key in ("bytes", "rounded_bytes", "blocks")}
    return charges | {"total": total}


def resident(block: dict[str, Any], live: int) -> dict[str, int]:
    """The process: 8 MiB of its own, and an aged heap holds a fifth more than is live."""
    live += 8 << 20
    held = live * 6 // 5 if block["heap"] == "aged" else live * 21 // 20
    return {
        "allocator_live_bytes": live,
        "allocator_resident_bytes": held,
        "rss_bytes": held + (6 << 20),
        "page_faults": held // 4096,
    }


def memory(strategy: str, block: dict[str, Any], allocates: bool) -> dict[str, Any]:
    """A counted cell's `memory`."""
    shape = (SHAPES | MORE_SHAPES)[strategy]
    wanted, half = block["sockets"], block["sockets"] // 2
    opened, error = wanted, None
    if shape.table and block["algorithms"] > TABLE:
        opened, error = TABLE, "enospc"
    elif shape.stack and max(users(block)) > STACK:
        opened, error = 0, "eopnotsupp"
    most = max(users(block))
    full = moment(shape, block, opened)
    left = None
    if len(users(block)) > 1 and not error:
        stay = wanted - len(range(users(block).index(most), wanted, len(users(block))))
        left = moment(shape, block, stay, scratch=most)
    total = full["total"]["bytes"]
    return {
        "sockets_half": half,
        "sockets": wanted,
        "sockets_open": opened,
        "open_error": error,
        "idle": moment(shape, block, 0),
        "half": moment(shape, block, min(half, opened)),
        "open": full,
        "peak": moment(shape, block, opened, in_flight=1 if allocates and opened else 0),
        "left": left,
        "skb_headroom_bytes": 512 if strategy == "skb_request" else 0,
        "resident": {
            "before": resident(block, 0), "open": resident(block, total), "closed": resident(block, total // 10),
        },
    }  # fmt: skip


def blocks(axes: Any) -> list[dict[str, Any]]:
    """Blocks along every axis that memory is measured on. `axes` makes a block from the axes that are not at their default."""
    grid = [axes(sockets=n, possible_cpus=cpus) for n in (1, 10, 100, 1000, 10_000, 100_000) for cpus in (1, 8, 64, 512)]
    grid += [axes(sockets=1_000_000, possible_cpus=cpus) for cpus in (8, 512)]
    grid += [axes(algorithms=n) for n in (2, 4, 170, 171)]
    grid += [axes(scratch=users) for users in ("64", "1024", "16384", "65400", "64+1024+65400", "1024+16384")]
    grid += [
        axes(sockets=100_000, heap=heap, allocator=allocator)
        for allocator in ("glibc", "jemalloc")
        for heap in ("fresh", "aged")
        if (heap, allocator) != ("fresh", "glibc")
    ]
    return grid

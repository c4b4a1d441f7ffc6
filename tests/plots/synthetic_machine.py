# SPDX-License-Identifier: MIT
"""What a synthetic run says of where and how it was made: machine, build, revision, command."""

from __future__ import annotations

from typing import Any

HOST, KIND, REVISION = "5eed00000001", "c0de00000001", "0123456789abcdef0123456789abcdef01234567"
BUILD = "b01d00000001"
ASKED: dict[str, Any] = {
    "command_line": ["run", "mine.toml", "--filter", "sockets=1000", "--out", "results/my run"],
    "matrix_text": 'name = "synthetic"\n',
    "set": [],
    "filter": ["sockets=1000"],
    "rounds": None,
    "sittings": None,
}
"""What a newer run was asked for."""
MACHINE: dict[str, Any] = {
    "cpu": "Synthetic CPU <made of numbers>",
    "cores": 2,
    "kernel": "6.1.0",
    "memory_bytes": 8 << 30,
    "aslr": "2",
    "hypervisor": "kvm",
}
NEWER: dict[str, Any] = {
    "kind": KIND,
    "host": HOST,
    "architecture": "x86_64",
    "vendor": "GenuineNumbers",
    "family": "6",
    "model": "143",
    "stepping": "8",
    "microcode": None,
    "packages": 1,
    "numa_nodes": 1,
    "threads": 4,
    "smt": True,
    "caches": [
        {"level": 1, "type": "data", "bytes": 49152, "line_bytes": 64, "threads": 2, "count": 2},
        {"level": 3, "type": "unified", "bytes": 33554432, "line_bytes": None, "threads": 4, "count": 1},
    ],
    "mitigations": {"meltdown": "Not affected", "retbleed": "Vulnerable"},
    "thp": {"enabled": "madvise", "defrag": None},
    "governors": {"1": "performance", "0": None},
}
"""What newer files say of a machine."""
ORIGIN = {"host": HOST, "kind": KIND, "revision": REVISION, "build": BUILD}

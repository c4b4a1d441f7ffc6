# SPDX-License-Identifier: MIT
"""Writes folders of the real kernel's results with known true values, in the format of results/README.md.

A packet costs so many instructions in each phase; more bytes cost more in update only. A lane that times takes a third of a
ns for an instruction, and its cold cache costs more with every boot.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PHASES = ("start", "key", "update", "final", "end", "allocation", "other")
ALGORITHMS = ("hmac(sha1)", "hmac(sha256)", "cmac(aes)", "md5", "gcm(aes)")

Cells = dict[str, tuple[int, int, int, int, int, int, int]]

OLD: Cells = {
    "null/none": (0, 0, 0, 0, 0, 0, 20),
    "percpu_pool/ahash": (100, 1400, 1200, 1200, 80, 0, 20),
    "percpu_pool/no_rekey": (100, 0, 1200, 1200, 80, 0, 20),
    "per_socket_tfm/ahash": (80, 0, 1200, 1200, 60, 440, 20),
    "tfm_pool/ahash": (120, 1400, 1200, 1200, 100, 400, 20),
    "skb_request/ahash": (90, 0, 1200, 1200, 60, 0, 20),
    "mempool/ahash": (120, 0, 1200, 1200, 80, 460, 20),
    "onstack/ahash": (60, 1400, 1200, 1200, 40, 0, 20),
    "onstack/shash": (40, 1400, 900, 900, 20, 0, 20),
    "onstack_prepared/ahash": (60, 0, 1200, 1200, 40, 0, 20),
    "onstack_prepared/shash": (40, 0, 900, 900, 20, 0, 20),
}
MD5SIG: Cells = {"md5sig_pool/tcp_md5sig_pool": (100, 0, 1200, 1200, 80, 0, 20)}
CLONES: Cells = {
    "clone_sigpool/ahash": (500, 1400, 1200, 1200, 120, 1200, 20),
    "clone_sigpool/tcp_sigpool": (560, 1400, 1200, 1200, 120, 1300, 20),
}
LIBRARY: Cells = {
    "onstack/library": (20, 800, 700, 800, 20, 0, 20),
    "onstack_prepared/library": (20, 0, 700, 800, 20, 0, 20),
    "per_request_key/library": (60, 800, 700, 800, 60, 360, 20),
    "percpu_request_key/library": (80, 800, 700, 800, 80, 0, 20),
}
AEAD: Cells = {
    "null/none": OLD["null/none"],
    "percpu_pool/aead": (100, 3000, 2000, 900, 80, 0, 20),
    "per_socket_tfm/aead": (80, 0, 2000, 900, 60, 440, 20),
}


def cells_of(kernel: str, algorithm: str) -> Cells:
    """What a kernel has of an algorithm."""
    if algorithm == "gcm(aes)":
        return AEAD
    major, minor = map(int, kernel.split("."))
    if (major, minor) < (6, 7):
        return OLD | (MD5SIG if algorithm == "md5" else {})
    return OLD | (CLONES if major < 7 else LIBRARY)


@dataclass
class Truth:
    kernels: tuple[str, ...] = ("6.1", "6.12", "7.3")
    algorithms: tuple[str, ...] = ALGORITHMS[:4]
    bytes: tuple[int, ...] = (64, 512, 1440)
    sockets: tuple[int, ...] = (1000,)
    lanes: dict[str, int] = field(default_factory=lambda: {"counted": 1, "native": 8})  # lane -> boots
    change: dict[str, tuple[int, ...]] = field(default_factory=dict)  # cell -> its phases instead of those above
    per_byte: int = 2
    native_kernels: tuple[str, ...] = ("6.12", "7.3")

    def of(self, lane: str) -> tuple[str, ...]:
        return tuple(k for k in self.kernels if lane == "counted" or k in self.native_kernels)


def release(kernel: str) -> str:
    return f"{kernel}.9-synthetic"


def module(lane: str, kernel: str) -> str:
    """A hash: each lane builds its own module for a kernel."""
    return f"{sum(map(ord, lane + kernel)):012x}"


SOURCE = "50ace0000001"


def _counts(instructions: int, packets: int) -> dict[str, int]:
    total = instructions * packets
    return {"instructions": total, "loads": total // 4, "stores": total // 8, "l1d_misses": packets // 10, "l2_misses": packets // 20}


def _phases(truth: Truth, name: str, phases: tuple[int, ...], size: int) -> dict[str, int]:
    found = dict(zip(PHASES, truth.change.get(name, phases)))
    if name != "null/none":
        found["update"] += truth.per_byte * (size - 64)
    return found


def cell(truth: Truth, lane: str, name: str, phases: tuple[int, ...], size: int, sockets: int, cache: str, boot: int) -> dict[str, Any]:
    strategy, form = name.split("/")
    by_phase, packets = _phases(truth, name, phases, size), 1000
    found: dict[str, Any] = {
        "name": name, "strategy": strategy, "form": form, "bytes": size, "sockets": sockets, "cache": cache, "packets": packets,
    }  # fmt: skip
    if lane == "counted":
        return found | {"phases": {phase: _counts(count, packets) for phase, count in by_phase.items()}}
    ns = sum(by_phase.values()) * packets / 3
    if cache == "cold" and strategy == "per_socket_tfm":
        ns *= 1 + boot / 50
    return found | {"turn_ns": [ns * factor for factor in (1.0, 1.02, 0.99)]}


def round_of(truth: Truth, lane: str, kernel: str, algorithm: str, boot: int) -> dict[str, Any]:
    caches = ("flushed", "warm") if lane == "counted" else ("warm", "cold")
    own = cells_of(kernel, algorithm)
    cells = [
        cell(truth, lane, name, phases, size, sockets, cache, boot)
        for size in truth.bytes
        for sockets in truth.sockets
        for cache in caches
        for name, phases in own.items()
    ]
    return head(lane, kernel, algorithm, boot) | {"cells": cells}


def driver(kernel: str, algorithm: str) -> str:
    """7.3's hashes are its library's."""
    return f"{algorithm}-{'lib' if kernel == '7.3' and algorithm != 'gcm(aes)' else 'generic'}"


def head(lane: str, kernel: str, algorithm: str, boot: int) -> dict[str, Any]:
    return {
        "format": 2, "kind": "kernel", "lane": lane, "kernel": kernel, "release": release(kernel), "config": "c0f160000001",
        "module": module(lane, kernel), "algorithm": algorithm, "driver": driver(kernel, algorithm), "round": boot,
        "start": "2026-01-31T12:00:00Z", "duration_ns": 5e9,
    }  # fmt: skip


def failing(kernel: str, algorithm: str) -> list[dict[str, Any]]:
    """An atomic allocation fails with the probability; a clone needs three."""
    found = []
    for percent in (0.1, 1, 10):
        for name in cells_of(kernel, algorithm):
            strategy, form = name.split("/")
            needs = {"per_socket_tfm": 1, "tfm_pool": 1, "per_request_key": 1, "clone_sigpool": 3}.get(strategy, 0)
            failed = int(20000 * percent / 100 * needs)
            entry = {"name": name, "strategy": strategy, "form": form, "percent": percent, "operations": 20000, "failed": failed}
            found.append(entry)
    return found


def held(sockets: int = 1000) -> list[dict[str, Any]]:
    """Bytes of slab: the module's own 5,000, and so many for each socket."""
    found = []
    cells: dict[str, tuple[int, dict[str, int]]] = {
        "null/none": (0, {}), "percpu_pool/ahash": (64, {"kmalloc-64": 1}), "per_socket_tfm/ahash": (384, {"kmalloc-192": 2}),
    }  # fmt: skip
    for name, (each, objects) in cells.items():
        strategy, form = name.split("/")
        entry = {"name": name, "strategy": strategy, "form": form, "sockets": sockets, "active_bytes": each * sockets + 5000}
        found.append(entry | {"total_bytes": each * sockets + 9000, "objects": {"kmalloc-8k": 1} | {k: n * sockets for k, n in objects.items()}})
    return found


def real(key: str, algorithm: str | None, percent: float = 0, counted: bool = False) -> dict[str, Any]:
    """Connections; keyed ones take longer, and with failures some segments go again."""
    longer = {"plain": 1.0, "tcp_md5": 1.5, "tcp_ao": 2.0}[key]
    return {
        "key": key, "algorithm": algorithm, "connections": 1000, "bytes": 64, "messages": 4000, "percent": percent,
        "message_ns": None if counted else [longer * (20_000 + 100 * i) for i in range(101)],
        "phases": {phase: _counts(int(12_000 * longer) if phase == "other" else 0, 4000) for phase in PHASES} if counted else None,
        "segments": 8000, "retransmits": 40 if percent else 0, "failed": 30 if percent else 0, "stuck": 0,
        "slab": None if percent else {"active_bytes": int(7_000_000 + 640_000 * (longer - 1)), "total_bytes": 8_000_000, "objects": {"TCP": 2000}},
    }  # fmt: skip


def sockets_round(kernel: str) -> dict[str, Any]:
    found = [real("plain", None), real("tcp_md5", "md5"), real("tcp_ao", "hmac(sha1)"), real("tcp_ao", "hmac(sha1)", percent=1)]
    found += [real("tcp_ao", "hmac(sha1)", counted=True) | {"slab": None}]
    return head("sockets", kernel, "sockets", 0) | {"module": None, "driver": None, "cells": [], "connections": found}


def run_json(truth: Truth, lane: str, kernels: tuple[str, ...]) -> dict[str, Any]:
    own = lane != "sockets"
    return {
        "format": 2, "kind": "kernel", "lane": lane, "run": "synthetic", "full": False,
        "asked": {"command_line": ["kernel", lane, "--out", "results/my kernel"]},
        "git": {"revision": "0123456789abcdef0123456789abcdef01234567", "dirty": False}, "start": "2026-01-31T11:59:00Z",
        "machine": {"architecture": "x86_64", "cpu": "Synthetic CPU", "cores": 2, "kernel": "6.1.0", "hypervisor": "KVM"},
        "tools": {"qemu": "10.0.2", "compiler": None},
        "kernels": [
            {
                "kernel": kernel, "release": release(kernel), "package": f"linux-image-{kernel}", "version": f"{kernel}.9-1",
                "config": "c0f160000001", "module": module(lane, kernel) if own else None, "source": SOURCE if own else None,
            }
            for kernel in kernels
        ],
        "warnings": [],
    }  # fmt: skip


def file_name(data: dict[str, Any]) -> str:
    algorithm = re.sub("[^a-z0-9]+", "-", data["algorithm"]).strip("-")
    return f"{data['kernel']}.{algorithm}.r{data['round']:02}.json"


def write(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))


def write_kernel(folder: Path, truth: Truth | None = None) -> Path:
    truth = truth or Truth()
    for lane, boots in truth.lanes.items():
        kernels = truth.of(lane)
        write(folder / lane / "run.json", run_json(truth, lane, kernels))
        for kernel in kernels:
            for data in rounds_of(truth, lane, kernel, boots):
                write(folder / lane / "rounds" / file_name(data), data)
    return folder


def rounds_of(truth: Truth, lane: str, kernel: str, boots: int) -> list[dict[str, Any]]:
    """All rounds of a kernel. The last one of an algorithm in the lane native has faults and slab."""
    if lane == "sockets":
        return [sockets_round(kernel)]
    found = [round_of(truth, lane, kernel, algorithm, boot) for algorithm in truth.algorithms for boot in range(boots)]
    if lane == "native":
        for algorithm in truth.algorithms:
            more = {"cells": [], "faults": failing(kernel, algorithm), "slab": held()}
            found.append(head(lane, kernel, algorithm, boots) | more)
    return found


MODEL: Cells = {
    "null": (10, 0, 100, 20, 0, 0, 120),
    "percpu_pool": (100, 1400, 1200, 1200, 80, 0, 120),
    "per_socket_tfm": (80, 0, 1200, 1200, 60, 440, 120),
    "tfm_pool": (120, 1400, 1200, 1200, 100, 400, 120),
    "onstack": (40, 1400, 900, 900, 20, 0, 120),
    "onstack_prepared": (40, 0, 900, 900, 20, 0, 120),
    "clone_sigpool": (560, 1400, 1200, 1200, 120, 1300, 120),
}
"""As the kernels' own, but for what lies in no phase."""


def model_round(axes: dict[str, Any], cells: Cells, bytes_: int, form: str = "flat") -> dict[str, Any]:
    own = [
        {
            "name": f"{strategy}/{form}", "strategy": strategy, "form": form, "bytes": bytes_, "sockets": axes["sockets"], "cache": cache,
            "packets": 1000, "phases": {phase: _counts(count, 1000) for phase, count in zip(PHASES, phases)},
        }
        for strategy, phases in cells.items()
        for cache in ("flushed", "warm")
    ]  # fmt: skip
    block_id = f"{axes['workload'].replace('/', '_')}-{axes['algorithm']}-{form}-{axes['provider']}"
    own_head = {"module": None, "algorithm": axes["algorithm"], "driver": axes["provider"], "block_id": block_id, "axes": axes, "cells": own}
    return head("model", "6.12", "", 0) | own_head


def write_model(folder: Path, *rounds: dict[str, Any]) -> Path:
    run = run_json(Truth(), "sockets", ("6.12",)) | {"lane": "model", "asked": {"command_line": ["count", "kernel"]}}
    write(folder / "model/run.json", run)
    for data in rounds:
        write(folder / "model/rounds" / f"{data['block_id']}.r00.json", data)
    return folder

# SPDX-License-Identifier: MIT
"""What the process finds around it: environment, addresses, core, how it was linked, who runs beside it."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
from pathlib import Path

from rounds import BASELINE, ROOT, WATCHED, Condition

SPIN = "while :; do :; done"


def _linked_in_reverse(build: Path) -> Path:
    """tfmbench_round linked from the same objects in reverse order. Returns its folder."""
    text = subprocess.run(
        ["ninja", "-C", build, "-t", "commands", "tfmbench_round"], check=True, capture_output=True, text=True
    ).stdout.splitlines()[-1]
    command = shlex.split(text.removeprefix(": && ").removesuffix(" && :"))
    folder = build / "reverse"
    folder.mkdir(exist_ok=True)
    # jemalloc's own archive has symbols that were made local, and must follow those who use it.
    inputs = [word for word in command if word.endswith((".o", ".a")) and "jemalloc" not in word]
    rest = [word for word in command if word not in inputs]
    rest[rest.index("-o") + 1] = str(folder / "tfmbench_round")
    libraries = [word for word in rest if word.endswith(".a") or ".so" in word or word.startswith("-l")]
    options = [word for word in rest if word not in libraries]
    subprocess.run(
        [*options, "-Wl,--start-group", *reversed(inputs), "-Wl,--end-group", *libraries], check=True, cwd=build
    )
    return folder


def _aligned(build: Path) -> Path:
    """A build with each function on a line of its own. Returns its folder."""
    folder = build.with_name("aligned")
    options = ["-DCMAKE_BUILD_TYPE=Release", "-DTFM_TESTS=OFF", "-DCMAKE_CXX_FLAGS=-falign-functions=64"]
    configure: list[str | Path] = ["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", *options]
    subprocess.run(configure, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, "tfmbench_round"], check=True, stdout=subprocess.DEVNULL)
    return folder


def conditions() -> list[Condition]:
    build = ROOT / "build/release"
    last = max(os.sched_getaffinity(0))
    spinning = ("taskset", "-c", str(last), "sh", "-c", SPIN)
    measuring = (sys.executable, str(Path(__file__).with_name("beside.py")), str(last))
    return [
        Condition("control"),
        Condition("other order", (BASELINE, *reversed(WATCHED[1:]))),
        Condition("no ASLR", prefix=("setarch", platform.machine(), "-R")),
        Condition("1,000 bytes more environment", environment={"TFM_NOTHING": "x" * 1000}),
        Condition("4,104 bytes more environment", environment={"TFM_NOTHING": "x" * 4104}),
        Condition("all symbols bound at start", environment={"LD_BIND_NOW": "1"}),
        Condition("linked in reverse", build=_linked_in_reverse(build)),
        Condition("functions on lines of their own", build=_aligned(build)),
        Condition("another core", cores=(last,)),
        Condition("not pinned", cores=()),
        Condition("aged heap", axes={"heap": "aged"}),
        Condition("a spinning neighbour", beside=spinning),
        Condition("another tfmbench beside", beside=measuring),
    ]


def without_membarrier() -> list[Condition]:
    """Read-side sections are per_request_key's too: it has none, and the pool has one."""
    strategies = (*WATCHED, "per_request_key")
    refuse = str(Path(__file__).with_name("refuse_membarrier.py"))
    return [Condition("control", strategies), Condition("membarrier refused", strategies, prefix=(sys.executable, refuse))]

# SPDX-License-Identifier: MIT
"""Instructions per packet, counted by callgrind. The count is the same in every run.

    valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*::run(unsigned int, unsigned int, tfm::bench::Tally&)'
        build/release/tfmbench_round_counted --out ROUND.json < REQUEST.json

Only Cell::run() is counted, the loop that a timed round times. A counted round runs a fixed number of packets in it. The
provider (objects PROVIDERS) and the stand-in for kmalloc with its accounting (ALLOCATOR) are left out, so the count covers
strategy, protocol and harness only.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

STRATEGIES = ("null", "percpu_pool", "per_socket_tfm")
BLOCK = "tcp_ao_fixed_64-hmac_sha1-nettle-1000s"
"""The block of matrix.toml for this count: TCP-AO, 64 bytes, nettle's hmac(sha1), 1,000 sockets, no forged packets."""

PROVIDERS = re.compile(r"lib(nettle|hogweed|crypto|sodium|z)[.-]")
ALLOCATOR = re.compile(
    r"(^|:)(tfm::(\(anonymous namespace\)::)?(gfp_\w+|BlockTable|FaultInjector|counted\b|footprint\b|\w+_allocator)"
    r"|operator (new|delete)|(_int_|__libc_)?(malloc|free|calloc|realloc|memalign)\w*|unlink_chunk|tcache_\w+|sysmalloc"
    r"|_*pthread_mutex_\w+)"
)
RUN = "*::run(unsigned int, unsigned int, tfm::bench::Tally&)"


def _request(run: Path, strategy: str) -> dict[str, object]:
    """A request for a counted round of this strategy only."""
    data = json.loads((run / "run.json").read_text(encoding="utf-8"))
    block = next(b for b in data["matrix"]["blocks"] if b["id"].startswith(BLOCK))
    return {
        "block": block["axes"], "block_id": block["id"], "kind": "counted", "round": 0, "seed": 7,
        "baseline": strategy, "strategies": [strategy], "aa_copies": 0, "cores": [],
        "origin": {"host": "", "kind": "", "revision": "unknown", "build": ""}, "start": "2026-01-31T12:00:00Z",
    }  # fmt: skip


def _self_costs(profile: Path) -> list[tuple[int, str, str]]:
    """(instructions, function, object) rows of callgrind_annotate."""
    command: list[str | Path] = ["callgrind_annotate", "--threshold=100", "--auto=no", profile]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    row = re.compile(r"^\s*([\d,]+) \(\s*[\d.]+%\)\s+(.*?)(?: \[(.*)\])?$")
    found = [m for line in text.splitlines() if (m := row.match(line)) and "PROGRAM TOTALS" not in line]
    return [(int(m[1].replace(",", "")), re.sub(r"^[^:]*:(?!:)", "", m[2]), m[3] or "") for m in found]


def _dry_run(checkout: Path, folder: Path) -> Path:
    """Makes a run folder of the matrix. The run.json is needed; one counted round is run to get it."""
    from rounds import MATRIX

    command: list[str | Path] = [checkout / "build/release/tfmbench", "run", MATRIX, "--out", folder, "--filter", "workload=tcp_ao/fixed_64"]
    subprocess.run(command, check=True, capture_output=True, cwd=checkout)
    return folder


def instructions_a_packet(checkout: Path, folder: Path, strategy: str) -> float:
    run = folder / "run"
    if not run.exists():
        _dry_run(checkout, run)
    out = folder / f"{strategy}.json"
    profile = folder / f"{strategy}.callgrind"
    command: list[str | Path] = [
        "valgrind", "--tool=callgrind", "--collect-atstart=no", f"--toggle-collect={RUN}", f"--callgrind-out-file={profile}.%p",
        checkout / "build/release/tfmbench_round_counted", "--out", out,
    ]  # fmt: skip
    subprocess.run(command, input=json.dumps(_request(run, strategy)).encode(), check=True, capture_output=True)
    # The strategy runs in a child process. Only the profile of that process has instructions.
    costs = max((_self_costs(path) for path in folder.glob(f"{profile.name}.*")), key=lambda rows: sum(row[0] for row in rows))
    own = sum(n for n, function, object_ in costs if not PROVIDERS.search(object_) and not ALLOCATOR.search(function))
    (cell,) = json.loads(out.read_text(encoding="utf-8"))["cells"]
    packets: int = cell["fast_path"]["packets"]
    return own / packets


def compare(before: Path, after: Path, folder: Path) -> bool:
    """Whether no strategy takes more instructions than before. Prints both counts."""
    for side in ("before", "after"):
        (folder / side).mkdir(parents=True)
    same = True
    for strategy in STRATEGIES:
        old = instructions_a_packet(before, folder / "before", strategy)
        new = instructions_a_packet(after, folder / "after", strategy)
        same &= new <= old
        print(f"  {strategy}: {old:.1f} -> {new:.1f} instructions per packet")
    return same

#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compare multibuffer and the best single-packet strategy with DPDK's crypto-perf and `openssl speed`.

    bench/peers/peers.py [--micro PATH] [--rounds N]

All compute hmac(sha1) of the same number of bytes. A packet of tfmbench_micro with 64 or 1,460 bytes
of data also hashes 52 bytes of headers, so crypto-perf and openssl get buffers of 116 and 1,512 bytes.
crypto-perf runs its aesni_mb driver (libipsec-mb) with bursts of 32 and digests of 12 bytes, as
tfmbench_micro does. Times are wall times on one core, the same for all. Each round runs everything
once, every second round in reverse order. A ratio is the median over rounds of the ratios within a
round.

Two bounds must hold on a machine without other work:
  multibuffer at 1,460 bytes         at most 0.9 of crypto-perf
  the best single-packet strategy,
  at 64 bytes                        at most 0.5 of crypto-perf
Each bound is printed with the time of its library alone ("bare"), the lower limit for a strategy. null
computes nothing: its time, the floor of harness and contract, is part of every strategy's time.

Exit codes: 0 both bounds hold, or crypto-perf, one of its two drivers or openssl is not installed (a
message says so); 1 a bound does not hold; 2 it cannot be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HEADER_BYTES = 52  # bench/micro/message.cpp: SNE, pseudo-header, TCP header
DATA_BYTES = (64, 1460)
CRYPTO_PERF = "dpdk-test-crypto-perf"
PACKAGES = (
    "dpdk-dev librte-crypto-ipsec-mb23 librte-crypto-openssl23 librte-crypto-scheduler23 "
    "librte-reorder23 librte-mempool-ring23"
)
DRIVERS = ("aesni_mb", "openssl")
# The worker runs on core 0, where tfmbench_micro is pinned. The main core waits.
CORES = "--no-huge -m 512 --iova-mode=va -l 0,1 --main-lcore 1"
MULTIBUFFER_BOUND = 0.9
SINGLE_PACKET_BOUND = 0.5

Times = dict[str, float]  # "NAME BYTES OF DATA" to ns per packet


class CannotMeasure(Exception):
    """Says in one line what is wrong."""


def output_of(command: list[str]) -> str:
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        last = (run.stderr or run.stdout).strip().splitlines()[-1:]
        raise CannotMeasure(f"{command[0]} failed ({run.returncode}): {''.join(last)}")
    return run.stdout


def has_driver(driver: str) -> bool:
    """Whether crypto-perf loads the driver. Without it, DPDK's EAL does not know the device's name."""
    command = f"{CRYPTO_PERF} {CORES} --vdev crypto_{driver}0 -- --help"
    run = subprocess.run(command.split(), capture_output=True, text=True, check=False)
    return f'failed to parse device "crypto_{driver}0"' not in run.stdout + run.stderr


def not_installed() -> str | None:
    """The first missing peer and its packages in one line, or None."""
    install = f"(apt-get install {PACKAGES})"
    if shutil.which(CRYPTO_PERF) is None:
        return f"{CRYPTO_PERF} is not installed {install}"
    for driver in DRIVERS:
        if not has_driver(driver):
            return f"{CRYPTO_PERF}'s driver crypto_{driver} is not installed {install}"
    if shutil.which("openssl") is None:
        return "openssl is not installed (apt-get install openssl)"
    return None


def crypto_perf(driver: str, data_bytes: int) -> Times:
    """ns per operation, from crypto-perf's own operations per second."""
    arguments = (
        f"{CORES} --vdev crypto_{driver}0 -- --ptest throughput --optype auth-only "
        "--auth-algo sha1-hmac --auth-op generate --auth-key-sz 20 --digest-sz 12 "
        f"--buffer-sz {HEADER_BYTES + data_bytes} --total-ops 1000000 --burst-sz 32 "
        f"--pool-sz 8192 --devtype crypto_{driver} --silent"
    )
    out = output_of([CRYPTO_PERF, *arguments.split()])
    # lcore, buffer, burst, enqueued, dequeued, failed enqueues and dequeues, MOps, Gbps, cycles.
    row = re.search(r"^ +\d+ +\d+ +32 +1000000 +1000000 +\d+ +\d+ +([0-9.]+) ", out, re.MULTILINE)
    if row is None:
        raise CannotMeasure(f"{CRYPTO_PERF} printed no row of results")
    return {f"crypto-perf, {driver} {data_bytes}": 1000 / float(row.group(1))}


def openssl_speed(data_bytes: int) -> Times:
    hashed = HEADER_BYTES + data_bytes
    command = f"openssl speed -elapsed -mr -seconds 1 -bytes {hashed} -hmac sha1"
    out = output_of(["taskset", "-c", "0", *command.split()])
    rate = re.search(r"^\+F:\d+:hmac\(sha1\):([0-9.]+)$", out, re.MULTILINE)
    if rate is None:
        raise CannotMeasure("openssl speed printed no rate")
    return {f"openssl speed {data_bytes}": hashed / float(rate.group(1)) * 1e9}


def micro(path: Path, strategies: str, data_bytes: int) -> Times:
    """Wall time of every matching packet benchmark, over all providers."""
    out = output_of(
        [
            str(path),
            rf"--benchmark_filter=^packet/({strategies})/.*/hmac\(sha1\)/{data_bytes}$",
            "--benchmark_min_time=0.1",
            "--benchmark_format=json",
        ]
    )
    times: Times = {}
    for run in json.loads(out)["benchmarks"]:
        _, strategy, provider, _, data = run["name"].split("/")
        times[f"{strategy}, {provider} {data}"] = float(run["real_time"])
    if not times:
        raise CannotMeasure(f"{path} has no benchmark packet/({strategies})")
    return times


@dataclass(frozen=True)
class Bound:
    what: str
    ratio: float
    most: float
    library: str  # the library that computes
    library_ratio: float  # the ratio of the library alone

    def line(self) -> str:
        word = "holds" if self.ratio <= self.most else "DOES NOT HOLD"
        return (
            f"{self.what}: {self.ratio:.3f} of crypto-perf, at most {self.most}: {word} "
            f"({self.library} alone: {self.library_ratio:.3f})"
        )


def ratio(rounds: list[Times], what: str, to: str) -> float:
    if missing := next((name for name in (what, to) if name not in rounds[0]), None):
        raise CannotMeasure(f"{missing} bytes: tfmbench_micro has no such benchmark")
    return statistics.median(times[what] / times[to] for times in rounds)


def single_packet(rounds: list[Times]) -> list[str]:
    """The strategies that end each packet before the next begins, with 64 bytes."""
    others = ("crypto-perf", "openssl speed", "multibuffer", "bare", "null")
    return [what for what in rounds[0] if what.endswith(" 64") and not what.startswith(others)]


def bounds(rounds: list[Times]) -> list[Bound]:
    peers = {data: f"crypto-perf, aesni_mb {data}" for data in DATA_BYTES}
    best = min(single_packet(rounds), key=lambda what: ratio(rounds, what, peers[64]))
    provider = best.split(", ")[1].removesuffix(" 64")
    return [
        Bound(
            "multibuffer, 1460 bytes",
            ratio(rounds, "multibuffer, nettle 1460", peers[1460]),
            MULTIBUFFER_BOUND,
            "libipsec-mb",
            ratio(rounds, "bare, libipsec-mb 1460", peers[1460]),
        ),
        Bound(
            f"{best} bytes",
            ratio(rounds, best, peers[64]),
            SINGLE_PACKET_BOUND,
            provider,
            ratio(rounds, f"bare, {provider} 64", peers[64]),
        ),
    ]


def table(rounds: list[Times]) -> list[str]:
    lines = [f"{'':34}{'bytes of data':>14}{'ns, median':>12}{'least':>8}{'most':>8}{'ratio':>8}"]
    for data in DATA_BYTES:
        peer = f"crypto-perf, aesni_mb {data}"
        rows = [what for what in rounds[0] if what.endswith(f" {data}")]
        medians = {what: statistics.median(times[what] for times in rounds) for what in rows}
        for what in sorted(rows, key=lambda what: medians[what]):
            values = [times[what] for times in rounds]
            name = what.rpartition(" ")[0]
            lines.append(
                f"{name:34}{data:>14}{medians[what]:>12.0f}{min(values):>8.0f}{max(values):>8.0f}"
                f"{ratio(rounds, what, peer):>8.2f}"
            )
    return lines


def measure(path: Path, count: int) -> list[Times]:
    steps: list[Callable[[], Times]] = []
    for data in DATA_BYTES:
        ours = "[^/]+" if data == 64 else "null|multibuffer|bare|onstack_prepared"
        steps += [
            lambda data=data: crypto_perf("aesni_mb", data),  # type: ignore[misc]
            lambda data=data, ours=ours: micro(path, ours, data),  # type: ignore[misc]
            lambda data=data: crypto_perf("openssl", data),  # type: ignore[misc]
            lambda data=data: openssl_speed(data),  # type: ignore[misc]
        ]
    rounds = []
    for number in range(count):
        times: Times = {}
        for step in steps if number % 2 == 0 else reversed(steps):
            times |= step()
        rounds.append({what: times[what] for what in sorted(times)})
        print(f"round {number + 1} of {count}", file=sys.stderr)
    return rounds


def main() -> int:
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--micro", type=Path, default=root / "build/release/tfmbench_micro")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error(f"--rounds is {arguments.rounds}; at least 1 is needed")
    if (missing := not_installed()) is not None:
        print(f"skipped: {missing}")
        return 0
    if not os.access(arguments.micro, os.X_OK):
        print(f"{arguments.micro} does not exist: build tfmbench_micro, or give --micro PATH")
        return 2
    try:
        rounds = measure(arguments.micro, arguments.rounds)
        results = bounds(rounds)
    except CannotMeasure as e:
        print(e)
        return 2
    print("\n".join(table(rounds)))
    print("\nhmac(sha1); ratio: to crypto-perf with aesni_mb, the median over rounds")
    for bound in results:
        print(bound.line())
    return 0 if all(bound.ratio <= bound.most for bound in results) else 1


if __name__ == "__main__":
    sys.exit(main())

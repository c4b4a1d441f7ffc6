# SPDX-License-Identifier: MIT
"""Runs like those of bench/matrices."""

from __future__ import annotations

import sys
from pathlib import Path

import synthetic_in_flight
import synthetic_memory
from synthetic import TRAFFIC_NS, Truth, axes, write_run


def standard() -> Truth:
    """A run with every axis that figures show."""
    blocks = [
        axes(workload=f"tcp_ao/{traffic}", sockets=sockets)
        for traffic in TRAFFIC_NS
        for sockets in (1000, 10_000, 100_000)
    ]
    blocks += [axes(algorithm=algorithm, sockets=n) for algorithm in ("hmac(sha256)", "cmac(aes128)") for n in (1000, 10_000)]
    blocks += [axes(cache="polluted:4096", sockets=n) for n in (1000, 10_000)]
    blocks += [axes(load="70%", sockets=n) for n in (1000, 10_000)]
    blocks += [axes(possible_cpus=cpus) for cpus in (64, 512)]
    blocks += [
        axes(faults={"probability": p, "interval": 1, "times": -1, "seed": 1}) for p in (0.0001, 0.001, 0.01, 0.1)
    ]
    blocks += [axes(pages=pages) for pages in (256, 512, 1024)]
    return Truth(blocks=blocks)


def memory() -> Truth:
    """A run that counts memory along every axis, and times nothing."""
    return Truth(blocks=synthetic_memory.blocks(axes), timed=False, strategies=tuple(synthetic_memory.SHAPES))


EVERY = (
    "null", "percpu_pool", "percpu_request_key", "per_socket_tfm", "per_request_key", "tfm_pool", "skb_request",
    "clone_sigpool", "md5sig_pool", "onstack", "onstack_prepared", "mempool", "percpu_freelist", "multibuffer",
)  # fmt: skip
RATIO = {
    "percpu_request_key": 0.99, "per_socket_tfm": 0.8, "per_request_key": 1.04, "tfm_pool": 1.1, "skb_request": 0.75,
    "clone_sigpool": 1.5, "md5sig_pool": 1.0, "onstack": 0.95, "onstack_prepared": 0.7, "mempool": 0.83,
    "percpu_freelist": 0.79, "multibuffer": 0.4,
}  # fmt: skip
"""True ratios to percpu_pool, of strategies in the runs below."""
ONLY_TCP_MD5: dict[str, tuple[str, ...]] = {"md5sig_pool": ("tcp_ao", "seg6_hmac", "ah", "esp", "mac80211", "ipcomp")}
LINES = {
    "strategies": {name: {"own": 50 + 3 * i, "shared": 40 * (i % 3)} for i, name in enumerate(EVERY)},
    "protocols": {name: {"own": 150, "shared": 200} for name in ("tcp_md5", *ONLY_TCP_MD5["md5sig_pool"])},
}
FAILING = {"probability": 0.01, "interval": 1, "times": -1, "seed": 1}


def consumers() -> Truth:
    """A run like the matrix `consumers`."""
    blocks = [axes(key=key) for key in ("raw", "prepared")]
    blocks += [axes(workload="tcp_md5/bgp_update", algorithm="md5"), axes(workload="seg6_hmac/mtu", algorithm="hmac(sha256)", ip="v6")]
    blocks += [axes(workload="ah/mtu", algorithm="hmac(sha256)"), axes(workload="esp/mtu", algorithm="gcm(aes128)")]
    blocks += [axes(workload="mac80211/mtu", algorithm="ccm(aes128)")]
    variants = [axes(workload="ipcomp/mtu", provider="zlib", algorithm=a) for a in ("deflate", "acomp_scomp(deflate)", "acomp(deflate)")]
    blocks += variants + [axes(faults=FAILING)] + [variant | {"faults": FAILING} for variant in variants]
    refused = ONLY_TCP_MD5 | {
        "clone_sigpool": ("esp", "mac80211", "ipcomp"),
        "multibuffer": ("tcp_md5", "esp", "mac80211", "ipcomp"),
        "onstack": ("esp", "mac80211", "ipcomp"),
        "onstack_prepared": ("ipcomp",),
    }
    return Truth(blocks=blocks, strategies=EVERY, ratio=RATIO, left_out=refused, lines_of_code=LINES)


def history() -> Truth:
    """A run like the matrix `history`."""
    blocks = [
        axes(workload="tcp_ao/fixed_92", algorithm=algorithm, sockets=n)
        for algorithm in ("hmac(sha1)", "hmac(sha256)", "cmac(aes128)")
        for n in (1, 1000)
    ]
    blocks += [axes(workload=f"tcp_md5/fixed_{size}", algorithm="md5", sockets=n) for size in (100, 1400) for n in (1, 1000)]
    blocks += [axes(workload="seg6_hmac/mtu", algorithm="hmac(sha256)", ip="v6", sockets=n) for n in (1, 1000)]
    blocks += [axes(workload="tcp_ao/mtu", algorithm=algorithm) for algorithm in ("hmac(sha1)", "hmac(sha512)")]
    blocks += [axes(workload="tcp_md5/mtu", algorithm="md5")]
    blocks += [axes(workload="tcp_ao/fixed_92", cpus=2), axes(workload="tcp_md5/fixed_100", algorithm="md5", cpus=2)]
    strategies = ("null", "percpu_pool", "md5sig_pool", "clone_sigpool", "onstack", "onstack_prepared")
    return Truth(blocks=blocks, strategies=strategies, ratio=RATIO, left_out=ONLY_TCP_MD5)


def in_flight() -> Truth:
    """A run like the matrix `in_flight`."""
    blocks = [axes(workload=f"tcp_ao/{size}", in_flight=depth) for size in ("keepalive", "mtu") for depth in (1, 4, 16, 64)]
    strategies = tuple(name for name in EVERY if name in synthetic_in_flight.KINDS)
    return Truth(blocks=blocks, strategies=strategies, ratio=RATIO)


RUNS = {"standard": standard, "memory": memory, "consumers": consumers, "history": history, "in_flight": in_flight}

if __name__ == "__main__":
    write_run(Path(sys.argv[1]), RUNS[sys.argv[2] if sys.argv[2:] else "standard"]())

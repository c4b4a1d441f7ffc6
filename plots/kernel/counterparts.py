# SPDX-License-Identifier: MIT
"""What in the kernel stands for what in the model: strategies, and the workloads that have the kernel's packets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from plots.run.axes import Axes
from plots.run.kernel import KernelRound, in_kernel
from plots.statistics.verdict import FLOOR


@dataclass(frozen=True)
class Counterpart:
    """A strategy of the model. Of its forms in the kernel, the first that a kernel has stands for it."""

    strategy: str
    forms: tuple[str, ...]
    why: str


COUNTERPARTS = (
    Counterpart("percpu_pool", ("ahash", "aead"), "the pool as it was posted holds ahash requests; its AEAD is ours"),
    Counterpart("per_socket_tfm", ("ahash", "aead"), "AH and ESP own such a transform, and allocate such a request"),
    Counterpart("tfm_pool", ("ahash", "aead"), "the pool's transforms, the socket's request"),
    Counterpart("skb_request", ("ahash", "aead"), "a request of the same API, in the skb"),
    Counterpart("mempool", ("ahash", "aead"), "a request of the same API, from a mempool_t"),
    Counterpart("clone_sigpool", ("tcp_sigpool", "ahash"), "the kernel's own code where it has it; else a clone for each packet, ours"),
    Counterpart("md5sig_pool", ("tcp_md5sig_pool",), "the kernel's own code"),
    Counterpart("onstack", ("library", "shash"), "library calls are what Linux does now; before, shash alone could live on the stack without a layer of ahash"),
    Counterpart("onstack_prepared", ("library", "shash"), "as onstack, with the key prepared at open"),
    Counterpart("per_request_key", ("library",), "a key in the request: only library calls have it, no API of transforms"),
    Counterpart("percpu_request_key", ("library",), "as per_request_key, with the request in the pool"),
    Counterpart(FLOOR, ("none",), "the loop alone, with one read of the key"),
)
"""In the order of tables. Strategies that are not here have no counterpart: kernel/lanes/strategies.py says why."""

NOT_COMPARED = ("percpu_pool", FLOOR)
"""The pool's ratio is 1 everywhere. The floor is the harness's, of which each has its own."""


def stands_for(strategy: str, forms: Collection[str]) -> str | None:
    """Which of these forms stands for the strategy. None: none of them."""
    wanted = next((one.forms for one in COUNTERPARTS if one.strategy == strategy), ())
    return next((form for form in wanted if form in forms), None)


PROVIDERS = ("ipsec_mb", "nettle")
"""Whose states have the kernel's sizes, where both are there the first: GCM's keys are ipsec_mb's, hashes are nettle's."""

FLAT = "flat"
"""The api of the model that is no kernel's: it stands in for each where nothing nearer is there."""

_OLDER_API, _LIBRARY_API = "ahash", "ahash_library"

_LIBRARY_DRIVER = "-lib"
"""What the names of drivers end with that are the kernel's library as an shash: hmac-sha1-lib."""


def api_of(rounds: Sequence[KernelRound]) -> str:
    """Which api of the model has the layers through which a kernel computed these rounds of one algorithm."""
    return _LIBRARY_API if any((one.driver or "").endswith(_LIBRARY_DRIVER) for one in rounds) else _OLDER_API


def stand_in(own: str, there: Collection[str]) -> str | None:
    """Of the apis of the model that are there, the one that stands for a kernel's own: itself, or the nearest. Older runs have no
    ahash_library. None: none of them stands for it."""
    return next((api for api in (own, _OLDER_API, FLAT) if api in there), None)


_PROTOCOLS = {"md5": "tcp_md5", "gcm(aes)": "esp"}
"""By the kernel's algorithm, the protocol whose packets the module has. All others: TCP-AO."""

_BYTES = {"keepalive": 19, "bgp_update": 94, "mtu": 1430}
"""Payload bytes of a traffic (workloads/traffic/sizes.cpp). IMIX has no one size. mtu: 1,500 less headers, about."""

NEAR = 2.0
"""Sizes that differ by a larger factor than this are not compared."""


def has_packets(axes: Axes) -> bool:
    """Whether the workload has the packets of the kernel's module, of some size."""
    algorithm = in_kernel(axes.algorithm)
    return algorithm is not None and axes.protocol == _PROTOCOLS.get(algorithm, "tcp_ao") and payload(axes) is not None


def payload(axes: Axes) -> int | None:
    """The bytes of a segment's data. None: not one size, or not known."""
    kind, _, digits = axes.traffic.partition("fixed_")
    return int(digits) if not kind and digits.isdecimal() else _BYTES.get(axes.traffic)


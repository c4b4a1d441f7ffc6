# SPDX-License-Identifier: MIT
"""Names that users, the module and result files share."""

from __future__ import annotations

import re

ALGORITHMS = ("hmac(sha1)", "hmac(sha256)", "cmac(aes)", "md5")
"""Measured unless the user asks otherwise."""

AEAD = "gcm(aes)"
ALL_ALGORITHMS = (*ALGORITHMS, AEAD)

BYTES = (64, 92, 512, 1440)
"""Of a segment's data. 92 and TCP-AO's header are the 128 bytes of the published cycles (plots/history)."""

SOCKETS = 1000
FULL_SOCKETS = (1, 100, 10000)
"""Beside SOCKETS with --full."""

NEWEST = "newest"
"""Another name of the newest kernel, beside its number."""

PHASES = ("start", "key", "update", "final", "end", "allocation", "other")
COUNTS = ("instructions", "loads", "stores", "l1d_misses", "l2_misses")
BASELINE = "percpu_pool"


def number_of(kernel: str) -> tuple[int, int]:
    major, _, minor = kernel.partition(".")
    return int(major), int(minor)


def in_file_name(name: str) -> str:
    """hmac(sha1) as hmac-sha1."""
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")


def baseline_of(algorithm: str) -> str:
    return f"{BASELINE}/{'aead' if algorithm == AEAD else 'ahash'}"

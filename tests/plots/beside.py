# SPDX-License-Identifier: MIT
"""A run without noise, with known ratios, and the kernel beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import synthetic
import synthetic_kernel
from plots.registry import results_of
from plots.verdicts.results import Results

STRATEGIES = (
    "null", "percpu_pool", "percpu_request_key", "per_socket_tfm", "per_request_key", "tfm_pool", "skb_request", "clone_sigpool",
    "onstack", "onstack_prepared", "mempool",
)  # fmt: skip
RATIO = {
    "percpu_request_key": 0.63, "per_socket_tfm": 0.76, "per_request_key": 0.72, "tfm_pool": 1.1, "skb_request": 0.65,
    "clone_sigpool": 1.1, "onstack": 1.05, "onstack_prepared": 0.46, "mempool": 0.78, "md5sig_pool": 1.0,
}  # fmt: skip
"""onstack disagrees with the kernel in sign, clone_sigpool by much, all others agree."""


def model(*blocks: dict[str, Any], **changes: Any) -> synthetic.Truth:
    """A run without noise."""
    quiet: dict[str, Any] = {"turn_sd": 0, "default_layout_sd": 0, "slow_rounds": 0, "lost_turns": 0, "counted": False}
    own: dict[str, Any] = {"rounds": 6, "laps": 3, "strategies": STRATEGIES, "ratio": RATIO}
    return synthetic.Truth(blocks=list(blocks), **(quiet | own | changes))


def fixed(size: int, algorithm: str = "hmac(sha1)", **changes: Any) -> dict[str, Any]:
    protocol = {"md5": "tcp_md5", "gcm(aes128)": "esp"}.get(algorithm, "tcp_ao")
    return synthetic.axes(workload=f"{protocol}/fixed_{size}", algorithm=algorithm, **changes)


def beside(folder: Path, run: synthetic.Truth, kernel: synthetic_kernel.Truth) -> Results:
    """The run with the kernel beside it."""
    return results_of(synthetic.write_run(folder / "run", run), synthetic_kernel.write_kernel(folder / "kernel", kernel))


SMALL = synthetic_kernel.Truth(algorithms=("hmac(sha1)",), bytes=(64,), lanes={"counted": 1, "native": 3})

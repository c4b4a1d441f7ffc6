# SPDX-License-Identifier: MIT
"""Who else is in the block: each other strategy that runs TCP-AO, one at a time, and all of them."""

from __future__ import annotations

from rounds import WATCHED, Condition

OTHERS = (
    "null", "percpu_request_key", "per_request_key", "tfm_pool", "skb_request", "clone_sigpool", "onstack", "mempool",
    "percpu_freelist", "multibuffer",
)  # fmt: skip


def conditions() -> list[Condition]:
    return [
        Condition("control"),
        *(Condition(other, (*WATCHED, other)) for other in OTHERS),
        Condition("all", (*WATCHED, *OTHERS)),
    ]

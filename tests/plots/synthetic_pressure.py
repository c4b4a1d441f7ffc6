# SPDX-License-Identifier: MIT
"""Writes the cells of pressure rounds with known true values, in the format of results/README.md.

In a zone of N pages an skb is refused with probability SKB_REFUSED * (FULL / N)^4, the same for all strategies. A strategy
that allocates on the fast path is refused its request a third as often. Other strategies are never refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

PACKETS = 100_000
PAGES = (256, 512, 1024)
"""Of the zones of a run whose blocks are all under pressure."""
FULL = 512
SKB_REFUSED = 0.012
REQUEST_REFUSED = SKB_REFUSED / 3
BURST = 10_000
"""The packet at which the neighbour's burst begins; its pages are back after RECOVERY packets."""
RECOVERY = 1_000
SLOTS = 512
TRIALS = (0.25, 0.5, 0.75, 0.85, 0.9, 0.95, 1.0, 1.1)
"""Offered loads of a search, as shares of what the strategy can do."""
LOSSLESS, HALF_PERCENT = 0.85, 0.95


def refused(pages: int, allocates: bool) -> tuple[float, float]:
    """Probabilities that an skb is refused, and a request."""
    tight = (FULL / pages) ** 4
    return SKB_REFUSED * tight, REQUEST_REFUSED * tight if allocates else 0.0


def _runs(drops: int, length: int) -> list[list[int]]:
    """The drops split into runs of this length, one of them shorter."""
    whole, rest = divmod(drops, length)
    return [[rest, 1]] * (rest > 0) + [[length, whole]] * (whole > 0)


def _timeline(pages: int, drops: int) -> list[list[int]]:
    """400 polls of 64 packets: free pages fall at the burst and come back, and drops happen meanwhile."""
    points = []
    for packet in range(64, 64 * 401, 64):
        since = min((packet - BURST) / RECOVERY, 1.0) if packet >= BURST else 1.0
        points.append([packet, round(pages / 4 * since), 0 if packet < BURST else round(drops * since)])
    return points


def _search(rng: np.random.Generator, ns: float, pages: int, allocates: bool) -> dict[str, Any]:
    capacity = 1e9 / ns
    skb, request = refused(pages, allocates)
    trials = []
    for share in TRIALS:
        over = max(0.0, share - LOSSLESS)
        trials.append(
            {
                "offered_pps": round(capacity * share, 1),
                "packets": PACKETS,
                "ring_losses": round(PACKETS * max(0.0, share - 0.9) ** 2),
                "skb_losses": round(PACKETS * over * skb),
                "operation_losses": round(PACKETS * over * request),
            }
        )
    return {
        "service_ns": ns,
        "slots": SLOTS,
        "packets": PACKETS,
        "lossless_pps": round(capacity * LOSSLESS, 1) if pages >= FULL // 2 else None,
        "half_percent_loss_pps": round(capacity * HALF_PERCENT, 1),
        "trials": trials,
    }


def cell(rng: np.random.Generator, ns: float, block: dict[str, Any], allocates: bool, pages_open: int) -> dict[str, Any]:
    """A pressure round's cell without its name, with its counters."""
    pages, received = block["pages"], PACKETS // 2
    sent = PACKETS - received
    skb, request = refused(pages, allocates)
    skb_refused = int(rng.binomial(received, skb))
    marginal = int(rng.binomial(received - skb_refused, request))
    tx_refused = int(rng.binomial(sent, request))
    drops = skb_refused + marginal + tx_refused
    return {
        "packets": PACKETS,
        "sent": sent - tx_refused,
        "accepted": received - skb_refused - marginal,
        "forged": 0,
        "forged_refused": 0,
        "forged_accepted": 0,
        "genuine_refused": 0,
        "allocation_failures": marginal + tx_refused,
        "drops": marginal + tx_refused,
        "opens": 0,
        "accepts": 0,
        "closes": 0,
        "open_failures": 0,
        "pressure": {
            "pages": pages,
            "sockets_open": block["sockets"],
            "pages_open": pages_open,
            "arena": {
                "budget_pages": pages,
                "sockets_open": block["sockets"],
                "mapped_pages": pages_open + 2,
                "refused": 0,
            },
            "operations": received - skb_refused + sent,
            "operations_refused": marginal + tx_refused,
            "rx": {"packets": received, "skb_refused": skb_refused, "operation_refused": marginal},
            "tx": {"packets": sent, "operation_refused": tx_refused},
            "accept_failures": 0,
            "open_failures": 0,
            "bursts": _runs(drops, 5),
            "recoveries": [[12, 2], [40, 1]] if drops else [],
            "free_pages_lowest": 3,
            "timeline": _timeline(pages, drops),
            "sequence_hash": f"{int(rng.integers(1 << 62)):016x}",
        },
        "search": _search(rng, ns, pages, allocates),
    }

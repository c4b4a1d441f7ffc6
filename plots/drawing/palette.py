# SPDX-License-Identifier: MIT
"""One colour and one marker per strategy, the same in every figure.

The colours are from (or near) two colour-blind-safe sets, Okabe and Ito's and Paul Tol's muted one. Similar colours have
different markers. The dark values are the same hues, lightened for a dark page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    light: str
    dark: str
    marker: str


MARKS = {
    "null": Mark("#767676", "#a0a0a0", "|"),
    "percpu_pool": Mark("#0072b2", "#56b0ec", "o"),
    "per_socket_tfm": Mark("#d55e00", "#ff8c42", "s"),
    "per_request_key": Mark("#007d5a", "#2cc498", "^"),
    "tfm_pool": Mark("#aa4499", "#e083cf", "D"),
    "onstack_prepared": Mark("#332288", "#a99bff", "v"),
    "percpu_request_key": Mark("#9a7400", "#e6b422", "P"),
    "skb_request": Mark("#882255", "#e06c9f", "X"),
    "clone_sigpool": Mark("#cc3344", "#ff7a86", "<"),
    "md5sig_pool": Mark("#5d7f9c", "#9cc0de", ">"),
    "onstack": Mark("#6f6a00", "#cfc83a", "p"),
    "mempool": Mark("#117733", "#66cc80", "h"),
    "percpu_freelist": Mark("#2b8a92", "#5fd0da", "*"),
    "multibuffer": Mark("#7a4b2a", "#cf9a72", "d"),
}

_OTHER = Mark("#444455", "#c8c8d8", "8")
"""Strategies without a colour are drawn grey. A new strategy needs a line above."""


def mark(strategy: str) -> Mark:
    return MARKS.get(strategy, _OTHER)


# Owners of memory, each for a light and a dark page. These colours only fill areas, so they can be lighter than text.
OWNER_MARKS = {
    "shared": ("#c2a83e", "#d9c567"),
    "percpu": ("#4a7fb5", "#73a9dd"),
    "scratch": ("#8fc3dd", "#3f6f8c"),
    "socket": ("#cf6a78", "#e58a97"),
    "request": ("#6b4c9a", "#a98bd8"),
}

# Phases of a packet in the kernel, in the same way.
PHASE_MARKS = {
    "start": ("#4a7fb5", "#73a9dd"),
    "key": ("#cf6a78", "#e58a97"),
    "update": ("#c2a83e", "#d9c567"),
    "final": ("#5f9f7c", "#86c9a5"),
    "end": ("#8fc3dd", "#3f6f8c"),
    "allocation": ("#6b4c9a", "#a98bd8"),
    "other": ("#aeaeb8", "#63636f"),
}

# The other colours of figures. A page replaces them by its own (plots/drawing/svg.py).
INK = "#1b1b1f"
MUTED = "#66666e"
RULE = "#d9d9de"
BAND = "#ececf0"
PAPER = "#ffffff"
DARK = {INK: "#e9e9ee", MUTED: "#a2a2ad", RULE: "#3a3a42", BAND: "#2a2a31", PAPER: "#17171b"}

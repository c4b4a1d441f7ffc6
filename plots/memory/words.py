# SPDX-License-Identifier: MIT
"""What a report says of memory in words: the legends."""

from __future__ import annotations

from plots.memory.estimates import NEAR

LEGEND = (
    "Live bytes, as requested, are fixed + per CPU × possible CPUs + socket × sockets + request × packets in flight; fixed "
    "and per CPU are for one algorithm and the protocol's own scratch; each further algorithm takes +alg/CPU on every CPU. "
    "The coefficients are fitted to all counted blocks below a million sockets, on relative errors; residual: the largest."
)

CROSSOVERS = (
    "From so many sockets on, by the fits, the strategy left of > takes more than the one right of it. The nearest measurements "
    f"on both sides say the same (*: each within {NEAR * 100:.0f}\u00a0% of it, else they may lie several times apart), but for those marked ? "
    "(a side was not measured) or ! (they say otherwise). -: it does so from the first socket on."
)

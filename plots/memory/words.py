# SPDX-License-Identifier: MIT
"""Texts on memory: the legends."""

from __future__ import annotations

from plots.memory.estimates import NEAR

LEGEND = (
    "Live bytes, as requested, are fixed + per CPU × possible CPUs + socket × sockets + request × packets in flight. fixed "
    "and per CPU are for one algorithm and the protocol's own scratch. Each further algorithm takes +alg/CPU on every CPU. "
    "The coefficients are fitted to all counted blocks below a million sockets, by relative errors. residual: the largest error."
)

CROSSOVERS = (
    "By the fits, from this number of sockets on the strategy left of > takes more memory than the one right of it. The nearest "
    "measurement on each side agrees, unless the number is marked ? (a side was not measured) or ! (a measurement disagrees). *: both "
    f"lie within {NEAR * 100:.0f}\u00a0% of the number; without this mark they can be several times away. -: the left one takes more from the "
    "first socket on."
)

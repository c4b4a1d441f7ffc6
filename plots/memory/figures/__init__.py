# SPDX-License-Identifier: MIT
"""The kinds of figures that show what was counted."""

from __future__ import annotations

import math

from plots.memory.figures import faults, fragmentation, no_socket, owners, sockets
from plots.verdicts.families import Family, from_eight
from plots.verdicts.question import Kind
from plots.verdicts.results import BlockResult


def _any(block: BlockResult) -> bool:
    return True


def _from_thousand(family: Family) -> float:
    """How many decades a family's sockets are from a thousand, of which the claims speak. 0 if the family varies sockets."""
    return abs(math.log10(family.shared.sockets / 1000)) if family.shared.sockets else 0.0


KINDS = (
    Kind("memory", "memory against the number of sockets", "sockets", 1, _any, sockets.against_sockets,
         "a counted block", counted=True),
    Kind("possible_cpus", "memory against possible CPUs", "possible_cpus", 2, no_socket.one_user, no_socket.draw,
         "two counted blocks that differ only in possible_cpus", first=_from_thousand, counted=True),
    Kind("algorithms", "memory against algorithms in parallel", "algorithms", 2, no_socket.one_user, no_socket.draw,
         "two counted blocks that differ only in algorithms", first=lambda family: from_eight(family.shared), counted=True),
    Kind("scratch", "memory against scratch", "scratch", 2, no_socket.one_user, no_socket.draw,
         "two counted blocks with one user of scratch that differ only in scratch", first=lambda family: from_eight(family.shared),
         counted=True),
    Kind("owners", "memory by owner", "sockets", 1, _any, owners.draw, "a counted block", counted=True),
    Kind("fragmentation", "fragmentation", "heap", 2, fragmentation.known, fragmentation.draw,
         "two counted blocks that differ only in the heap (heap = [\"fresh\", \"aged\"])",
         first=lambda family: -family.shared.sockets, counted=True),
    Kind("faults", "drops against failure probability", "probability", 2,
         lambda b: b.block.axes.faults is not None and b.counted is not None, faults.draw,
         "two counted blocks that differ only in the faults' probability"),
)  # fmt: skip

# SPDX-License-Identifier: MIT
"""What a lane is, and what it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kernel.lanes.names import BYTES
from kernel.lanes.results import Measured
from kernel.lanes.session import Session


@dataclass(frozen=True)
class Asked:
    kernels: tuple[str, ...]
    """Names as the user gave them; none: the lane's own choice."""

    algorithms: tuple[str, ...]
    bytes: tuple[int, ...]
    full: bool


@dataclass(frozen=True)
class Lane:
    name: str
    summary: str
    commands: tuple[str, ...]
    """Programs that must be installed."""

    measure: Callable[[Session, Asked], Measured]

    bytes: tuple[int, ...] = BYTES
    """Sizes measured unless the user asks otherwise."""

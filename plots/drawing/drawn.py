# SPDX-License-Identifier: MIT
"""A drawn figure, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Drawn:
    """A figure with the texts that a page needs."""

    name: str
    title: str
    subtitle: str
    caption: str
    figure: Any
    """matplotlib's Figure."""

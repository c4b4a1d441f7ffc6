# SPDX-License-Identifier: MIT
"""Text for a mail: plain ASCII, 72 columns."""

from __future__ import annotations

import textwrap

from plots import words

WIDTH = 72


def wrap(text: str, first: str, rest: str, width: int = WIDTH) -> list[str]:
    """Wrapped with these indents, plain ASCII."""
    lines = textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [words.ascii_text(line) for line in lines]


def fill(text: str, indent: str = "") -> list[str]:
    """Wrapped to 72 columns, plain ASCII."""
    return wrap(text, indent, indent) or [""]

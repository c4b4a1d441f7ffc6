# SPDX-License-Identifier: MIT
"""Error texts for a wrong name, in the words of bench/words.hpp; and durations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def _distance(a: str, b: str) -> int:
    """Levenshtein's: insertions, deletions and substitutions."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def unknown(kind: str, given: str, names: Sequence[str]) -> str:
    """`unknown KIND "given"; did you mean "closest"? There are: a, b`. The question is left out if no name is close."""
    closest = min(names, key=lambda name: _distance(given, name), default=None)
    # Up to a third of the letters wrong: a typing error. More: another word.
    near = closest is not None and _distance(given, closest) <= max(1, len(given) // 3)
    return f'unknown {kind} "{given}"' + (f'; did you mean "{closest}"?' if near else ".") + f" There are: {', '.join(names)}"


def duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"


def last_line(text: str) -> str:
    """The last line that holds something, or "no output"."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no output")


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)

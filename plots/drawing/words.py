# SPDX-License-Identifier: MIT
"""Numbers as text, the same in every output."""

from __future__ import annotations

import math
from collections.abc import Iterable

from plots.statistics.stats import Estimate

_ASCII = str.maketrans("“”‘’–—×µ\u00a0", "\"\"''--xu ")


def ascii_text(text: str) -> str:
    """The text in ASCII, with the same length. A character without an ASCII equivalent becomes a question mark."""
    return text.translate(_ASCII).encode("ascii", "replace").decode()


def whole(text: str) -> str:
    """A number stays on one line with its percent sign."""
    return text.replace(" %", "\u00a0%")


def fixed(value: float, digits: int, sign: str = "") -> str:
    """1,234.5: a number with its digits after the point. `sign` is "+" to show that of positive numbers too. Zero has no sign."""
    text = f"{value:{sign},.{digits}f}"
    return text if any(c in "123456789" for c in text) else text.lstrip("+-")


def count(value: int | None) -> str:
    """1,000"""
    return "-" if value is None else f"{value:,}"


def ns(value: float | None) -> str:
    """14.1, 203, 1,503: one digit after the point, and none from 100 on."""
    if value is None:
        return "-"
    return fixed(value, 0 if value >= 100 else 1)


def ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def interval(estimate: Estimate, dash: str = "-") -> str:
    """0.712-0.728, or a dash if there is no interval."""
    if estimate.low is None or estimate.high is None:
        return "-"
    return f"{estimate.low:.3f}{dash}{estimate.high:.3f}"


def per_socket(value: float | None) -> str:
    if value is None:
        return "-"
    return fixed(value, 0 if abs(value) >= 10 or value == round(value) else 1)


def allocations(value: float | None) -> str:
    """Per packet: 0, 1, 6.22. Less than a hundredth is <0.01, since it is not zero."""
    if value is None:
        return "-"
    if 0 < value < 0.01:
        return "<0.01"
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}"


def size(value: float | None) -> str:
    """Bytes with a binary unit: 1.5 MiB."""
    if value is None:
        return "-"
    for unit in ("B", "KiB", "MiB"):
        if abs(value) < 1024:
            return f"{value:.0f} {unit}" if value >= 100 or value == int(value) else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} GiB"


def percent(share: float, digits: int = 2) -> str:
    """0.0123 -> 1.23 %, with a no-break space"""
    return f"{fixed(share * 100, digits)}\u00a0%"


def bound(percents: float) -> str:
    """An upper bound in percent, so rounded up: 0.24 %. Values between 0 and 0.005 become 0.005 %."""
    shown = math.ceil(round(percents * 100, 6)) / 100 if percents > 0.005 else 0.005 if percents else 0
    return f"{shown:g}\u00a0%"


def plural(number: int, word: str) -> str:
    """1 round, 7 rounds"""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def over_all(number: int, word: str) -> str:
    """over all 7 blocks; over the one block"""
    return f"over the one {word}" if number == 1 else f"over all {plural(number, word)}"


def span(values: Iterable[float], digits: int) -> str:
    """0.71 to 1.02, or 0.71 if both ends have the same text."""
    known = sorted(values)
    low, high = fixed(known[0], digits), fixed(known[-1], digits)
    return low if low == high else f"{low} to {high}"


def rounds(numbers: Iterable[int]) -> str:
    """7 rounds, or 5 to 7 rounds."""
    known = sorted(set(numbers))
    most = plural(known[-1], "round")
    return most if len(known) == 1 else f"{known[0]:,} to {most}"


def sockets(number: int) -> str:
    return plural(number, "socket")


def listed(names: Iterable[str]) -> str:
    """a, b and c"""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last

# SPDX-License-Identifier: MIT
"""Numbers and conditions in words, the same in every output."""

from __future__ import annotations

import math
from collections.abc import Iterable

from plots.run.model import Axes, Faults
from plots.statistics.stats import Estimate

# What a matrix need not say (bench/block.hpp); said in a report only where it differs.
_QUIET = {
    "allocator": "glibc", "cpus": 1, "possible_cpus": 8, "ip": "v4", "options": "covered", "choice": "uniform",
    "algorithms": 1, "scratch": "own", "heap": "fresh", "pages": 0, "ring": 512,
    "in_flight": 0, "engine_ns": 20000, "openssl": "shared",
}  # fmt: skip


_ASCII = str.maketrans("“”‘’–—×µ\u00a0", "\"\"''--xu ")


def ascii_text(text: str) -> str:
    """The same number of characters, all of them ASCII; what has no likeness becomes a question mark."""
    return text.translate(_ASCII).encode("ascii", "replace").decode()


def count(value: int | None) -> str:
    """1,000"""
    return "-" if value is None else f"{value:,}"


def ns(value: float | None) -> str:
    """Three digits, and no more than one after the point."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def interval(estimate: Estimate, dash: str = "-") -> str:
    """0.712-0.728, or a dash where there is none."""
    if estimate.low is None or estimate.high is None:
        return "-"
    return f"{estimate.low:.3f}{dash}{estimate.high:.3f}"


def per_socket(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.1f}"


def allocations(value: float | None) -> str:
    """Per packet: 0, 1, 6.22; less than a hundredth is said as such, it is not none."""
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
    """0.0123 -> 1.23 %, never broken over two lines"""
    return f"{share * 100:.{digits}f}\u00a0%"


def bound(percents: float) -> str:
    """At most this, so rounded up: 0.24 %; 0.005 % for anything less that is not nothing."""
    shown = math.ceil(round(percents * 100, 6)) / 100 if percents > 0.005 else 0.005 if percents else 0
    return f"{shown:g}\u00a0%"


def plural(number: int, word: str) -> str:
    """1 round, 7 rounds"""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def over_all(number: int, word: str) -> str:
    """over all 7 blocks; over the one block"""
    return f"over the one {word}" if number == 1 else f"over all {plural(number, word)}"


def span(values: Iterable[float], digits: int) -> str:
    """0.71 to 1.02, or 0.71 where both ends read alike."""
    known = sorted(values)
    low, high = f"{known[0]:,.{digits}f}", f"{known[-1]:,.{digits}f}"
    return low if low == high else f"{low} to {high}"


def rounds(numbers: Iterable[int]) -> str:
    """7 rounds, or 5 to 7 rounds."""
    known = sorted(set(numbers))
    most = plural(known[-1], "round")
    return most if len(known) == 1 else f"{known[0]:,} to {most}"


def sockets(number: int) -> str:
    return plural(number, "socket")


def cache(axes: Axes) -> str:
    kind, _, kib = axes.cache.partition(":")
    return f"cache polluted with {int(kib):,} KiB" if kib else f"cache {kind}"


def load(axes: Axes) -> str:
    return f"open loop at {axes.load}" if axes.open_loop else "closed loop"


def faults(faults: Faults, probability: bool = True) -> list[str]:
    """Which allocations fail; `probability` False: without it, for what varies that."""
    said = []
    if faults.probability and probability:
        said.append(f"allocations fail with p = {faults.probability:g}")
    if faults.kth:
        said.append(f"allocation {faults.kth:,} fails")
    if faults.interval != 1:
        said.append(f"one candidate in {faults.interval:,}")
    if faults.space:
        said.append(f"none fails in the first {size(faults.space)}")
    if faults.times >= 0:
        said.append(f"at most {plural(faults.times, 'failure')}")
    if faults.gfp != "atomic":
        said.append("GFP_KERNEL may fail too")
    return said


def scratch(users: str) -> str:
    """64+1024 -> scratch of 64 and 1,024 B"""
    if users == "own":
        return "the protocol's scratch"
    *most, last = (f"{int(user):,}" for user in users.split("+"))
    return f"scratch of {', '.join(most)}{' and ' if most else ''}{last} B"


def conditions(axes: Axes, without: Iterable[str] = ()) -> list[str]:
    """What a block was measured under, without the axes that a table or figure varies itself."""
    left_out = set(without)
    said_by_axis = {
        "workload": axes.protocol if "traffic" in left_out else axes.workload,
        "algorithm": axes.algorithm,
        "provider": axes.provider,
        "sockets": sockets(axes.sockets),
        "cache": cache(axes),
        "load": load(axes),
    }
    said = [text for axis, text in said_by_axis.items() if axis not in left_out] + unusual(axes, left_out)
    if axes.faults:
        said += faults(axes.faults, "probability" not in left_out)
    return said


def counted_conditions(axes: Axes, without: Iterable[str] = ()) -> list[str]:
    """As conditions(), for counted bytes: they depend on neither cache nor load, but much on possible CPUs, usual or not."""
    said = conditions(axes, [*without, "cache", "load"])
    if "possible_cpus" not in without and axes.possible_cpus == _QUIET["possible_cpus"]:
        said.append(plural(axes.possible_cpus, "possible CPU"))
    return said


def unusual(axes: Axes, without: Iterable[str] = ()) -> list[str]:
    """The other axes, as far as they are not as usual."""
    said_by_axis = {
        "allocator": axes.allocator,
        "cpus": plural(axes.cpus, "thread"),
        "possible_cpus": plural(axes.possible_cpus, "possible CPU"),
        "ip": f"IP{axes.ip}",
        "options": f"options {axes.options}",
        "choice": axes.choice,
        "algorithms": f"{plural(axes.algorithms, 'algorithm')} in parallel",
        "scratch": scratch(axes.scratch),
        "heap": f"{axes.heap} heap",
        "pages": f"zone of {plural(axes.pages, 'page')}",
        "ring": f"ring of {plural(axes.ring, 'slot')}",
        "in_flight": f"{axes.in_flight:,} in flight",
        "engine_ns": f"engine of {axes.engine_ns:,} ns",
        "openssl": f"{axes.openssl} library contexts",
    }
    said = [text for axis, text in said_by_axis.items() if axis not in without and getattr(axes, axis) != _QUIET[axis]]
    if axes.key != "raw":
        said.append(f"{axes.key} keys")
    if axes.forged_percent != 1:
        said.append(f"{axes.forged_percent:g} % forged")
    if axes.churn_percent:
        said.append(f"{axes.churn_percent:g} % churn")
    return said

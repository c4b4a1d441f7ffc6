# SPDX-License-Identifier: MIT
"""A block's conditions as text, the same in every output."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from plots.drawing import words
from plots.run.axes import Axes, Faults, names, usual, value


def cache(axes: Axes) -> str:
    kind, _, kib = axes.cache.partition(":")
    return f"cache polluted with {int(kib):,} KiB" if kib else f"cache {kind}"


def load(axes: Axes) -> str:
    return f"open loop at {axes.load}" if axes.open_loop else "closed loop"


def faults(faults: Faults, probability: bool = True) -> list[str]:
    """Which allocations fail. `probability` False leaves the probability out, for a table or figure that varies it."""
    said = []
    if faults.probability and probability:
        said.append(f"allocations fail with p = {faults.probability:g}")
    if faults.kth:
        said.append(f"allocation {faults.kth:,} fails")
    if faults.interval != 1:
        said.append(f"one candidate in {faults.interval:,}")
    if faults.space:
        said.append(f"none fails in the first {words.size(faults.space)}")
    if faults.times >= 0:
        said.append(f"at most {words.plural(faults.times, 'failure')}")
    if faults.gfp != "atomic":
        said.append("GFP_KERNEL may fail too")
    return said


def scratch(users: str) -> str:
    """64+1024 -> scratch of 64 and 1,024 B"""
    if users == "own":
        return "the protocol's scratch"
    *most, last = (f"{int(user):,}" for user in users.split("+"))
    return f"scratch of {', '.join(most)}{' and ' if most else ''}{last} B"


def of(axes: Axes, without: Iterable[str] = ()) -> list[str]:
    """A block's conditions. `without`: axes that a table or figure varies itself."""
    left_out = set(without)
    said_by_axis = {
        "workload": axes.protocol if "traffic" in left_out else axes.workload,
        "algorithm": axes.algorithm,
        "provider": axes.provider,
        "sockets": words.sockets(axes.sockets),
        "cache": cache(axes),
        "load": load(axes),
    }
    said = [text for axis, text in said_by_axis.items() if axis not in left_out] + unusual(axes, left_out)
    if axes.faults:
        said += faults(axes.faults, "probability" not in left_out)
    return said


def distinct(blocks: Iterable[Axes], without: Iterable[str] = ()) -> tuple[list[str], list[list[str]]]:
    """(The conditions that all blocks share, for each block those that it does not share.) Blocks that do not differ keep
    theirs."""
    left_out = set(without)
    said = [of(axes, left_out) for axes in blocks]
    common = [text for text in said[0] if all(text in other for other in said)] if said else []
    return common, [[text for text in texts if text not in common or texts == common] for texts in said]


def counted(axes: Axes, without: Iterable[str] = ()) -> list[str]:
    """As of(), for counted bytes. They do not depend on cache and load, which are left out. They depend much on possible
    CPUs, which are always there."""
    said = of(axes, [*without, "cache", "load"])
    if "possible_cpus" not in without and axes.possible_cpus == usual("possible_cpus"):
        said.append(words.plural(axes.possible_cpus, "possible CPU"))
    return said


_ALWAYS = ("workload", "algorithm", "provider", "sockets", "cache", "load", "faults")
"""Axes that of() shows itself, default or not."""

_SAID: dict[str, Callable[[Axes], str]] = {
    "api": lambda axes: f"api {axes.api}",
    "allocator": lambda axes: axes.allocator,
    "cpus": lambda axes: words.plural(axes.cpus, "thread"),
    "possible_cpus": lambda axes: words.plural(axes.possible_cpus, "possible CPU"),
    "ip": lambda axes: f"IP{axes.ip}",
    "options": lambda axes: f"options {axes.options}",
    "choice": lambda axes: axes.choice,
    "flow_run": lambda axes: f"runs of {words.plural(axes.flow_run, 'packet')}",
    "tx": lambda axes: f"TX in {axes.tx}",
    "algorithms": lambda axes: f"{words.plural(axes.algorithms, 'algorithm')} in parallel",
    "scratch": lambda axes: scratch(axes.scratch),
    "heap": lambda axes: f"{axes.heap} heap",
    "page_size": lambda axes: f"{axes.page_size} pages",
    "pages": lambda axes: f"zone of {words.plural(axes.pages, 'page')}",
    "ring": lambda axes: f"ring of {words.plural(axes.ring, 'slot')}",
    "in_flight": lambda axes: f"{axes.in_flight:,} in flight",
    "engine_ns": lambda axes: f"engine of {axes.engine_ns:,} ns",
    "openssl": lambda axes: f"{axes.openssl} library contexts",
    "key": lambda axes: f"{axes.key} keys",
    "forged_percent": lambda axes: f"{axes.forged_percent:g} % forged",
    "churn_percent": lambda axes: f"{axes.churn_percent:g} % churn",
}


def unusual(axes: Axes, without: Iterable[str] = ()) -> list[str]:
    """The other axes that are not at their default. An axis that is not in _SAID comes last, as name and value."""
    left_out = {*_ALWAYS, *without}
    order = [*_SAID, *(name for name in names() if name not in _SAID)]
    shown = [name for name in order if name not in left_out and value(axes, name) != usual(name)]
    return [_SAID[name](axes) if name in _SAID else f"{name} {value(axes, name)}" for name in shown]

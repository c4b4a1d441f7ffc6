# SPDX-License-Identifier: MIT
"""Answers to the claims that IPsec and mac80211 would gain from a pool, and that one manager replaces several."""

from __future__ import annotations

from plots.consumers.estimates import blocks, by_sockets
from plots.consumers.words import lines
from plots.drawing import words
from plots.verdicts.results import BlockResult, Results, StrategyResult
from plots.verdicts.words import label

_OWN = "per_socket_tfm"
"""What AH, ESP and mac80211 do: a transform for each association, one atomic allocation for each packet."""

_IPSEC = ("ah", "esp", "mac80211")


_NOT_ANSWERED = "not answered"

_SLOWER = ("slower", "a little slower")
_NOT_SLOWER = ("faster", "a little faster", "same")

_SLEEPS = (
    " With the kernel's gcm template a pool is not legal in softirq at all: its setkey allocates with GFP_KERNEL and waits "
    "(crypto_gcm_setkey()). x86's own gcm does neither."
)


def _bytes(s: StrategyResult) -> str:
    return f"{words.per_socket(s.memory.bytes_per_socket)} B" if s.memory else "not counted"


def pool_for_ipsec(results: Results) -> str | None:
    """C11: whether AH, ESP and mac80211 would gain from the pool, in time, in allocations and in memory."""
    pool = results.run.baseline
    of_pool = "percpu_pool"
    if pool != of_pool:
        return None
    found = [b for b in blocks(results) if b.block.axes.protocol in _IPSEC and b.strategy(_OWN)]
    if not found:
        return None
    said, turns = [], []
    verdicts: dict[str, list[str]] = {}
    for block in found:
        own, shared = block.strategy(_OWN), block.strategy(pool)
        assert own is not None and shared is not None
        answered = not block.large_table
        said.append(
            f"{label(block, found)} ({block.block.axes.algorithm}, {block.block.axes.traffic}) {words.ratio(own.ratio.median)} "
            f"({words.interval(own.ratio)}), {own.verdict if answered else _NOT_ANSWERED}; a socket keeps {_bytes(own)}, "
            f"with the pool {_bytes(shared)}"
        )
        each = [(b.block.axes.sockets, s) for b in by_sockets(results, block) if (s := b.strategy(_OWN))]
        of_protocol = verdicts.setdefault(block.block.axes.protocol, [])
        of_protocol += [s.verdict for _, s in each] if answered else [_NOT_ANSWERED]
        if answered and len(each) > 1:
            turns.append(f" {label(block, found)} by sockets: {_turn(each, pool)}")
    missing = [p for p in _IPSEC if p not in verdicts]
    tables = ", ".join(label(b, found) for b in found if b.large_table)
    why = (
        f" Why {tables} is {_NOT_ANSWERED}: a GCM key of nettle has a table of 4 KiB, which is not the kernel's: one of the kernel "
        "(struct aes_gcm_key_aesni) has 0.5 to 0.7 KB in all, and the ratio follows from how many tables the cache holds. Provider "
        "ipsec_mb has keys of that size."
        if tables
        else ""
    )
    gcm = any(b.block.axes.algorithm.startswith("gcm(") for b in found)
    return (
        f"AH, ESP and mac80211 themselves use a transform for each association and one atomic allocation for each packet ({_OWN}). "
        f"Here a socket is a pair of associations (ah, esp) or a station (mac80211). The time of that as a share of {pool}'s: "
        f"{'; '.join(said)}.{''.join(turns)} {_gain(verdicts)} {_basis(found)} The pool would save them that allocation, and memory "
        f"if it keeps less.{why}{_SLEEPS if gcm else ''}"
        + (f" Not measured in this run: {', '.join(missing)}." if missing else "")
    )


def _turn(each: list[tuple[int, StrategyResult]], pool: str) -> str:
    """1: 0.81 faster; 1,000: 0.90 faster; 100,000: 1.05 slower. The pool gains time from 100,000 on, ..."""
    said = "; ".join(f"{sockets:,}: {words.ratio(s.ratio.median)} {s.verdict}" for sockets, s in each)
    sides = [(sockets, s.verdict in _SLOWER) for sockets, s in each if s.verdict in (*_SLOWER, *_NOT_SLOWER)]
    changes = [
        f"{'slower' if after else 'not slower'} at {more:,}, while {'slower' if before else 'not slower'} at {fewer:,}"
        for (fewer, before), (more, after) in zip(sides, sides[1:])
        if before != after
    ]
    if changes:
        return f"{said}. It turns with the sockets: without {pool} it is {'; '.join(changes)}."
    if len(sides) < 2:
        return f"{said}. Too few of these are resolved to say whether it turns."
    return f"{said}. It does not turn: wherever it is resolved it is {'slower' if sides[0][1] else 'not slower'} without {pool}."


def _gain(verdicts: dict[str, list[str]]) -> str:
    """The verdicts on working without the pool, taken together. A protocol is unresolved if one of its blocks is, and has no one
    answer if its blocks disagree. There is an answer for all only if all protocols are resolved and agree."""
    slower = [name for name, said in verdicts.items() if set(said) <= set(_SLOWER)]
    not_slower = [name for name, said in verdicts.items() if set(said) <= set(_NOT_SLOWER)]
    not_answered = [name for name, said in verdicts.items() if _NOT_ANSWERED in said]
    divided = [
        name
        for name, said in verdicts.items()
        if name not in not_answered and set(said) & set(_SLOWER) and set(said) & set(_NOT_SLOWER)
    ]
    unresolved = [name for name in verdicts if name not in (*slower, *not_slower, *not_answered, *divided)]
    protocols = words.plural(len(verdicts), "protocol")
    if len(not_slower) == len(verdicts):
        return f"Of {protocols} measured, none would gain time from the pool (faster, a little faster or same without it)."
    if len(slower) == len(verdicts):
        return f"Of {protocols} measured, all would gain time from the pool (slower or a little slower without it)."
    groups = (
        ("slower or a little slower without the pool", slower),
        ("faster, a little faster or same without it", not_slower),
        *([("one or the other, by block", divided)] if divided else []),
        ("unresolved", unresolved),
        *([(_NOT_ANSWERED, not_answered)] if not_answered else []),
    )
    listed = "; ".join(f"{what}: {', '.join(names) or 'none'}" for what, names in groups)
    return f"No answer for all: of {protocols} measured, {listed}."


def _basis(found: list[BlockResult]) -> str:
    """What an answer is based on."""
    protocols = len({b.block.axes.protocol for b in found})
    algorithms = "one algorithm of each" if len(found) == protocols else f"{words.plural(len(found), 'algorithm')} in all"
    rounds = words.rounds(len(b.timed) for b in found)
    return f"This is based on {words.plural(protocols, 'protocol')}, {algorithms}, one traffic of each, and {rounds} of each block."


def _ratios(found: list[StrategyResult], baseline: str) -> str:
    """0.84 to 1.10 of percpu_pool's time in 9 blocks"""
    known = [s.ratio.median for s in found if s.ratio.median is not None]
    return f"{words.span(known, 2)} of {baseline}'s time in {words.plural(len(known), 'block')}" if known else "not timed"


def one_manager(results: Results) -> str | None:
    """C12: the lines of code of the one manager and of those that it would replace, and the cost of each."""
    code = results.run.lines_of_code
    found = blocks(results)
    if code is None or not found:
        return None
    shown = [n for n in (results.run.baseline, "md5sig_pool", "clone_sigpool", _OWN, "onstack", "onstack_prepared") if n in code.strategies]
    said = "; ".join(
        f"{name} {lines(code.strategies[name])} lines, {_ratios([s for b in found if (s := b.strategy(name))], results.run.baseline)}"
        for name in dict.fromkeys(shown)
    )
    users = ", ".join(f"{name} {lines(code.protocols[name])}" for name in dict.fromkeys(b.block.axes.protocol for b in found) if name in code.protocols)
    return (
        f"Lines of code (own + shared), and the cost in those of {words.plural(len(found), 'block')} that the strategy can run: {said}. "
        "Lines of the protocols: "
        f"{users}. The protocols are written against one contract and know no strategy, so they are the same with each of these "
        "managers. This compares the managers themselves; the lines that one manager would save in its users are not measured."
    )

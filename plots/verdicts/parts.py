# SPDX-License-Identifier: MIT
"""The parts of a claim, and what blocks say of them. docs/claims.md has the rules.

A claim asserts one thing or several: each is a part. A question hands out the parts that its measurements can judge, also
those of which this run has no block. plots/claims makes the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from plots.drawing import words
from plots.statistics.stats import Estimate
from plots.statistics.verdict import Verdict
from plots.verdicts.results import BlockResult, Results, StrategyResult

Stand = Literal["for", "against", "open"]
"""What a block says of a part. open: the block is unresolved there."""

MODEL = "model"
"""The lane of all runs of this suite."""


@dataclass(frozen=True)
class Said:
    """What one block says of a part, with the number that says it."""

    run: str
    block: BlockResult
    stand: Stand
    number: Estimate = Estimate()


@dataclass(frozen=True)
class Part:
    name: str
    """Parts of one claim with the same name are one part, though several runs give them."""
    lead: str
    """What the first block says, with its number: a clause."""
    brief: str
    """The same in a few words, for a mail."""
    yes: str
    """What blocks say that support it, such as "not slower"."""
    no: str
    """What blocks say that contradict it."""
    missing: str
    """What is not measured if no block can judge the part: a clause."""
    said: tuple[Said, ...] = ()
    along: str = "sockets"
    """The axis along which it may turn."""
    unit: str = "sockets"
    """The unit of that axis."""
    unresolved: str = "unresolved"
    """What blocks say that leave it open."""
    lane: str = MODEL
    optional: bool = False
    """If no block can judge it, the claim is judged by its other parts."""
    leads: bool = False
    """Its number is the claim's, if several parts have one. Else the first part's is."""
    sentence: str = ""
    """What the first block says, as the beginning of a sentence for the answer. Empty: the part is not in the answer."""
    place: int = 9
    """Of its sentence in the answer, counted from 1."""

    def of(self, stand: Stand) -> list[Said]:
        return [one for one in self.said if one.stand == stand]


def _stands(true: Iterable[Verdict], false: Iterable[Verdict]) -> dict[Verdict, Stand]:
    return {**dict.fromkeys(true, "for"), **dict.fromkeys(false, "against")}


NOT_SLOWER = _stands(("faster", "a little faster", "same"), ("slower",))
"""The part says that a strategy takes no more time than the baseline. `a little slower` leaves it open: that it matters is not known."""
NOT_FASTER = _stands(("slower", "a little slower", "same"), ("faster",))
"""The part says that the baseline takes no more time than a strategy."""
SLOWER = _stands(("slower",), ("faster", "a little faster", "same"))
"""The part says that a strategy takes more time than the baseline."""
FASTER = _stands(("faster",), ("slower", "a little slower", "same"))
"""The part says that a strategy takes less time."""

_THOUSAND = 1000
"""Sockets. The claims speak of thousands, so the first block that has as many gives the number."""


def leading(blocks: Iterable[BlockResult]) -> list[BlockResult]:
    """In the matrix's order, but the block that gives the number first: of those nearest to a thousand sockets the first."""
    found = list(blocks)
    first = min(found, key=lambda b: abs(b.block.axes.sockets - _THOUSAND), default=None)
    return [b for b in found if b is first] + [b for b in found if b is not first]


def answering(results: Results, strategies: Iterable[str], key: str = "raw") -> list[BlockResult]:
    """The timed blocks that judge claims and have all these strategies: closed loop, a warm cache, one thread, keys as `key`
    says. OpenSSL's judge none, since EVP allocates inside; nor does nettle's GCM, whose key tables are not the kernel's."""
    return leading(
        b for b in results.blocks
        if b.told_with("flat", key=key) and not b.evp and not b.large_table and not b.block.axes.faults and all(b.strategy(name) for name in strategies)
    )  # fmt: skip


def keyless(block: BlockResult) -> bool:
    """Whether its algorithm has no key to set: every strategy then has one transform for all sockets."""
    return block.block.axes.algorithm == "md5" or block.block.axes.protocol == "ipcomp"


def share(estimate: Estimate) -> str:
    """0.749 (0.746-0.753)"""
    return f"{words.ratio(estimate.median)} ({words.interval(estimate)})"


def less_time(estimate: Estimate) -> str:
    """25.1 % less time (24.7 to 25.4 %); from 1.2 % less to 0.8 % more time"""
    middle, low, high = estimate.median, estimate.low, estimate.high
    if middle is None or low is None or high is None:
        return "a time that is not resolved"
    if low < 1 < high:
        return f"from {words.percent(1 - low, 1)} less to {words.percent(high - 1, 1)} more time"
    ends = sorted((abs(1 - low), abs(1 - high)))
    word = "less" if high <= 1 else "more"
    return f"{words.percent(abs(1 - middle), 1)} {word} time ({words.fixed(ends[0] * 100, 1)} to {words.percent(ends[1], 1)})"


def time_part(
    results: Results,
    strategy: str,
    stands: dict[Verdict, Stand],
    yes: str,
    no: str,
    *,
    key: str = "raw",
    counts: Callable[[BlockResult, StrategyResult], bool] = lambda block, s: True,
    sentence: str = "",
    place: int = 9,
) -> Part:
    """A strategy's time beside the baseline's. `counts`: whether a block can judge it."""
    baseline = results.run.baseline
    found = [(b, s) for b in answering(results, (strategy, baseline), key) if (s := b.strategy(strategy)) and counts(b, s)]
    with_keys = "" if key == "raw" else f" with {key} keys"
    first = next((s.ratio for _, s in found), Estimate())
    return Part(
        name=f"time of {strategy}{with_keys}",
        lead=f"{strategy}{with_keys} takes {share(first)} of {baseline}'s time",
        brief=f"{strategy}{with_keys} {share(first)}",
        yes=yes,
        no=no,
        missing=f"time of {strategy}{with_keys}",
        said=tuple(Said(results.run.name, b, stands.get(s.verdict, "open"), s.ratio) for b, s in found),
        sentence=f"{sentence} {less_time(first)} a packet than with the pool" if sentence else "",
        place=place,
    )


def where_short(block: BlockResult) -> str:
    """tcp_ao/bgp_update, hmac(sha1), 1,000 sockets"""
    axes = block.block.axes
    return f"{axes.workload}, {axes.algorithm}, {words.sockets(axes.sockets)}"

# SPDX-License-Identifier: MIT
"""What the kernel did, step by step, and published figures beside ours.

Published are cycles of one function before and after a step (source: CYCLES_FROM), and iperf3 rates of a whole connection
(source: RATES_FROM).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plots.run.axes import Axes
from plots.statistics.stats import CONFIDENCE, Estimate, difference_estimate
from plots.statistics.verdict import FLOOR
from plots.verdicts import paired
from plots.verdicts.results import BlockResult, Results, StrategyResult

SEGMENT_NS = 1448 * 8 / 2.3
"""The time of a full segment end to end at the posted 2.3 Gbit/s of TCP-MD5: 5,037 ns."""

APART = 0.25
"""The report explains ratios that differ from the published ones by more than this share."""


@dataclass(frozen=True)
class Step:
    strategy: str
    when: str
    what: str


CHAINS: dict[str, tuple[Step, ...]] = {
    "tcp_md5": (
        Step("md5sig_pool", "until 6.7", "a request per CPU"),
        Step("clone_sigpool", "6.7, 2024", "tcp_sigpool, an md5 transform that all share"),
        Step("onstack", "2025", "library calls"),
    ),
    "tcp_ao": (
        Step("clone_sigpool", "6.7, 2024", "tcp_sigpool, a clone per packet"),
        Step("onstack", "2026", "library calls, the raw key for every packet"),
    ),
    "seg6_hmac": (
        Step("percpu_pool", "4.10, 2017", "a transform per CPU, keyed for every packet"),
        Step("onstack", "2025", "library calls, the raw key for every packet"),
        Step("onstack_prepared", "2025", "library calls, a prepared key"),
    ),
}


@dataclass(frozen=True)
class Taken:
    """A measured step."""

    step: Step
    ns: Estimate
    to_before: Estimate
    """Its time divided by that of the step before. Empty for the first step."""
    saved_ns: Estimate


@dataclass(frozen=True)
class Chain:
    block: BlockResult
    steps: tuple[Taken, ...]

    @property
    def floor_ns(self) -> Estimate:
        """The harness's own cost in the same block. Empty if it was not measured."""
        floor = self.block.strategy(FLOOR)
        return floor.ns_per_packet if floor else Estimate()


INDIRECT_CALLS = ("off", "retpoline")
"""Of the axis spectre_v2: nobody says which of the two the published figures are of."""


def _told(results: Results, spectre_v2: str = INDIRECT_CALLS[0]) -> list[BlockResult]:
    """Without retpolines, or with them."""
    told = [b for b in results.blocks if any(b.told_with(api, spectre_v2) for api in ("flat", "ahash"))]
    return [b for b in told if b.block.axes.provider == "nettle"]


def _as_the_kernel(blocks: Sequence[BlockResult]) -> Sequence[BlockResult]:
    """Those with a model of the kernel's API, if there are any: published figures are of calls of it."""
    return [b for b in blocks if b.block.axes.api == "ahash"] or blocks


def _chain(block: BlockResult) -> Chain | None:
    found = [step for step in CHAINS.get(block.block.axes.protocol, ()) if block.strategy(step.strategy)]
    if len(found) < 2:
        return None
    taken, before = [], ""
    for step in found:
        one = block.strategy(step.strategy)
        assert one is not None
        taken.append(
            Taken(
                step,
                one.ns_per_packet,
                paired.ratio(block.block, step.strategy, before) if before else Estimate(),
                paired.difference_ns(block.block, before, step.strategy) if before else Estimate(),
            )
        )
        before = step.strategy
    return Chain(block, tuple(taken))


def chains(results: Results) -> list[Chain]:
    """A chain for each block that has two steps or more, by protocol."""
    told = [block for how in INDIRECT_CALLS for block in _told(results, how)]
    found = [chain for block in told if (chain := _chain(block))]
    order = list(CHAINS)
    return sorted(found, key=lambda chain: order.index(chain.block.block.axes.protocol))


@dataclass(frozen=True)
class Published:
    """A function's cycles before and after a step, and the workload with packets of that size."""

    what: str
    workload: str
    algorithm: str
    before: str
    after: str
    before_cycles: int
    after_cycles: int

    @property
    def ratio(self) -> float:
        return self.before_cycles / self.after_cycles

    @property
    def payload(self) -> int | None:
        """The bytes of data in its packets. None: not known."""
        _, fixed, digits = self.workload.partition("/fixed_")
        return int(digits) if fixed else None


CYCLES_FROM = "Linux commits 5eb0cfedb258..4baf2415992e (TCP-AO), 37a183d3b7cd (TCP-MD5), fe6006568904 (seg6)"

PUBLISHED = (
    Published("TCP-AO HMAC-SHA1, 128 B", "tcp_ao/fixed_92", "hmac(sha1)", "clone_sigpool", "onstack", 3319, 1256),
    Published("TCP-AO HMAC-SHA256, 128 B", "tcp_ao/fixed_92", "hmac(sha256)", "clone_sigpool", "onstack", 3311, 1344),
    Published("TCP-AO AES-128-CMAC, 128 B", "tcp_ao/fixed_92", "cmac(aes128)", "clone_sigpool", "onstack", 2720, 1107),
    Published("TCP-MD5, 140 B", "tcp_md5/fixed_100", "md5", "clone_sigpool", "onstack", 1020, 678),
    Published("TCP-MD5, 1,440 B", "tcp_md5/fixed_1400", "md5", "clone_sigpool", "onstack", 7518, 7041),
    Published("seg6, raw to prepared key", "seg6_hmac/", "hmac(sha256)", "onstack", "onstack_prepared", 1978, 1419),
)


@dataclass(frozen=True)
class Part:
    """How much more `more` costs than `less`, in units of the cost after the step."""

    what: str
    more: str
    less: str
    share: Estimate


@dataclass(frozen=True)
class Compared:
    """A published ratio beside ours, and the parts of ours."""

    published: Published
    block: BlockResult
    ratio: Estimate
    parts: tuple[Part, ...]
    setkey: Estimate
    """Preparing the raw key, if both steps do so. Empty if there is no key to prepare, or if one step does not prepare it."""
    floor: Estimate

    @property
    def retpolines(self) -> bool:
        return self.block.block.axes.spectre_v2 == "retpoline"

    @property
    def what(self) -> str:
        return f"{self.published.what}{', with retpolines' if self.retpolines else ''}"

    @property
    def without_floor(self) -> float | None:
        """About what the ratio would be if the harness cost nothing. The floor is subtracted only here."""
        if self.ratio.median is None or self.floor.median is None or self.floor.median >= 1:
            return None
        return (self.ratio.median - self.floor.median) / (1 - self.floor.median)

    @property
    def held_against(self) -> float | None:
        """The ratio that the published one is compared with: without the floor, if the floor is known."""
        return self.ratio.median if self.without_floor is None else self.without_floor

    @property
    def apart(self) -> bool:
        ours = self.held_against
        return ours is not None and abs(ours / self.published.ratio - 1) > APART

    @property
    def unexplained(self) -> float | None:
        """The published ratio minus ours, in units of the cost after the step. Below 0: ours is larger."""
        ours = self.held_against
        return None if ours is None else self.published.ratio - ours


def _parts(block: BlockResult, published: Published) -> tuple[Part, ...]:
    """The parts of a step from clone_sigpool, or of one from a raw key: in each part two strategies differ in one thing."""
    if published.before == "clone_sigpool":
        pool = "md5sig_pool" if block.strategy("md5sig_pool") else "percpu_pool"
        # A keyless transform is not cloned: only a reference is taken.
        copies = "taking a reference on the transform and allocating" if published.algorithm == "md5" else "cloning and allocating"
        pairs = [(copies, published.before, pool), ("the pool", pool, published.after)]
    else:
        pairs = [("preparing the raw key", published.before, published.after)]
    return tuple(
        Part(what, more, less, paired.part(block.block, more, less, published.after))
        for what, more, less in pairs
        if block.strategy(more) and block.strategy(less)
    )


def _compared(published: Published, block: BlockResult) -> Compared:
    keyed = published.before == "clone_sigpool" and published.algorithm != "md5" and block.strategy("onstack_prepared")
    return Compared(
        published,
        block,
        paired.ratio(block.block, published.before, published.after),
        _parts(block, published),
        paired.part(block.block, published.after, "onstack_prepared", published.after) if keyed else Estimate(),
        paired.part(block.block, FLOOR, None, published.after) if block.strategy(FLOOR) else Estimate(),
    )


def _suits(published: Published, axes: Axes) -> bool:
    workload = axes.workload.startswith(published.workload) if published.workload.endswith("/") else axes.workload == published.workload
    return workload and axes.algorithm == published.algorithm


def compared(results: Results) -> list[Compared]:
    """Each published figure with its nearest block, and with the nearest that has retpolines: with packets of that size, through the
    kernel's API if the run has that, and with the fewest sockets."""
    found = []
    for published in PUBLISHED:
        for how in INDIRECT_CALLS:
            blocks = [
                b for b in _told(results, how)
                if _suits(published, b.block.axes) and b.strategy(published.before) and b.strategy(published.after)
            ]  # fmt: skip
            if blocks:
                found.append(_compared(published, min(_as_the_kernel(blocks), key=lambda b: b.block.axes.sockets)))
    return found


@dataclass(frozen=True)
class Rate:
    """A connection's rate in Gbit/s, with a clone per packet and with requests per CPU."""

    what: str
    workload: str
    algorithm: str
    clone_gbit: float
    percpu_gbit: float

    @property
    def segment_ns(self) -> float:
        return 1448 * 8 / self.clone_gbit


RATES_FROM = "the netdev posting of May 2023 by crypto_pool's author"

RATES = (
    Rate("TCP-MD5", "tcp_md5/mtu", "md5", 2.25, 2.30),
    Rate("TCP-AO, hmac(sha1)", "tcp_ao/mtu", "hmac(sha1)", 2.53, 2.54),
    Rate("TCP-AO, hmac(sha512)", "tcp_ao/mtu", "hmac(sha512)", 1.67, 1.64),
    Rate("TCP-AO, hmac(md5)", "tcp_ao/mtu", "hmac(md5)", 2.07, 2.12),
)


@dataclass(frozen=True)
class Hidden:
    """How much more a clone per packet costs than requests per CPU, beside the posted rates."""

    rate: Rate
    block: BlockResult | None
    """None: not measured."""
    difference_ns: Estimate


def hidden(results: Results) -> list[Hidden]:
    """All posted rates, if the run has a block for at least one of them. Else empty."""
    found = []
    for rate in RATES:
        blocks = [
            b for b in _told(results)
            if (b.block.axes.workload, b.block.axes.algorithm) == (rate.workload, rate.algorithm)
            and b.strategy("clone_sigpool") and b.strategy("percpu_pool")
        ]  # fmt: skip
        block = min(_as_the_kernel(blocks), key=lambda b: abs(b.block.axes.sockets - 1000), default=None)
        ns = paired.difference_ns(block.block, "clone_sigpool", "percpu_pool") if block else Estimate()
        found.append(Hidden(rate, block, ns))
    return found if any(one.block for one in found) else []


@dataclass(frozen=True)
class Scaling:
    """A block with two threads, and the same block with one."""

    one: BlockResult
    two: BlockResult

    def of(self, name: str) -> tuple[StrategyResult, StrategyResult, Estimate] | None:
        """The strategy in both blocks, and its growth divided by the baseline's: the machine's speed cancels."""
        single, double = self.one.strategy(name), self.two.strategy(name)
        if single is None or double is None:
            return None
        return single, double, difference_estimate(single.ratios, double.ratios, CONFIDENCE)


def scaling(results: Results) -> list[Scaling]:
    """Blocks with two threads that write shared counts (clone_sigpool's), each with its block of one thread."""
    closed: Iterable[BlockResult] = [b for b in results.blocks if b.closed_loop]
    by_axes = {b.block.axes: b for b in closed}
    return [
        Scaling(one, b)
        for axes, b in by_axes.items()
        if axes.cpus == 2 and axes.provider == "nettle" and b.strategy("clone_sigpool") and (one := by_axes.get(axes.but(cpus=1)))
    ]

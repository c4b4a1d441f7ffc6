# SPDX-License-Identifier: MIT
"""Texts on history and published figures: the legends, and the parts of a ratio that is apart from the published one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from plots.drawing import words
from plots.history import estimates as history
from plots.history.estimates import SEGMENT_NS, Compared
from plots.history.gains import Gain
from plots.statistics.stats import Estimate
from plots.statistics.verdict import FLOOR
from plots.verdicts.results import Results

LEGEND = (
    "Each row is a step of the kernel's history in that protocol. ratio: to the step before, turn against turn, with its 95 % interval (not "
    "corrected for the number of steps). saved: by how many ns it is cheaper than the step before. of 5 µs: the same as a share of "
    f"{SEGMENT_NS / 1000:.2f} µs, the time that a segment of 1,448 bytes takes end to end at TCP-MD5's 2.3 Gbit/s in "
    f"{history.RATES_FROM}: a connection's rate shows no more than this share. ns includes the harness's floor, which is the row {FLOOR}."
)

PUBLISHED_LEGEND = (
    f"published: cycles of one function in the kernel, before over after, from {history.CYCLES_FROM}. Ours: the time of a whole "
    "packet, from lookup to verdict, with the same strategies; a size counts from the TCP header on, as skb->len does. no floor: about "
    "the ratio that ours would be if the harness cost nothing. Only in this column is the floor subtracted, since no published figure "
    "contains it. apart: “no floor” and “published” differ by more than a quarter. The number of segments in the published seg6 header is "
    "not known; ours have 1 to 14."
)

RETPOLINES_LEGEND = (
    "with retpolines: ours with spectre_v2=retpoline. A kernel that was compiled with retpolines makes its indirect calls through them on a "
    "processor without enhanced IBRS, and makes plain ones on others. Which the published figures are of is not known."
)

UNEXPLAINED = (
    "No strategy here contains the unexplained part. The kernel reached its transforms through scatterlists and a second table of "
    "calls, and for a clone it raised the reference counts of the algorithm and of the module: blocks with api=ahash have these, blocks with "
    "api=flat have not."
)

UNEXPLAINED_BEHIND_API = (
    "The unexplained part is not in the model of the kernel's API (api=ahash), or costs less or more there: its hashes and its allocator are "
    "not the kernel's. docs/method.md lists what the model leaves out."
)

NOT_COUNTED = (
    "What these cost can be counted in the kernel itself: `tfmbench kernel counted --out DIR`, then `tfmbench report RUN --kernel DIR`."
)

COUNTED = "The kernel's own counts, below, contain them."

GAINS_LEGEND = (
    "kernel: the same step in the kernel itself, as a ratio of instructions a packet (lane counted, warm cache): the kernel's own "
    "clone_sigpool/tcp_sigpool in the newest kernel that has it, over onstack/library in the newest. Instructions are not cycles. What "
    "each phase saves, as the share of all that is saved:"
)

RATES_LEGEND = (
    f"Gbit/s: iperf3 rates with a clone per packet and with requests per CPU, from {history.RATES_FROM}. ours: by how many ns the clone "
    "costs more than the pool at MTU size (md5 has no key, so only a reference is taken). of a segment: the same as a share of a "
    "segment's time at the posted rate."
)

SCALING = (
    "The growth is always unresolved: two threads do not show how the cost of a shared count grows with many. On a machine with "
    f"two cores the second thread also takes the core that otherwise serves the rest of the system. {FLOOR} is the harness's floor."
)


def _span(estimate: Estimate, digits: int) -> str:
    """0.36 to 0.38"""
    if estimate.low is None or estimate.high is None:
        return "no interval"
    return words.span((estimate.low, estimate.high), digits)


def _made_of(one: Compared) -> str:
    """The parts of our ratio. A single part needs no numbers, since they would repeat the ratio."""
    known = [(part, part.share.median) for part in one.parts if part.share.median is not None]
    if not known:
        return ""
    if len(known) == 1:
        part, _ = known[0]
        return f" All of it is {part.what} ({part.more} minus {part.less})."
    terms = "".join(
        f" {'-' if round(median, 2) < 0 else '+'} {abs(median):.2f} ({_span(part.share, 2)}) for {part.what} ({part.more} minus {part.less})"
        for part, median in known
    )
    return f" In units of {one.published.after}'s time ours is about 1{terms}; medians do not add up exactly."


def why(one: Compared) -> str:
    """The parts of our ratio, and how much of the published difference they do not explain."""
    new = one.published.after
    text = f"{one.what}: published {one.published.ratio:.2f}, ours {one.ratio.median or 0:.2f} ({_span(one.ratio, 2)}).{_made_of(one)}"
    if one.setkey.median is not None:
        text += (
            f" Both prepare the raw key for every packet: {one.setkey.median:.2f} ({_span(one.setkey, 2)}) of {new}'s time "
            f"({new} minus onstack_prepared)."
        )
    if one.floor.median is not None and one.without_floor is not None:
        text += (
            f" Both also contain the harness's floor ({FLOOR}), which no published figure contains: {one.floor.median:.2f} "
            f"({_span(one.floor, 2)}). Without it the ratio would be about {one.without_floor:.2f}."
        )
    gap = one.unexplained or 0
    if gap > 0:
        return f"{text} Of the published difference of {one.published.ratio - 1:.2f}, {gap:.2f} remains unexplained."
    return f"{text} Ours is larger by {-gap:.2f}; that excess is unexplained."


def explanations(found: Iterable[Compared], counted: Iterable[Gain] = ()) -> list[str]:
    """The parts of each ratio that is apart, then a text on what remains unexplained. `counted`: the same steps in the kernel."""
    apart = [one for one in found if one.apart]
    apis = {one.block.block.axes.api for one in apart if (one.unexplained or 0) > 0}
    said = [text for api, text in (("flat", UNEXPLAINED), ("ahash", UNEXPLAINED_BEHIND_API)) if api in apis]
    return [why(one) for one in apart] + ([" ".join([*said, COUNTED if counted else NOT_COUNTED])] if said else [])


def in_the_kernel(gain: Gain) -> str:
    """What each phase of the kernel's packet contributes to a step."""
    phases = sorted(((phase, saved) for phase, saved in gain.by_phase.items() if phase != "other"), key=lambda pair: -pair[1])
    said = ", ".join(f"{phase} {words.percent(saved / gain.saved, 0)} ({words.fixed(saved, 0, '+')})" for phase, saved in phases if round(saved))
    return (
        f"{gain.published.what}, with {gain.bytes:,} B of data: {gain.before.instructions:,.0f} instructions "
        f"({gain.before.name}, {gain.before.kernel}) to {gain.after.instructions:,.0f} ({gain.after.name}, {gain.after.kernel}), "
        f"{words.fixed(gain.saved, 0)} saved: {said}. {_sum(gain)}"
    )


def _sum(gain: Gain) -> str:
    """Whether the phases add up."""
    share = words.percent(gain.in_phases, 1)
    if gain.adds_up:
        return f"The phases add up to {share} of it."
    return f"The phases add up to {share} of it only: the rest lies in no phase, so they do not explain the step."


def legend(found: Iterable[Compared]) -> str:
    """Of the published figures beside ours."""
    return f"{PUBLISHED_LEGEND} {RETPOLINES_LEGEND}" if any(one.retpolines for one in found) else PUBLISHED_LEGEND


def _apart(found: Sequence[Compared]) -> str:
    """How many of them are apart, and which. All have retpolines, or none has."""
    apart = [one for one in found if one.apart]
    which = "; ".join(f"{one.published.what} {one.published.ratio:.2f}, ours {one.held_against or 0:.2f}" for one in apart)
    ours = "ours with retpolines" if found[0].retpolines else "ours"
    return (
        f"Of {words.plural(len(found), 'published ratio')}, {len(apart)} differ from {ours} (without the floor) by more than a quarter"
        f"{f': {which}' if apart else ''}."
    )


def limits(results: Results) -> list[str]:
    """What must not be concluded from the steps."""
    found = history.compared(results)
    lines = []
    if any(one.apart for one in found):
        groups = [[one for one in found if one.retpolines == retpolines] for retpolines in (False, True)]
        said = " ".join(_apart(group) for group in groups if group)
        lines.append(f"What a step cost in the kernel does not follow from this model. {said}")
    if not history.scaling(results):
        return lines
    return lines + [
        "How much more a packet costs with a second thread, mainly because of shared counts, is unresolved: two threads do not show "
        "what many cost."
    ]

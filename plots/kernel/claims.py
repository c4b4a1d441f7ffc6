# SPDX-License-Identifier: MIT
"""What the real kernel says of the claims: a line each, which names the lane that speaks."""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import words
from plots.kernel.counterparts import COUNTERPARTS, stands_for
from plots.kernel.estimates import COMPARED, ratio
from plots.run.kernel import POOL, WARM, Kernel, KernelCell, KernelRound, Lane
from plots.statistics.stats import median
from plots.statistics.verdict import FLOOR
from plots.verdicts.results import Results

_SOCKETS = 1000
_PERCENT = 1.0
"""failslab's probability of the answer on failures."""

_ALGORITHMS = ("hmac(sha1)", "hmac(sha256)", "cmac(aes)", "md5")


def _lanes(kernel: Kernel) -> list[Lane]:
    """Those that have strategies. The first that can answer speaks."""
    return [lane for name in COMPARED if (lane := kernel.lane(name))]


class _Found:
    """The smallest packets of an algorithm in one kernel of a lane."""

    def __init__(self, lane: Lane, kernel: str, algorithm: str) -> None:
        sizes = {c.bytes for r in lane.of(kernel, algorithm) for c in r.cells}
        self.kernel, self.bytes = kernel, min(sizes, default=0)
        self._rounds = lane.cells(kernel, algorithm, self.bytes, _SOCKETS, WARM)

    def _cell(self, strategy: str, cells: dict[str, KernelCell]) -> KernelCell | None:
        form = stands_for(strategy, [cell.form for cell in cells.values() if cell.strategy == strategy])
        return cells.get(f"{strategy}/{form}")

    def ratio(self, strategy: str, to: str) -> float | None:
        pairs = [(self._cell(strategy, cells), self._cell(to, cells)) for cells in self._rounds]
        return median([value for one, other in pairs if one and other and (value := ratio(one, other)) is not None])

    def key_share(self) -> float | None:
        """Of the pool's packet, in instructions."""
        pools = [cell for cells in self._rounds if (cell := self._cell(POOL, cells)) and cell.phases]
        return median([cell.by_phase()["key"] / cell.per_packet() for cell in pools])


def _unit(lane: Lane) -> str:
    return "instructions" if lane.name == "counted" else "time"


def _ratios(kernel: Kernel, strategy: str, to: str, algorithms: tuple[str, ...] = _ALGORITHMS) -> str | None:
    """Kernel, lane counted: A took of B's instructions, 64 B: hmac(sha1) 0.760 (6.12) and 0.880 (7.3); …"""
    for lane in _lanes(kernel):
        said = []
        sizes = set()
        for algorithm in algorithms:
            found = [_Found(lane, one.kernel, algorithm) for one in lane.kernels]
            known = [(one, value) for one in found if (value := one.ratio(strategy, to)) is not None]
            sizes |= {one.bytes for one, _ in known}
            if known:
                said.append(f"{algorithm} {words.listed(f'{words.ratio(value)} ({one.kernel})' for one, value in known)}")
        if said:
            size = words.span(sizes, 0)
            return f"Kernel, lane {lane.name}: {strategy} took of {to}'s {_unit(lane)}, {size} B: {'; '.join(said)}."
    return None


def _of(results: Results, strategy: str, to: str = POOL) -> str | None:
    return _ratios(results.run.kernel, strategy, to) if results.run.kernel else None


def _failed(rounds: Sequence[KernelRound]) -> dict[str, float]:
    """By strategy, the share of operations that failed."""
    faults = [fault for one in rounds for fault in one.faults if fault.percent == _PERCENT]
    shares = {}
    for strategy in (one.strategy for one in COUNTERPARTS if one.strategy != FLOOR):
        form = stands_for(strategy, [fault.form for fault in faults if fault.strategy == strategy])
        own = [fault for fault in faults if (fault.strategy, fault.form) == (strategy, form)]
        if own:
            shares[strategy] = sum(fault.failed for fault in own) / sum(fault.operations for fault in own)
    return shares


def pool_never_fails(results: Results) -> str | None:
    """C1: operations that failed while one allocation in a hundred failed, with the first algorithm that each kernel has."""
    said: dict[str, str] = {}
    for (algorithm, version), rounds in results.run.kernel.by_algorithm("native").items() if results.run.kernel else ():
        if version not in said and (shares := _failed(rounds)):
            ever = [f"{name} {words.percent(share)}" for name, share in shares.items() if share]
            never = [name for name, share in shares.items() if not share]
            none = [f"none with {words.listed(never)}"] if never else []
            said[version] = f"{version}, {algorithm}: {', '.join([*ever, *none])}"
    if not said:
        return None
    return f"Kernel, lane native, operations that failed with failslab at {_PERCENT:g}\u00a0%: {'; '.join(said.values())}."


def sharing_saves_memory(results: Results) -> str | None:
    """C2: what a transform takes of slab."""
    by_kernel: dict[str, list[str]] = {}
    for (algorithm, version), rounds in results.run.kernel.by_algorithm("native").items() if results.run.kernel else ():
        read = next((one for one in rounds if one.slab), None)
        each = {slab.strategy: read.slab_of_socket(slab)[0] for slab in read.slab if slab.form == "ahash"} if read else {}
        if {POOL, "per_socket_tfm"} <= set(each):
            own, shared = (words.per_socket(each[name]) for name in ("per_socket_tfm", POOL))
            by_kernel.setdefault(version, []).append(f"{algorithm} {own} B ({POOL} {shared} B)")
    if not by_kernel:
        return None
    said = "; ".join(f"{version}: {', '.join(found)}" for version, found in by_kernel.items())
    return f"Kernel, lane native, bytes of slab in use for each socket that owns its transform (per_socket_tfm): {said}."


def keys_make_it_unnecessary(results: Results) -> str | None:
    """C4."""
    return _of(results, "per_request_key")


def ipsec_model(results: Results) -> str | None:
    """C5: the model of a transform for each socket, and how much of the pool's packet its key is."""
    text = _of(results, "per_socket_tfm")
    lane = results.run.kernel.lane("counted") if results.run.kernel else None
    if text is None or lane is None:
        return text
    said = []
    for algorithm in _ALGORITHMS:
        found = [(one.kernel, _Found(lane, one.kernel, algorithm).key_share()) for one in lane.kernels]
        known = [f"{words.percent(share, 0)} ({version})" for version, share in found if share]
        said += [f"{algorithm} {words.listed(known)}"] if known else []
    return f"{text} Setting the key takes of {POOL}'s instructions: {'; '.join(said)}." if said else text


def in_the_skb(results: Results) -> str | None:
    """C6."""
    return _of(results, "skb_request")


def keys_in_the_pool(results: Results) -> str | None:
    """C10."""
    return _of(results, "percpu_request_key", "per_request_key")


def pool_for_ipsec(results: Results) -> str | None:
    """C11: ESP's transform and scatterlists."""
    kernel = results.run.kernel
    return _ratios(kernel, "per_socket_tfm", POOL, ("gcm(aes)",)) if kernel else None

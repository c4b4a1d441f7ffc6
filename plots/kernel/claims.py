# SPDX-License-Identifier: MIT
"""What the real kernel says of the claims: a line each, which names the lane that speaks."""

from __future__ import annotations

from plots.drawing import words
from plots.kernel.counterparts import COUNTERPARTS, stands_for
from plots.kernel.estimates import COMPARED, ratio
from plots.run.kernel import POOL, WARM, Kernel, KernelCell, Lane
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
        self.lane, self.kernel, self.algorithm, self.bytes = lane, kernel, algorithm, min(sizes, default=0)
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
    """Kernel, lane counted: A took 0.76 of B's instructions in 6.12 and 0.88 in 7.3 with hmac(sha1), …"""
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


def _failed(lane: Lane, kernel: str) -> tuple[str, dict[str, float]] | None:
    """(The algorithm, the share of operations that failed by strategy) of the first algorithm that has some."""
    for algorithm in _ALGORITHMS:
        faults = [f for r in lane.of(kernel, algorithm) for f in r.faults if f.percent == _PERCENT]
        shares = {}
        for strategy in (one.strategy for one in COUNTERPARTS if one.strategy != FLOOR):
            form = stands_for(strategy, [f.form for f in faults if f.strategy == strategy])
            own = [f for f in faults if (f.strategy, f.form) == (strategy, form)]
            if own:
                shares[strategy] = sum(f.failed for f in own) / sum(f.operations for f in own)
        if shares:
            return algorithm, shares
    return None


def pool_never_fails(results: Results) -> str | None:
    """C1: operations that failed while one allocation in a hundred failed."""
    lane = results.run.kernel.lane("native") if results.run.kernel else None
    said = []
    for measured in lane.kernels if lane else ():
        if lane and (found := _failed(lane, measured.kernel)):
            algorithm, shares = found
            ever = [f"{name} {words.percent(share)}" for name, share in shares.items() if share]
            never = [name for name, share in shares.items() if not share]
            none = f"{', ' if ever else ''}none with {words.listed(never)}" if never else ""
            said.append(f"{measured.kernel}, {algorithm}: {', '.join(ever)}{none}")
    if not said:
        return None
    return f"Kernel, lane native, operations that failed with failslab at {_PERCENT:g}\u00a0%: {'; '.join(said)}."


def sharing_saves_memory(results: Results) -> str | None:
    """C2: what a transform takes of slab."""
    lane = results.run.kernel.lane("native") if results.run.kernel else None
    by_kernel: dict[str, list[str]] = {}
    for measured in lane.kernels if lane else ():
        for algorithm in _ALGORITHMS:
            rounds = [r for r in (lane.of(measured.kernel, algorithm) if lane else []) if r.slab]
            each = {one.strategy: rounds[0].slab_of_socket(one)[0] for one in (rounds[0].slab if rounds else ()) if one.form == "ahash"}
            if {POOL, "per_socket_tfm"} <= set(each):
                by_kernel.setdefault(measured.kernel, []).append(
                    f"{algorithm} {words.per_socket(each['per_socket_tfm'])} B ({POOL} {words.per_socket(each[POOL])} B)"
                )
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
    shares = {
        algorithm: known
        for algorithm in _ALGORITHMS
        if (
            known := [
                f"{words.percent(share, 0)} ({measured.kernel})"
                for measured in (lane.kernels if lane else ())
                if lane and (share := _Found(lane, measured.kernel, algorithm).key_share())
            ]
        )
    }
    if not text or not shares:
        return text
    said = "; ".join(f"{algorithm} {words.listed(known)}" for algorithm, known in shares.items())
    return f"{text} Setting the key takes of {POOL}'s instructions: {said}."


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

# SPDX-License-Identifier: MIT
"""What protocols side by side say of the claims, block by block."""

from __future__ import annotations

from collections.abc import Sequence

from plots.consumers.estimates import blocks
from plots.consumers.words import lines
from plots.drawing import words
from plots.run.model import Lines
from plots.statistics.stats import Estimate
from plots.verdicts.parts import SLOWER, Part, Said, answering, time_part
from plots.verdicts.results import BlockResult, Results

_POOL, _OWN = "percpu_pool", "per_socket_tfm"

IPSEC = ("ah", "esp", "mac80211")


def _of_ipsec(block: BlockResult) -> bool:
    return block.block.axes.protocol in IPSEC


def _saved(block: BlockResult) -> float | None:
    """Bytes that the pool saves for each association or station."""
    own, pool = block.strategy(_OWN), block.strategy(_POOL)
    if not own or not pool or not own.memory or not pool.memory:
        return None
    kept = own.memory.bytes_per_socket, pool.memory.bytes_per_socket
    return None if kept[0] is None or kept[1] is None else kept[0] - kept[1]


def pool_for_ipsec(results: Results) -> Sequence[Part]:
    """C11: a transform for each association and an allocation for each packet are what AH, ESP and mac80211 do themselves."""
    time = time_part(results, _OWN, SLOWER, "the pool saves time", "none", counts=lambda b, s: _of_ipsec(b))
    found = [(b, saved) for b in answering(results, (_OWN, _POOL)) if _of_ipsec(b) and (saved := _saved(b)) is not None]
    bytes_ = Part(
        name="bytes an association",
        lead=f"{words.per_socket(found[0][1])} B an association" if found else "",
        brief=f"{words.per_socket(found[0][1])} B an association" if found else "",
        yes="saved with the pool",
        no="not saved",
        missing="bytes an association",
        said=tuple(Said(results.run.name, b, "for" if saved > 0 else "against", Estimate(saved, saved, saved)) for b, saved in found),
    )
    return [time, bytes_]


def one_manager(results: Results) -> Sequence[Part]:
    """C12: which protocols the manager runs. The lines that it saves in its users are in no run."""
    code = results.run.lines_of_code
    found = blocks(results)
    pool: Lines | None = code.strategies.get(_POOL) if code else None
    ran = [b for b in found if b.strategy(_POOL) or _POOL in b.block.left_out]
    protocols = dict.fromkeys(b.block.axes.protocol for b in found if b.strategy(_POOL))
    of_lines = f" in {lines(pool)} lines" if pool else ""
    return [
        Part(
            name="protocols that one manager runs",
            lead=f"{_POOL} runs {words.plural(len(protocols), 'protocol')}{of_lines}",
            brief=f"{words.plural(len(protocols), 'protocol')}{of_lines}",
            yes="runs",
            no="does not run",
            missing="protocols side by side",
            said=tuple(Said(results.run.name, b, "for" if b.strategy(_POOL) else "against") for b in ran),
        ),
        Part(
            name="lines saved in its users",
            lead="",
            brief="",
            yes="fewer lines",
            no="not fewer",
            missing="the lines that one manager would save in its users",
        ),
    ]

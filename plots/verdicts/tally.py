# SPDX-License-Identifier: MIT
"""What all blocks of a part say, as text."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.run.axes import Axes, value
from plots.verdicts.parts import Part, Said

_LISTED = 3
"""How many kinds of blocks a tally lists at most."""


def _size(part: Part, said: Said) -> int:
    found: int = value(said.block.block.axes, part.along)
    return found


def _sizes(part: Part, which: list[Said], others: list[Said]) -> str | None:
    """from 10,000 sockets on: how these blocks lie beside others along the part's axis. None if they are not apart."""
    own, rest = [_size(part, one) for one in which], [_size(part, one) for one in others]
    if not rest:
        return ""
    if min(own) > max(rest):
        return f"from {min(own):,} {part.unit} on"
    if max(own) < min(rest):
        return f"up to {max(own):,} {part.unit}"
    return None


def _kind(axes: Axes) -> tuple[str, str]:
    return axes.workload, axes.algorithm


def _kinds(part: Part, which: list[Said]) -> str:
    """esp/mtu from 10,000 sockets on; ipcomp/mtu: by workload and algorithm, if each kind of blocks is apart from the others of
    that kind. Else empty."""
    groups: dict[tuple[str, str], list[Said]] = {}
    for one in which:
        groups.setdefault(_kind(one.block.block.axes), []).append(one)
    said: dict[tuple[str, str], list[str]] = {}
    for (workload, algorithm), members in groups.items():
        at = _sizes(part, members, [o for o in part.said if o not in which and _kind(o.block.block.axes) == (workload, algorithm)])
        if at is None:
            return ""
        said.setdefault((workload, at), []).append(algorithm)
    if len(said) > _LISTED:
        return ""
    of_workload = {w: {_kind(o.block.block.axes)[1] for o in part.said if o.block.block.axes.workload == w} for w, _ in said}
    texts = []
    for (workload, at), algorithms in said.items():
        named = [] if set(algorithms) == of_workload[workload] else [words.listed(algorithms)]
        texts.append(" ".join([workload, *named, *([at] if at else [])]))
    return "; ".join(texts)


def _odd(part: Part, which: list[Said]) -> str:
    """1,000 sockets, 512 possible CPUs: what is unusual at the only block. Empty if several blocks are meant."""
    if len(which) != 1:
        return ""
    axes = which[0].block.block.axes
    return ", ".join([words.sockets(axes.sockets), *conditions.unusual(axes)])


def _where(part: Part, which: list[Said]) -> str:
    others = [one for one in part.said if one not in which]
    at = _sizes(part, which, others) or _kinds(part, which) or _odd(part, which)
    if not at and min(_size(part, one) for one in which) > min(_size(part, one) for one in others):
        at = f"none below {min(_size(part, one) for one in which):,} {part.unit}"
    return f" ({at})" if at else ""


def tally(part: Part) -> str:
    """not slower in 40 of 44 blocks, slower in 1 (from 10,000 sockets on), unresolved in 3. Where a few stand apart it says
    which; of most blocks it says how many."""
    groups = ((part.yes, part.of("for")), (part.no, part.of("against")), (part.unresolved, part.of("open")))
    said = [(word, found) for word, found in groups if found]
    number = len(part.said)
    if len(said) == 1:
        return said[0][0] if number == 1 else f"{said[0][0]} in all {number} blocks"
    most = max(len(found) for _, found in said)
    texts = []
    for place, (word, found) in enumerate(said):
        where = _where(part, found) if len(found) < most else ""
        texts.append(f"{word} in {len(found)}{'' if place else f' of {number} blocks'}{where}")
    return ", ".join(texts)


def brief(part: Part) -> str:
    """not slower in 44 of 56, slower in 5: for lines that need not say that the rest are unresolved."""
    held, denied, number = len(part.of("for")), len(part.of("against")), len(part.said)
    if number in (held, denied):
        word = part.yes if held else part.no
        return word if number == 1 else f"{word} in all {number}"
    said = [(word, found) for word, found in ((part.yes, held), (part.no, denied)) if found] or [(part.unresolved, number)]
    return ", ".join(f"{word} in {found}{'' if place else f' of {number}'}" for place, (word, found) in enumerate(said))

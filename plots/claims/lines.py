# SPDX-License-Identifier: MIT
"""The verdicts as text: a line for each claim, and the answer. Made from verdicts alone, the same in every output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from plots.claims.judge import Judged
from plots.drawing import conditions, words
from plots.verdicts import tally
from plots.verdicts.parts import Part

QUESTION = "Who should own a packet's crypto state: a pool per CPU, or each socket?"

NOTHING = "None of the twelve claims is measured here."

_SENTENCES = 3

_IN_WORDS = ("provider", "load", "probability", "scratch", "possible_cpus", "key")
"""Axes that a line leaves out: its words have them, or the summary's `condition` does."""


def _short(part: Part) -> list[str]:
    """The conditions of the block that gives a part's number, without those that its words have."""
    axes = part.said[0].block.block.axes
    left_out = [*_IN_WORDS, part.along if part.along != "sockets" else "", "cache" if axes.cache == "warm" else ""]
    return [text for text in conditions.of(axes, left_out) if text not in part.lead]


def usual(judged: Sequence[Judged]) -> list[str]:
    """The conditions of most numbers. Lines repeat only what differs from them."""
    counted = Counter(text for one in judged for part in one.measured for text in _short(part))
    measured = sum(len(one.measured) for one in judged)
    return [text for text, number in counted.items() if 2 * number > measured]


def _each(parts: Sequence[Part], common: Sequence[str]) -> list[tuple[Part, str]]:
    """Each part with its conditions in square brackets, if they differ from the common ones and from the part's before it."""
    found: list[tuple[Part, str]] = []
    before: list[str] = []
    for part in parts:
        at = [text for text in _short(part) if text not in common]
        found.append((part, f" [{', '.join(at)}]" if at and at != before else ""))
        before = at
    return found


def missing(judged: Judged) -> list[str]:
    """What a verdict lacks: its parts without a block."""
    needed = [part for part in judged.parts if not part.said and (not part.optional or not judged.measured)]
    return list(dict.fromkeys(part.missing for part in needed))


def says(judged: Judged, common: Sequence[str] = ()) -> str:
    """What stands behind the verdict: the number of each part and what all its blocks say, and what is missing. That comes first
    if the verdict is that the claim is not measured."""
    found = [f"{part.lead}{at}: {tally.tally(part)}" for part, at in _each(judged.measured, common)]
    absent = ", ".join(missing(judged))
    if judged.verdict == "not measured":
        return words.whole("; ".join([*([absent] if absent else []), *found]))
    return words.whole("; ".join([*found, *([f"not measured: {absent}"] if absent else [])]))


def numbers(judged: Judged, common: Sequence[str]) -> list[str]:
    """per_socket_tfm 0.749 (0.746-0.753), not slower in 44 of 56, slower in 5: a text for each part that blocks judge."""
    return [words.whole(f"{part.brief}{at}, {tally.brief(part)}") for part, at in _each(judged.measured, common)]


def brief(judged: Judged, common: Sequence[str]) -> str:
    """A transform per socket is the right model: mixed; per_socket_tfm 0.749 (0.746-0.753), not slower in 44 of 56, slower in 5."""
    return f"{judged.claim.short}: {'; '.join([judged.verdict, *numbers(judged, common)])}."


def not_measured(judged: Sequence[Judged]) -> str:
    """C3 (several users of scratch), C8 (...): the claims without a verdict, each with what is missing. Empty if there is none."""
    found = [one for one in judged if one.verdict == "not measured"]
    return ", ".join(f"{one.claim.id} ({'; '.join(missing(one)) or 'unresolved'})" for one in found)


def legend(common: Sequence[str]) -> str:
    """What the lines mean."""
    where = f" Numbers: {', '.join(common)}." if common else ""
    return words.whole(f"Lane model; ratios: time beside the pool's; counts: blocks, the rest unresolved.{where}")


def answer(judged: Sequence[Judged]) -> list[str]:
    """At most three sentences, each from a part of a claim: its number, where it was measured if that is not where the one before
    was, and what all its blocks say."""
    found: dict[str, Part] = {}
    for part in (part for one in judged for part in one.measured):
        if part.sentence:
            found.setdefault(part.name, part)
    chosen = sorted(found.values(), key=lambda part: part.place)[:_SENTENCES]
    return [words.whole(f"{part.sentence}{at}; {tally.tally(part)}.") for part, at in _each(chosen, ())] or [NOTHING]

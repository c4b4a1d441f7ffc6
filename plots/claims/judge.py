# SPDX-License-Identifier: MIT
"""The verdict on a claim, from what blocks say of its parts. docs/claims.md has the rules.

A verdict is never stronger than its blocks: what they leave open stays open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from plots.claims.claims import CLAIMS, Claim
from plots.statistics.stats import Estimate
from plots.verdicts.evidence import where
from plots.verdicts.parts import Part
from plots.verdicts.question import Question
from plots.verdicts.results import Results

ClaimVerdict = Literal["holds", "does not hold", "mixed", "not measured"]

VERDICTS: tuple[ClaimVerdict, ...] = ("holds", "does not hold", "mixed", "not measured")

PartStand = Literal["for", "against", "both", "open", "missing"]


@dataclass(frozen=True)
class Judged:
    claim: Claim
    verdict: ClaimVerdict
    parts: tuple[Part, ...]
    """Those that can judge it, with the missing ones; the one that gives the number first."""

    @property
    def measured(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.said)

    @property
    def _first(self) -> Part | None:
        return next(iter(self.measured), None) if self.verdict != "not measured" else None

    @property
    def number(self) -> Estimate:
        """Of the first block of the first part. Empty if the claim is not measured."""
        return self._first.said[0].number if self._first else Estimate()

    @property
    def condition(self) -> str | None:
        """Where the number was measured."""
        return where(self._first.said[0].block) if self._first else None

    @property
    def lane(self) -> str | None:
        return self._first.lane if self._first else None

    @property
    def blocks(self) -> dict[str, list[str]]:
        """The ids of all blocks that said something, by run."""
        found: dict[str, dict[str, None]] = {}
        for said in (one for part in self.parts for one in part.said):
            found.setdefault(said.run, {})[said.block.block.id] = None
        return {run: list(ids) for run, ids in found.items()}


def stand(part: Part) -> PartStand:
    """What a part's blocks say together. Open: at least as many blocks are unresolved as are resolved."""
    held, denied = part.of("for"), part.of("against")
    if not part.said:
        return "missing"
    if held and denied:
        return "both"
    if len(part.of("open")) >= len(held) + len(denied):
        return "open"
    return "for" if held else "against"


def verdict(parts: Sequence[Part]) -> ClaimVerdict:
    """mixed: something supports the claim and something contradicts it. Else every part must be resolved, and all say the same."""
    counted = [stand(part) for part in parts if part.said or not part.optional]
    if "both" in counted or {"for", "against"} <= set(counted):
        return "mixed"
    if not counted or set(counted) & {"open", "missing"}:
        return "not measured"
    return "holds" if set(counted) == {"for"} else "does not hold"


def _together(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Parts of one name as one: the words are those of the first run that measured it. A block that several runs measured counts
    once, but each time if they disagree."""
    found: dict[str, Part] = {}
    for part in parts:
        before = found.get(part.name)
        if before is None or not before.said:
            found[part.name] = part
        else:
            known = {(one.block.block.id, one.stand) for one in before.said}
            new = tuple(one for one in part.said if (one.block.block.id, one.stand) not in known)
            found[part.name] = replace(before, said=before.said + new)
    return tuple(sorted(found.values(), key=lambda part: not part.leads))


def judge(runs: Sequence[Results], questions: Sequence[Question]) -> list[Judged]:
    """All claims, judged by all these runs together."""
    judged = []
    for claim in CLAIMS:
        asked = [question.parts[claim.id] for question in questions if claim.id in question.parts]
        parts = _together(part for results in runs for ask in asked for part in ask(results))
        judged.append(Judged(claim, verdict(parts), parts))
    return judged

# SPDX-License-Identifier: MIT
"""Whether rounds had the pages that their block asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plots.drawing import words
from plots.run.model import Block
from plots.run.rounds import Watched

_LEAST_SHARE = 0.95
"""Of a round's memory, on the pages that it asks for."""


def huge_shares(rounds: Iterable[Watched[Any]]) -> list[float]:
    """The share of each round's memory on huge pages, where it is known."""
    return [r.huge_pages.share for r in rounds if r.huge_pages is not None]


def wrong_pages(block: Block) -> str | None:
    """What is wrong with the pages of a block's rounds, or None. Older files had base pages and no reading."""
    rounds = block.of(Watched)
    shares = huge_shares(rounds)
    if block.axes.page_size == "base":
        wrong = [share for share in shares if share > 1 - _LEAST_SHARE]
        bound, worst = f"more than {words.percent(1 - _LEAST_SHARE, 0)}", f"most: {words.percent(max(wrong, default=0), 1)}"
    elif len(shares) < len(rounds):
        return f"how much of the memory lay on huge pages is not known for {words.plural(len(rounds) - len(shares), 'round')}"
    else:
        wrong = [share for share in shares if share < _LEAST_SHARE]
        bound, worst = f"less than {words.percent(_LEAST_SHARE, 0)}", f"least: {words.percent(min(wrong, default=0), 1)}"
    return (
        f"in {len(wrong)} of {words.plural(len(rounds), 'round')} {bound} of the memory lay on huge pages ({worst})" if wrong else None
    )

# SPDX-License-Identifier: MIT
"""History with retpolines beside history without them: both are set beside what was published, and neither stands for the other."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

import synthetic
from conftest import results_of
from outputs import full, summary, write_report
from plots.history import estimates as history
from plots.history import tables, words
from plots.run.files import validator
from plots.verdicts.results import Results
from synthetic_runs import RATIO

STRATEGIES = ("null", "percpu_pool", "clone_sigpool", "onstack", "onstack_prepared")


def block(api: str, spectre_v2: str = "off", sockets: int = 1, size: str = "fixed_92") -> dict[str, object]:
    return synthetic.axes(workload=f"tcp_ao/{size}", api=api, spectre_v2=spectre_v2, sockets=sockets)


def results(folder: Path, *blocks: dict[str, object]) -> Results:
    return results_of(folder, synthetic.Truth(blocks=list(blocks), strategies=STRATEGIES, ratio=RATIO, counted=False))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Results:
    # Those with retpolines come first and have fewer sockets: neither makes them stand for the others.
    blocks = [block("ahash", "retpoline"), block("flat"), block("ahash", sockets=1000)]
    return results(tmp_path_factory.mktemp("both"), *blocks)


def test_each_published_figure_has_both_beside_it(both: Results) -> None:
    plain, retpolines = history.compared(both)
    assert plain.published == retpolines.published and (plain.retpolines, retpolines.retpolines) == (False, True)
    assert (plain.block.block.axes.sockets, retpolines.block.block.axes.sockets) == (1000, 1)
    shown = tables.published([plain, retpolines], [])
    assert shown and [name for name, _ in shown.rows] == ["TCP-AO HMAC-SHA1, 128 B", "- with retpolines"]
    assert [cells[1] for _, cells in shown.rows] == ["2.64", "2.64"] and [cells[-1] for _, cells in shown.rows] == ["apart", "apart"]


def test_the_steps_are_shown_with_and_without(both: Results) -> None:
    assert [(chain.block.block.axes.api, chain.block.block.axes.spectre_v2) for chain in history.chains(both)] == [
        ("flat", "off"), ("ahash", "off"), ("ahash", "retpoline"),
    ]  # fmt: skip
    headings = [one.heading for one in tables.chains(both)]
    assert ["api ahash, spectre_v2 retpoline" in heading for heading in headings] == [False, False, True]


def test_the_texts_say_which_is_which(both: Results, tmp_path: Path) -> None:
    page = unescape(write_report(both, tmp_path / "report").read_text())
    for text in (" ".join(full(both).split()), page):
        assert words.RETPOLINES_LEGEND in text
        assert text.count("TCP-AO HMAC-SHA1, 128 B, with retpolines: published 2.64") == 1
    (line,) = (line for line in words.limits(both) if line.startswith("What a step cost in the kernel"))
    assert line.count("Of 1 published ratio, 1 differ") == 2 and "differ from ours (" in line and "differ from ours with retpolines (" in line
    data = summary(both)
    validator("summary").validate(data)
    assert [(one["what"], one["block"].endswith("-retpolinespectre_v2")) for one in data["published"]] == [
        ("TCP-AO HMAC-SHA1, 128 B", False), ("TCP-AO HMAC-SHA1, 128 B", True),
    ]  # fmt: skip


def test_only_with_retpolines(tmp_path: Path) -> None:
    """The row says so itself, and no other part takes the block for one without them."""
    found = results(tmp_path, block("ahash", "retpoline"), block("ahash", "retpoline", size="mtu"))
    (one,) = history.compared(found)
    shown = tables.published([one], [])
    assert shown and [name for name, _ in shown.rows] == ["TCP-AO HMAC-SHA1, 128 B, with retpolines"]
    assert history.hidden(found) == [] and not any(b.told or b.told_with("ahash") for b in found.blocks)


def test_without_retpolines_nothing_speaks_of_them(tmp_path: Path) -> None:
    found = results(tmp_path, block("ahash"))
    assert "with retpolines" not in " ".join(full(found).split())
    assert words.legend(history.compared(found)) == words.PUBLISHED_LEGEND

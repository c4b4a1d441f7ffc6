# SPDX-License-Identifier: MIT
"""The command that repeats a claim's blocks: what the run was asked for, narrowed."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

import synthetic
from outputs import load_run
from plots.claims.command import command
from plots.run.axes import value
from plots.run.model import Run
from synthetic import axes

BLOCKS = [axes(sockets=n, algorithm=a) for n in (100, 1000, 10_000) for a in ("hmac(sha1)", "md5")] + [axes(churn_percent=0.5)]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return load_run(synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=BLOCKS, rounds=1, sittings=1, counted=False)))


def asked(run: Run, *words: str) -> Run:
    assert run.asked is not None
    return replace(run, asked=replace(run.asked, command_line=words))


def kept(run: Run, text: str) -> set[str]:
    """The blocks that the command's filters leave."""
    words = shlex.split(text)
    filters = [words[i + 1].split("=", 1) for i, word in enumerate(words) if word == "--filter"]
    return {b.id for b in run.blocks if all(str(value(b.axes, axis)) in values.split(",") for axis, values in filters)}


@pytest.mark.parametrize("places", [[0], [0, 2, 4], [1, 3], [6], list(range(7))])
def test_the_filters_leave_these_blocks(run: Run, places: list[int]) -> None:
    wanted = {run.blocks[place].id for place in places}
    text = command(asked(run, "run", "mine.toml", "--rounds", "9"), wanted)
    assert text is not None and text.startswith("build/release/tfmbench run mine.toml --rounds 9")
    assert kept(run, text) == wanted


def test_all_blocks_need_no_filter(run: Run) -> None:
    assert command(asked(run, "run", "quick"), {b.id for b in run.blocks}) == "build/release/tfmbench run quick"


@pytest.mark.parametrize("out", [("--out", "results/my run"), ("--out=results/x",)])
def test_it_writes_to_a_folder_of_its_own(run: Run, out: tuple[str, ...]) -> None:
    wanted = {b.id for b in run.blocks}
    assert command(asked(run, "run", "quick", *out, "--seed", "3"), wanted) == "build/release/tfmbench run quick --seed 3"


@pytest.mark.parametrize("words", [("run", "--from", "results/a"), ("run", "--from=results/a", "--out", "b")])
def test_a_run_that_repeats_another_is_repeated_whole(run: Run, words: tuple[str, ...]) -> None:
    text = command(replace(asked(run, *words), path=Path("results/my run")), [run.blocks[0].id])
    assert text == "build/release/tfmbench run --from 'results/my run'"


def test_no_command_is_better_than_a_wrong_one(run: Run) -> None:
    assert command(replace(run, asked=None), [run.blocks[0].id]) is None
    assert command(run, []) is None


def test_parentheses_are_quoted(run: Run) -> None:
    text = command(asked(run, "run", "quick"), [run.blocks[0].id])
    assert text is not None and "'algorithm=hmac(sha1)'" in text

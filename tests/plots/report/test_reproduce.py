# SPDX-License-Identifier: MIT
"""How a report says to repeat its run: what it prints must repeat it, or say what it does not repeat."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import synthetic
import synthetic_machine
from outputs import load_run, read, full, write_report
from plots.report.reproduce import reproduce
from plots.run.model import Run

BUILD = "cmake --preset release && cmake --build --preset release"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=6, sittings=1, counted=False))


@pytest.fixture
def run(folder: Path) -> Run:
    return load_run(folder)


def with_git(run: Run, revision: str | None, dirty: bool | None) -> Run:
    return replace(run, git={"revision": revision, "dirty": dirty})


def asked(run: Run, *words: str) -> Run:
    assert run.asked is not None
    return replace(run, asked=replace(run.asked, command_line=words))


def test_a_run_is_repeated_from_its_folder(run: Run) -> None:
    """The command line of a matrix of one's own, or of a narrowed one, would not repeat it elsewhere."""
    said = reproduce(run)
    assert said.commands == (f"git checkout {synthetic_machine.REVISION}", BUILD, f"build/release/tfmbench run --from {run.path}")
    (note,) = said.notes
    assert note.endswith("tfmbench run mine.toml --filter sockets=1000 --out 'results/my run'")
    assert "not the code" not in note


def test_a_folder_with_a_blank_is_quoted(run: Run) -> None:
    assert reproduce(replace(run, path=Path("results/my run"))).commands[-1].endswith("--from 'results/my run'")


@pytest.mark.parametrize("words", [("run", "quick", "--cpus", "1,0"), ("run", "quick", "--cpus=0-1")])
def test_cores_are_repeated_if_they_were_given(run: Run, words: tuple[str, ...]) -> None:
    assert reproduce(asked(run, *words)).commands[-1].endswith(" --cpus 1,0")
    assert "--cpus" not in reproduce(asked(run, "run", "quick")).commands[-1]


def test_a_dirty_tree_repeats_the_matrix_and_not_the_code(run: Run) -> None:
    said = reproduce(with_git(run, synthetic_machine.REVISION, True))
    assert said.commands[0] == f"git checkout {synthetic_machine.REVISION}" and "--from" in said.commands[-1]
    assert said.notes[0] == "The code had local changes beside this revision: this repeats the matrix, not the code."


@pytest.mark.parametrize("revision", ["unknown", None])
def test_an_unknown_revision_is_not_checked_out(run: Run, revision: str | None) -> None:
    """As of a source archive."""
    said = reproduce(with_git(run, revision, True))
    assert said.commands[0] == BUILD and not any("git" in command for command in said.commands)
    assert said.notes[0] == "The revision of the code is not known: this repeats the matrix, not the code."


def test_an_older_run_gets_no_command_that_is_wrong(run: Run) -> None:
    said = reproduce(replace(run, asked=None))
    assert said.commands == (f"git checkout {synthetic_machine.REVISION}", BUILD)
    (note,) = said.notes
    assert note.startswith("No command repeats the matrix") and "called synthetic, with 6 rounds and seed 1" in note


def test_mail_and_page_say_the_same(folder: Path, run: Run, tmp_path: Path) -> None:
    results = read(folder)
    mail = full(results)
    tail = mail[mail.index("Reproduce with:") :]
    assert "tfmbench run --from" in tail and "--filter sockets=1000" in " ".join(tail.split())
    page = write_report(results, tmp_path / "report").read_text()
    assert f"tfmbench run --from {run.path}" in page and "--filter sockets=1000" in page
    assert synthetic_machine.BUILD in mail and synthetic_machine.BUILD in page

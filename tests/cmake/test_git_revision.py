# SPDX-License-Identifier: MIT
"""The git revision of a source folder: only that of the repository whose top level it is."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "cmake/git_revision.cmake"


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "below").mkdir(parents=True)
    (folder / "below/file").write_text("1")
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "one")
    return folder


def said(source: Path) -> tuple[str, str]:
    """Revision and `dirty` in the header that the script writes."""
    header = source.parent / "git_revision.hpp"
    subprocess.run(["cmake", f"-DSOURCE={source}", f"-DOUTPUT={header}", "-P", str(SCRIPT)], check=True, capture_output=True)
    found = re.search(r'revision\[\] = "(.*)";\n.*dirty = (\w+);', header.read_text())
    assert found
    return found[1], found[2]


def test_a_checkout(repository: Path) -> None:
    assert said(repository) == (git(repository, "rev-parse", "HEAD"), "false")
    (repository / "below/file").write_text("2")
    assert said(repository) == (git(repository, "rev-parse", "HEAD"), "true")


def test_a_worktree_has_its_own_top_level(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", str(tmp_path / "other/tree"))
    assert said(tmp_path / "other/tree") == (git(repository, "rev-parse", "HEAD"), "false")


def test_a_source_archive_inside_another_repository(repository: Path) -> None:
    """It is not that repository's revision, and is not clean."""
    assert said(repository / "below") == ("unknown", "true")
    (repository / "unpacked").mkdir()
    assert said(repository / "unpacked") == ("unknown", "true")


def test_a_source_archive_outside_of_git(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    assert said(tmp_path / "source") == ("unknown", "true")


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    git(tmp_path / "source", "init")
    assert said(tmp_path / "source") == ("unknown", "true")

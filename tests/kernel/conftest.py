# SPDX-License-Identifier: MIT
"""A world of fake tools (fake.py), in which `tfmbench kernel` runs without a network, a compiler and an emulator."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import fake_uml
import pytest
from fake import COMMANDS

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]

SUITES = """\
bookworm http://mirror.example/debian/
bookworm-updates http://mirror.example/debian/
bookworm-security http://security.example/debian-security/
"""


@dataclass
class World:
    folder: Path

    @property
    def cache(self) -> Path:
        return self.folder / "cache/tfmbench/kernel"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def goes_wrong(self, **how: str) -> None:
        """By NAME__ARGUMENT: what a tool does, or says as an error."""
        text = {name.replace("__", " ").replace("_", "-"): what for name, what in how.items()}
        (self.folder / "world.json").write_text(json.dumps(text))

    def environment(self, **more: str) -> dict[str, str]:
        own = {"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", "XDG_CACHE_HOME": str(self.folder / "cache"), "PYTHONPATH": str(SOURCE)}
        return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **own, **more}

    def command(self, *arguments: str) -> list[str]:
        return ["/usr/bin/python3", "-P", "-m", "kernel.lanes", *arguments]

    def __call__(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), cwd=self.folder, env=self.environment(**more), capture_output=True, text=True, timeout=120, check=False
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments), cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def calls(self, name: str) -> list[str]:
        path = self.folder / "calls"
        return [line for line in (path.read_text().splitlines() if path.exists() else []) if line.startswith(name)]

    def alive(self) -> list[int]:
        """The processes that are left of all that fake tools started."""
        path = self.folder / "pids"
        return [pid for pid in map(int, path.read_text().split() if path.exists() else []) if _lives(pid)]

    def temporaries(self) -> list[Path]:
        """What must not be there after a run: partial entries, partial lanes."""
        return [*self.cache.glob("tmp"), *self.folder.glob("**/.*.tmp")]


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _tools(world: Path, program: str, names: Iterable[str]) -> None:
    bin_folder = world / "bin"
    bin_folder.mkdir(exist_ok=True)
    for name in names:
        path = bin_folder / name
        path.write_text(f'#!/bin/sh\nexec /usr/bin/python3 -ISB {HERE / program} {world} {name} "$@"\n')
        path.chmod(0o755)


@pytest.fixture
def world(tmp_path: Path) -> World:
    _tools(tmp_path, "fake.py", COMMANDS)
    (tmp_path / "suites").write_text(SUITES)
    (tmp_path / "world.json").write_text("{}")
    return World(tmp_path)


@pytest.fixture
def uml_world(world: World) -> World:
    """One with User-mode Linux."""
    _tools(world.folder, "fake_uml.py", fake_uml.COMMANDS)
    return world

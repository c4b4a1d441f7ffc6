# SPDX-License-Identifier: MIT
"""A world of fake tools (fake.py), in which `tfmbench kernel` runs without a network, a compiler and an emulator.

What Python compiles for the hundreds of processes of these tests is kept for the session, outside of the source.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import fake
import fake_uml
import pytest

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
    bytecode: Path
    """Python's, of this session."""

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
        python = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.bytecode)}
        return {**os.environ, **python, **own, **more}

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

    def tool(self, module: str, name: str, *first: str) -> str:
        """The text of a program: the tool NAME as a module of fakes has it, with these arguments first."""
        python = f"/usr/bin/python3 -IS -X pycache_prefix={self.bytecode}"
        return f'#!/bin/sh\nexec {python} {HERE / "start_fake.py"} {" ".join((module, str(self.folder), name, *first))} "$@"\n'

    def put_tools(self, module: str, names: Iterable[str]) -> None:
        for name in names:
            path = self.folder / "bin" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(self.tool(module, name))
            path.chmod(0o755)

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


@pytest.fixture
def world(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path, tmp_path_factory.getbasetemp() / "bytecode")
    world.put_tools("fake", fake.COMMANDS)
    (tmp_path / "suites").write_text(SUITES)
    (tmp_path / "world.json").write_text("{}")
    return world


@pytest.fixture
def uml_world(world: World) -> World:
    """One with User-mode Linux."""
    world.put_tools("fake_uml", fake_uml.COMMANDS.keys() - {"linux"})
    return world

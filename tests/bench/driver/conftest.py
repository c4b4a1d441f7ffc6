# SPDX-License-Identifier: MIT
"""Runs the built tfmbench (TFMBENCH is its path) in a temporary folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent

MATRIX = """\
name = "tiny"
baseline = "percpu_pool"
strategies = ["null", "percpu_pool", "per_socket_tfm"]
rounds = 6

[[block]]
workload = "tcp_ao/bgp_update"
algorithm = ["hmac(sha1)", "cmac(aes128)"]
sockets = [10, 20]
"""
TIMED, COUNTED = 4 * 6, 4

# A matrix to which a test adds axes.
HEAD = """\
name = "m"
baseline = "percpu_pool"
strategies = ["null", "percpu_pool"]
"""
BLOCK = """\
[[block]]
workload = "tcp_ao/bgp_update"
algorithm = "hmac(sha1)"
"""

Rounds = tuple[int, ...]
RUN = ["run", "./tiny.toml", "--out", "out"]


@dataclass
class Driver:
    """tfmbench in a working folder. Its rounds come from fake_round.py unless `real` is set."""

    folder: Path
    program: Path
    real: bool = False
    env: dict[str, str] = field(default_factory=dict)

    def write(self, text: str, name: str = "tiny.toml") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def environment(self, **extra: str) -> dict[str, str]:
        rounds = {} if self.real else {"TFMBENCH_ROUND_DIR": str(self.folder / "rounds_bin")}
        # No report is drawn here: tests/plots tests plots/.
        plots = {"TFMBENCH_PLOTS": str(self.folder / "stub" / "plots")}
        return {**os.environ, **rounds, **plots, **self.env, **extra}

    def command(self, *arguments: str | Path) -> list[str]:
        return [str(self.program), *map(str, arguments)]

    def __call__(self, *arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(**env),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, *arguments: str | Path, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(**env),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    program = Path(os.environ["TFMBENCH"])
    assert program.exists(), f"TFMBENCH={program}: build it"
    rounds = tmp_path / "rounds_bin"
    rounds.mkdir()
    for name in ("tfmbench_round", "tfmbench_round_counted", "tfmbench_round_retpoline"):
        (rounds / name).symlink_to(HERE / "fake_round.py")
    stub = tmp_path / "stub" / "plots"
    stub.mkdir(parents=True)
    (stub / "__init__.py").touch()
    (stub / "__main__.py").write_text("import sys\nprint('plots:', *sys.argv[1:])\n", encoding="ascii")
    result = Driver(tmp_path, program)
    result.write(MATRIX)
    return result


def one_line(process: subprocess.CompletedProcess[str], code: int) -> str:
    """The single line on stderr with which the process ended."""
    assert process.returncode == code, process.stderr
    lines = process.stderr.splitlines()
    assert len(lines) == 1, process.stderr
    return lines[0]


def planned(text: str) -> dict[str, Rounds]:
    """For each block of a dry run: its numbers of timed, counted, pressure and in_flight rounds."""
    rows = re.findall(r"^ +(\d+) +(\d+) +(\d+) +(\d+) +[\d.]+ [MG]iB  (\S+)$", text, re.MULTILINE)
    plan = {row[-1]: tuple(int(count) for count in row[:-1]) for row in rows}
    assert len(plan) == len(rows) and f"\n{len(plan)} block{'s' * (len(plan) != 1)}\n" in text
    return plan


def rounds(folder: Path) -> dict[str, dict[str, Any]]:
    """Every file in rounds/ as JSON, including temporary files."""
    return {f.name: json.loads(f.read_text()) for f in (folder / "rounds").iterdir()}


def complete(driver: Driver) -> dict[str, dict[str, Any]]:
    done = driver(*RUN)
    assert done.returncode == 0, done.stderr
    return rounds(driver.folder / "out")

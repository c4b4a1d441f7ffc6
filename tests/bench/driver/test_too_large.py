# SPDX-License-Identifier: MIT
"""What the machine cannot hold is refused before anything starts, by a run and by a dry run."""

from __future__ import annotations

import re
import subprocess

import pytest
from conftest import Driver, one_line

LARGE = ["run", "./tiny.toml", "--out", "out", "--set", "sockets=10,4000000"]


def with_gib(driver: Driver, gib: float, *arguments: str) -> subprocess.CompletedProcess[str]:
    """tfmbench with that much address space: its limit counts as the memory that there is."""
    return subprocess.run(
        ["prlimit", f"--as={int(gib * 2**30)}", *driver.command(*arguments)],
        cwd=driver.folder, env=driver.environment(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("extra", [[], ["--dry-run"]])
def test_blocks_that_do_not_fit_are_refused(driver: Driver, extra: list[str]) -> None:
    before = set(driver.folder.rglob("*"))
    done = with_gib(driver, 2, *LARGE, *extra)
    line = one_line(done, 2)
    said = r"2 blocks are too large for the 2.0 GiB of memory available here: a timed round of tcp_ao\S+-4000000s-\S+ wants about [\d.]+ GiB"
    assert re.search(said, line) and "--filter sockets=" in line
    assert set(driver.folder.rglob("*")) == before
    assert ("4 blocks" in done.stdout) == bool(extra), "a dry run still prints the plan"


def test_what_is_left_runs(driver: Driver) -> None:
    done = with_gib(driver, 2, *LARGE, "--filter", "sockets=10")
    assert done.returncode == 0, done.stderr


def test_a_shard_is_refused_for_its_own_rounds_only(driver: Driver) -> None:
    codes = {with_gib(driver, 2, *LARGE, "--dry-run", "--shard", f"{i}/28").returncode for i in range(1, 29)}
    assert codes == {0, 2}


def test_a_dry_run_says_how_much_each_block_wants(driver: Driver) -> None:
    plan = driver("run", "./tiny.toml", "--dry-run", "--set", "sockets=10,100000").stdout
    wanted = [(float(number), sockets) for number, sockets in re.findall(r" ([\d.]+) MiB  tcp_ao\S+-(\d+)s-", plan)]
    small, large = ({number for number, sockets in wanted if sockets == which} for which in ("10", "100000"))
    assert len(wanted) == 4 and max(small) < 64 < min(large)

# SPDX-License-Identifier: MIT
"""Wrong arguments: one line, exit code 2, nothing begun."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from conftest import SOURCE, World
from kernel.lanes import strategies
from kernel.lanes.registry import LANES

NAMES = ", ".join(LANES)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), f"a lane is needed: {NAMES} (see --help)"),
        (("countd",), f'unknown lane "countd"; did you mean "counted"? There are: {NAMES}'),
        (("quickly",), f'unknown lane "quickly". There are: {NAMES}'),
        (("",), f'unknown lane "". There are: {NAMES}'),
        (("counted", "more"), "unrecognized arguments: more (see --help)"),
        (("counted", "--fast"), "unrecognized arguments: --fast (see --help)"),
        (("counted", "--ful"), "unrecognized arguments: --ful (see --help)"),
        (("counted", "--kernel"), "argument --kernel: expected one argument (see --help)"),
        (("counted", "--kernel", "newst"), 'unknown kernel "newst"; did you mean "newest"? There are: 6.1, 6.12, newest'),
        (("counted", "--kernel", "6.1,"), 'unknown kernel "". There are: 6.1, 6.12, newest'),
        (("counted", "--kernel", "6.1,6.1"), '--kernel "6.1,6.1" has 6.1 twice'),
        (
            ("counted", "--algorithm", "hmac(sha2)"),
            'unknown algorithm "hmac(sha2)"; did you mean "hmac(sha1)"? There are: hmac(sha1), hmac(sha256), cmac(aes), md5, gcm(aes)',
        ),
        (("counted", "--algorithm", ""), 'unknown algorithm "". There are: hmac(sha1), hmac(sha256), cmac(aes), md5, gcm(aes)'),
        (("counted", "--algorithm", "md5,md5"), '--algorithm "md5,md5" has md5 twice'),
        (("counted", "--bytes", "100"), 'unknown size "100". There are: 64, 92, 512, 1440'),
        (("counted", "--out", ""), "--out must name a folder"),
        (("counted", "--json"), "--json goes with --list"),
        (("counted", "--list"), "--list takes no lane"),
    ],
)
def test_wrong(world: World, arguments: tuple[str, ...], said: str) -> None:
    done = world(*arguments)
    assert (done.returncode, done.stderr, done.stdout) == (2, f"tfmbench kernel: {said}\n", "")
    assert not world.cache.exists() and not world.calls("")


def test_a_number_that_no_kernel_has(world: World) -> None:
    """Which number the newest has is known only from package lists."""
    done = world("counted", "--kernel", "7.3", "--out", "out")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == 'tfmbench kernel: unknown kernel "7.3". There are: 6.1, 6.12, 7.4 (newest)'
    assert not world.out.exists()


def test_help_names_the_lanes_that_there_are(world: World) -> None:
    done = world("--help")
    assert done.returncode == 0
    assert f"what measures: {NAMES}" in done.stdout and not world.cache.exists()


def test_list(world: World) -> None:
    done = world("--list")
    assert done.returncode == 0 and not world.cache.exists()
    assert "  clone_sigpool/tcp_sigpool    –    yes   –       hashes\n" in done.stdout
    assert "  md5sig_pool/tcp_md5sig_pool is not in 6.12, newest: gone since 6.7" in done.stdout
    assert "  multibuffer is in no kernel: " in done.stdout


def test_list_as_json(world: World) -> None:
    value = json.loads(world("--list", "--json").stdout)
    assert [lane["name"] for lane in value["lanes"]] == list(LANES)
    assert [kernel["name"] for kernel in value["kernels"]] == ["6.1", "6.12", "newest"]
    cells = {cell["name"]: cell for cell in value["strategies"]}
    assert list(cells) == [cell.name for cell in strategies.CELLS]
    assert cells["clone_sigpool/tcp_sigpool"]["kernels"] == ["6.12"]
    for cell in cells.values():
        # Each kernel has it, or there is a reason.
        assert sorted([*cell["kernels"], *cell["gaps"]]) == ["6.1", "6.12", "newest"]
        assert all(cell["gaps"].values())


def test_output_that_cannot_be_written(world: World) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(world.command("--list"), stdout=full, stderr=subprocess.PIPE, text=True, env=world.environment(), check=False)
    assert (done.returncode, done.stderr) == (2, "tfmbench kernel: standard output: No space left on device\n")


@pytest.mark.skipif("TFMBENCH" not in os.environ, reason="TFMBENCH names the built driver")
def test_the_driver_passes_all_on(world: World, tmp_path: Path) -> None:
    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [os.environ["TFMBENCH"], "kernel", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=world.environment(**more), capture_output=True, text=True, check=False)

    # `list` and `report` are commands of the driver, too.
    for word in ("list", "report", "countd"):
        assert run(word).stderr.startswith(f'tfmbench kernel: unknown lane "{word}"')
    assert run("--help").stdout == world("--help").stdout
    assert run("--list", "--json").stdout == world("--list", "--json").stdout
    assert run().returncode == 2
    elsewhere = run("--list", TFMBENCH_KERNEL=str(tmp_path))
    assert (elsewhere.returncode, elsewhere.stderr) == (
        2, f"tfmbench: cannot measure in a kernel: {tmp_path} is not the folder kernel: set TFMBENCH_KERNEL\n",
    )  # fmt: skip
    assert run("--list", TFMBENCH_KERNEL=str(SOURCE / "kernel")).returncode == 0

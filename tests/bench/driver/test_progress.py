# SPDX-License-Identifier: MIT
"""The progress line of a run, on a terminal: it counts rounds, and names the one that runs."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import termios

from conftest import COUNTED, RUN, TIMED, Driver

ALL = TIMED + COUNTED


def on_a_terminal(driver: Driver, *arguments: str) -> str:
    """What the run writes to a terminal as its stderr."""
    end, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 300))
    process = subprocess.Popen(
        driver.command(*arguments), cwd=driver.folder, env=driver.environment(), stderr=terminal, stdout=subprocess.DEVNULL
    )
    os.close(terminal)
    said = b""
    try:
        while piece := os.read(end, 65536):
            said += piece
    except OSError:  # the other end is closed
        pass
    os.close(end)
    assert process.wait() == 0, said
    return said.decode()


def test_every_round_moves_the_line(driver: Driver) -> None:
    said = on_a_terminal(driver, *RUN)
    assert "cells" not in said
    lines = re.findall(rf"(\d+)/{ALL} rounds done(?:, about (\d+) s left)?(?:: (\S+))?", said)
    assert list(dict.fromkeys(int(done) for done, _, _ in lines)) == list(range(ALL + 1))
    running = {name for _, _, name in lines if name}
    assert len(running) == ALL and all(re.match(r"tcp_ao_bgp_update-.*\.(r\d\d|counted)$", name) for name in running)
    assert all(left for done, left, _ in lines if int(done)), "the rest has no time"


def test_rounds_that_are_there_count_as_done(driver: Driver) -> None:
    assert driver(*RUN).returncode == 0
    for path in sorted((driver.folder / "out/rounds").iterdir())[:3]:
        path.unlink()
    assert f"{ALL - 3}/{ALL} rounds done" in on_a_terminal(driver, *RUN)

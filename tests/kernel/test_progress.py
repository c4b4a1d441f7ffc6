# SPDX-License-Identifier: MIT
"""The progress line: what is done, how long it will take, what runs now."""

from __future__ import annotations

import time

import pytest
from kernel.lanes.progress import Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_lines(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()

    def said() -> str:
        progress.tick()
        return capsys.readouterr().err

    with progress.step("package lists"):
        assert said() == ""
        clock[0] += 31
        assert said() == "package lists\n"
    progress.plan("6.12 counts", 30)
    progress.plan("7.3 counts", 10)
    with progress.step("6.12 counts"):
        assert said() == ""
        progress.part("6.12 counts", 0.05)
        clock[0] += 31
        assert said() == "0/2 steps done: 6.12 counts\n"  # too little is done for an estimate
        progress.part("6.12 counts", 2 / 3)
        clock[0] += 38
        assert said() == "0/2 steps done, about 1 min 40 s left: 6.12 counts\n"
        assert said() == ""  # neither a tenth nor 30 s
    assert said() == "1/2 steps done, about 33 s left\n"
    with progress.step("7.3 counts"):
        pass
    assert said() == "2/2 steps done\n"


def test_a_part_never_goes_back(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    progress.plan("x", 1)
    progress.part("x", 0.5)
    progress.part("x", 0.2)
    progress.part("unknown", 0.5)
    clock[0] += 60
    progress.tick()
    assert capsys.readouterr().err == "0/1 steps done, about 1 min 00 s left\n"

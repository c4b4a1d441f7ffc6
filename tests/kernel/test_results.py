# SPDX-License-Identifier: MIT
"""A lane's folder is there as a whole or not at all."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from kernel.lanes import results
from kernel.lanes.errors import Refused

CELL = {"name": "null/none", "phases": {"start": {"loads": 1}}}


def body(number: int = 0, algorithm: str = "hmac(sha1)") -> dict[str, Any]:
    return {"kernel": "6.12", "algorithm": algorithm, "round": number, "cells": [CELL, CELL], "driver": None}


def test_files(tmp_path: Path) -> None:
    folder = results.write(tmp_path / "a/b", "counted", {"run": "b", "warnings": []}, [body(), body(11, "cmac(aes)")])
    assert folder == tmp_path / "a/b/counted"
    assert sorted(path.name for path in (folder / "rounds").iterdir()) == ["6.12.cmac-aes.r11.json", "6.12.hmac-sha1.r00.json"]
    text = (folder / "rounds/6.12.hmac-sha1.r00.json").read_text()
    assert json.loads(text) == {"format": 2, "kind": "kernel", "lane": "counted", **body()}
    # A line for each cell: a change of one is a change of one line.
    assert text.count('{"name": "null/none"') == text.count('\n  {"name"') == 2
    assert json.loads((folder / "run.json").read_text())["warnings"] == []


@pytest.mark.parametrize("at", [1, 2, 3, 5])
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    calls = []

    def full(fd: int) -> None:
        calls.append(fd)
        if len(calls) == at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    (tmp_path / "there").mkdir()
    with pytest.raises(Refused) as raised:
        results.write(tmp_path / "there/a/b", "counted", {}, [body(), body(1)])
    assert str(raised.value) == f"{tmp_path / 'there/a/b/counted'} cannot be written: No space left on device"
    # Folders that were made for it are gone, those that were there are not.
    assert list(tmp_path.rglob("*")) == [tmp_path / "there"]


def test_ctrl_c_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(fd: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        results.write(tmp_path / "a", "counted", {}, [body()])
    assert list(tmp_path.iterdir()) == []


def test_no_number_that_json_lacks(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        results.write(tmp_path / "a", "counted", {"x": float("nan")}, [])
    assert list(tmp_path.iterdir()) == []


def test_two_rounds_of_one_name(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="two rounds are named rounds/6.12.hmac-sha1.r00.json"):
        results.write(tmp_path / "a", "counted", {}, [body(), body()])
    assert list(tmp_path.iterdir()) == []

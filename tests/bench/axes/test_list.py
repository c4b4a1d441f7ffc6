# SPDX-License-Identifier: MIT
"""`tfmbench list axes --json`, and the table of passes in docs/matrices.md, which is written by hand."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PASSES = ["timed", "counted", "pressure", "in_flight"]


@pytest.fixture(scope="module")
def axes() -> dict[str, dict[str, Any]]:
    listed = subprocess.run(
        [os.environ["TFMBENCH"], "list", "axes", "--json"], check=True, capture_output=True, text=True
    )
    return {axis["name"]: axis for axis in json.loads(listed.stdout)["axes"]}


def test_an_axis_has_every_field_of_its_row(axes: dict[str, dict[str, Any]]) -> None:
    keys = ["name", "type", "meaning", "values", "least", "most", "default", "passes", "needs", "excludes"]
    assert all(list(axis) == keys for axis in axes.values())
    sockets, ring = axes["sockets"], axes["ring"]
    assert (sockets["type"], sockets["least"], sockets["most"], sockets["default"]) == ("integer", 1, 4000000, "1000")
    assert sockets["passes"] == PASSES and sockets["needs"] is None and sockets["excludes"] == []
    assert ring["passes"] == ["pressure"] and ring["needs"] == "pages"
    assert axes["ip"]["least"] is None and axes["faults"]["type"] == "faults"


def test_exclusions_are_listed_for_both_axes(axes: dict[str, dict[str, Any]]) -> None:
    pairs = {
        (axis["name"], other, exclusion["reason"])
        for axis in axes.values()
        for exclusion in axis["excludes"]
        for other in exclusion["axes"]
    }
    assert ("cpus", "in_flight", "an in_flight round runs on one CPU, in virtual time") in pairs
    assert {(b, a, reason) for a, b, reason in pairs} == pairs


def test_the_document_says_which_axes_have_a_pass_of_their_own(axes: dict[str, dict[str, Any]]) -> None:
    text = (ROOT / "docs/matrices.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*) \|$", text[: text.index("\n## Axes\n")], re.MULTILINE))
    suits = {name: re.findall(r"`(\w+)`", rows[name]) for name in PASSES}
    own = {name: [] for name in PASSES}  # type: dict[str, list[str]]
    for axis in axes.values():
        if len(axis["passes"]) == 1 and not axis["needs"]:
            own[axis["passes"][0]].append(axis["name"])
    assert sorted(suits["timed"]) == sorted(sum(own.values(), []))
    for name in PASSES[1:]:
        assert sorted(suits[name]) == sorted(own[name])

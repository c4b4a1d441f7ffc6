# SPDX-License-Identifier: MIT
"""The parser of what QEMU's plugin writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from kernel.lanes import phases
from kernel.lanes.log import Broken
from kernel.lanes.names import COUNTS, PHASES

COUNTED = {name: number for number, name in enumerate(COUNTS, 1)}
ZERO = dict.fromkeys(COUNTS, 0)


def text(*lines: object) -> str:
    return "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)


def turn(number: int = 0, **of: Any) -> dict[str, Any]:
    return {"turn": number, "phases": of}


def test_a_phase_that_was_not_entered_has_zeros() -> None:
    first, second = phases.parse(text(turn(0, update=COUNTED, other=COUNTED), turn(1)), "x")
    assert list(first) == list(PHASES)
    assert first["update"] == COUNTED and first["key"] == ZERO
    assert phases.instructions(first) == 2 and phases.instructions(second) == 0


def test_nothing_is_no_turn() -> None:
    assert phases.parse("", "x") == []


@pytest.mark.parametrize(
    ("written", "what"),
    [
        (text(turn())[:-1], "the plugin's last line is cut off: the boot failed"),
        (text(turn(), '{"turn":1,"pha'), 'line 2 of the plugin is no JSON: {"turn":1,"pha'),
        (text("0 1 2"), "line 1 of the plugin is no JSON: 0 1 2"),
        (text([1]), "line 1 of the plugin is no object of turn and phases"),
        (text({"turn": 0}), "line 1 of the plugin is no object of turn and phases"),
        (text({"turn": 0, "phases": []}), "line 1 of the plugin is no object of turn and phases"),
        (text(turn(0), turn(2)), "line 2 of the plugin is turn 2 and must be 1"),
        (text(turn(0, begin=ZERO)), 'line 1 of the plugin: unknown phase "begin"'),
        (text(turn(0, key=7)), "line 1 of the plugin, key: it must hold instructions, loads, stores, l1d_misses, l2_misses"),
        (text(turn(0, key={"instructions": 1})), "line 1 of the plugin, key: it must hold instructions"),
        (text(turn(0, key={**ZERO, "loads": -1})), "line 1 of the plugin, key: loads is -1 and must be a count"),
        (text(turn(0, key={**ZERO, "loads": 1.5})), "line 1 of the plugin, key: loads is 1.5 and must be a count"),
        (text(turn(0, key={**ZERO, "loads": False})), "line 1 of the plugin, key: loads is false and must be a count"),
    ],
)
def test_broken(written: str, what: str) -> None:
    with pytest.raises(Broken) as raised:
        phases.parse(written, "x")
    assert str(raised.value).startswith(f"x: {what}")
    assert "\n" not in str(raised.value)

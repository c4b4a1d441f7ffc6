# SPDX-License-Identifier: MIT
"""What QEMU's plugin wrote: a line of JSON for each turn, in their order. Strict, as log.py."""

from __future__ import annotations

import json

from kernel.lanes.log import Broken
from kernel.lanes.names import COUNTS, PHASES

Counts = dict[str, int]
Phases = dict[str, Counts]


def parse(text: str, source: str) -> list[Phases]:
    if text and not text.endswith("\n"):
        raise Broken(f"{source}: the plugin's last line is cut off: the boot failed")
    return [_turn(line, number, source) for number, line in enumerate(text.splitlines())]


def _turn(text: str, number: int, source: str) -> Phases:
    where = f"{source}: line {number + 1} of the plugin"
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Broken(f"{where} is no JSON: {text[:60]}") from error
    if not isinstance(value, dict) or value.keys() != {"turn", "phases"} or not isinstance(value["phases"], dict):
        raise Broken(f"{where} is no object of turn and phases")
    if value["turn"] != number:
        raise Broken(f"{where} is turn {value['turn']} and must be {number}")
    phases = value["phases"]
    foreign = sorted(phases.keys() - set(PHASES))
    if foreign:
        raise Broken(f'{where}: unknown phase "{foreign[0]}"')
    return {phase: _counts(phases.get(phase, dict.fromkeys(COUNTS, 0)), f"{where}, {phase}") for phase in PHASES}


def _counts(value: object, where: str) -> Counts:
    if not isinstance(value, dict) or value.keys() != set(COUNTS):
        raise Broken(f"{where}: it must hold {', '.join(COUNTS)}")
    for name, count in value.items():
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise Broken(f"{where}: {name} is {json.dumps(count)} and must be a count")
    return {name: value[name] for name in COUNTS}


def instructions(phases: Phases) -> int:
    return sum(counts["instructions"] for counts in phases.values())

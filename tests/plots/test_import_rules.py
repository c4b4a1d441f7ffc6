# SPDX-License-Identifier: MIT
"""The order of imports: what it allows and what it forbids."""

from __future__ import annotations

import pytest

import import_rules

GOOD: import_rules.Graph = {
    "run.axes": set(),
    "run.model": {"run.axes"},
    "verdicts.results": {"run.model"},
    "cost.question": {"verdicts.results"},
    "memory.question": {"memory.figures.sockets", "verdicts.results"},
    "memory.figures.sockets": {"memory.figures.bytes"},
    "memory.figures.bytes": set(),
    "registry": {"cost.question", "memory.question"},
    "cli": {"registry"},
}


def test_what_keeps_the_rules() -> None:
    assert import_rules.violations(GOOD) == []
    assert import_rules.longest_chain(GOOD) == ["cli", "registry", "cost.question", "verdicts.results", "run.model", "run.axes"]


@pytest.mark.parametrize(
    "module, used, says",
    [
        ("cost.question", "memory.question", "cost may import run, statistics, drawing, verdicts"),
        ("verdicts.results", "cost.question", "verdicts may import run, statistics, drawing"),
        ("run.axes", "run.model", "in run, model comes after axes"),
        ("cli", "cost.question", "cli may import output, run, drawing, registry, compare, report"),
        ("memory.question", "memory.other", "other has no place in the order of memory"),
    ],
)
def test_what_breaks_them(module: str, used: str, says: str) -> None:
    imports: import_rules.Graph = {**{name: set(uses) for name, uses in GOOD.items()}, "memory.other": set()}
    imports[module].add(used)
    assert f"plots.{module}: imports plots.{used}: {says}" in import_rules.violations(imports)


def test_a_circle_is_named() -> None:
    imports = GOOD | {"memory.figures.bytes": {"memory.figures.sockets"}}
    assert import_rules.violations(imports) == [
        "a circle of imports: memory.figures.sockets -> memory.figures.bytes -> memory.figures.sockets"
    ]

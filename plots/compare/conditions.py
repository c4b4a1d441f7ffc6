# SPDX-License-Identifier: MIT
"""Where two runs' machines and builds differ, and whether the machines are of one kind.

A run's machine.kind says it, if both have it. Older runs are of one kind if the CPU's name, the number of hardware threads
and the kernel are the same. Compiler and libraries do not belong to the kind: comparing them can be the purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plots.drawing import words
from plots.run.model import Run

_LABELS = {
    "kind": "kind of machine", "cpu": "CPU", "threads": "hardware threads", "memory_bytes": "bytes of memory", "aslr": "ASLR",
    "smt": "SMT", "numa_nodes": "NUMA nodes", "family": "CPU family", "model": "CPU model", "stepping": "CPU stepping",
    "vendor": "CPU vendor", "mitigations": "mitigation", "thp": "THP", "governors": "governor of core",
}  # fmt: skip
"""What texts say instead of a key of run.json's `machine`."""


@dataclass(frozen=True)
class Difference:
    what: str
    a: str
    b: str
    other_kind: bool
    """Whether it makes the machines different kinds."""


def _text(value: Any) -> str:
    return "not known" if value is None else value if isinstance(value, str) else f"{value:,}" if type(value) is int else str(value)


def _caches(caches: list[dict[str, Any]] | None) -> str | None:
    said = [f"{c['count']} x L{c['level']} {c['type']} {words.size(c['bytes'])}, one for {c['threads']}" for c in caches or []]
    return "; ".join(said) or None


def _machine(machine: dict[str, Any]) -> dict[str, Any]:
    """What a run says of its machine, by key; a key of two words for a mitigation, a setting or a core."""
    known = {key: value for key, value in machine.items() if key != "caches"} | {"threads": machine.get("threads", machine["cores"])}
    if "kind" not in machine:
        del known["cores"]  # there it is the number of hardware threads
    if "caches" in machine:
        known["caches"] = _caches(machine["caches"])
    flat: dict[str, Any] = {}
    for key, value in known.items():
        flat |= {f"{key} {name}": one for name, one in value.items()} if isinstance(value, dict) else {key: value}
    return flat


def _label(key: str) -> str:
    first, _, rest = key.partition(" ")
    return f"{_LABELS.get(first, first.replace('_', ' '))} {rest}".strip()


def differences(a: Run, b: Run) -> list[Difference]:
    """What both say and say differently, and libraries that only one names. What makes another kind of machine comes first."""
    of_kind = {"cpu", "kernel", "kind" if "kind" in a.machine and "kind" in b.machine else "threads"}
    machine_a, machine_b = _machine(a.machine), _machine(b.machine)
    found = [
        Difference(_label(key), _text(value), _text(machine_b[key]), key in of_kind)
        for key, value in machine_a.items()
        if key in machine_b and value != machine_b[key]
    ]
    for key, label in (("compiler", "compiler"), ("flags", "compiler flags"), ("type", "build type")):
        if a.build[key] != b.build[key]:
            found.append(Difference(label, _text(a.build[key]), _text(b.build[key]), False))
    for name in dict.fromkeys((*a.libraries, *b.libraries)):
        one, other = (_text(run.libraries[name]) if name in run.libraries else "not named" for run in (a, b))
        if one != other:
            found.append(Difference(name, one, other, False))
    return sorted(found, key=lambda one: not one.other_kind)

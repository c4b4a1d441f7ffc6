# SPDX-License-Identifier: MIT
"""What a boot wrote on its console: a JSON object behind "@@" a line, all else is noise. Strict: a line that is not as it must be is an error.

What each line means is said in kernel/module/README.md and kernel/init.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from kernel.lanes.errors import Refused

MARK = "@@"

_TEXT, _COUNT, _NUMBER, _NUMBERS, _OBJECT = "a text", "a count", "a number", "numbers above 0", "numbers by name"
_OR_NONE = " or null"

_FIELDS: dict[str, dict[str, str]] = {
    "boot": {"release": _TEXT, "cpus": _COUNT, "uptime_ms": _COUNT},
    "done": {"uptime_ms": _COUNT},
    "round": {"file": _TEXT},
    "module": {"algorithm": _TEXT, "driver": _TEXT, "sockets": _COUNT, "request_bytes": _COUNT, "release": _TEXT},
    "turn": {"name": _TEXT, "bytes": _COUNT, "cache": _TEXT, "packets": _COUNT},
    "time": {"name": _TEXT, "bytes": _COUNT, "cache": _TEXT, "packets": _COUNT, "turn_ns": _NUMBERS},
    "faults": {"name": _TEXT, "operations": _COUNT, "failed": _COUNT},
    "faulted": {"percent": _NUMBER, "algorithm": _TEXT},
    "kept": {"name": _TEXT, "sockets": _COUNT},
    "slab": {
        "what": _TEXT, "algorithm": _TEXT + _OR_NONE, "sockets": _COUNT, "active_bytes": _NUMBER, "total_bytes": _NUMBER, "objects": _OBJECT,
    },
    "connections": {
        "key": _TEXT, "algorithm": _TEXT + _OR_NONE, "connections": _COUNT, "bytes": _COUNT, "messages": _COUNT,
        "message_ns": _NUMBERS + _OR_NONE, "percent": _NUMBER, "segments": _COUNT + _OR_NONE, "retransmits": _COUNT + _OR_NONE,
        "failed": _COUNT + _OR_NONE, "stuck": _COUNT + _OR_NONE,
    },
}  # fmt: skip
"""What a line of each kind holds."""

_MORE: dict[str, dict[str, str]] = {"time": {"turn_cycles": _NUMBERS}}
"""What a line may hold besides."""


@dataclass(frozen=True)
class Line:
    kind: str
    fields: dict[str, Any]
    number: int
    """Of the console's line, from 1."""


class Broken(Refused):
    """A log that cannot be used. Its text is the line for the user."""


def parse(text: str, source: str) -> list[Line]:
    """All lines of a boot that ended well; `source` names it in errors."""
    lines = parse_part(text, source)
    if not lines or lines[0].kind != "boot":
        raise Broken(f"{source}: the log does not begin with boot: init did not start")
    if lines[-1].kind != "done":
        raise Broken(f"{source}: the log ends after {lines[-1].kind} in line {lines[-1].number}, without done: the boot failed")
    for line in lines[1:-1]:
        if line.kind in {"boot", "done"}:
            raise Broken(f"{source}: line {line.number}: a second {line.kind}")
    return lines


def parse_part(text: str, source: str) -> list[Line]:
    """The lines of a part of a log."""
    lines = [_line(rest, number, source) for number, rest in _marked(text)]
    for line in lines:
        if line.kind == "error":
            raise Broken(f"{source}: {line.fields['error']}")
    return lines


def _marked(text: str) -> list[tuple[int, str]]:
    return [(number, line.partition(MARK)[2]) for number, line in enumerate(text.splitlines(), 1) if MARK in line]


def _line(text: str, number: int, source: str) -> Line:
    where = f"{source}: line {number}"
    try:
        value = json.loads(text, parse_constant=lambda word: float("nan"))
    except ValueError as error:
        raise Broken(f"{where} is no JSON: {_short(text)}") from error
    if not isinstance(value, dict) or len(value) != 1:
        raise Broken(f"{where} is no object with one name: {_short(text)}")
    ((kind, fields),) = value.items()
    if kind == "error":
        return Line(kind, {"error": str(fields)}, number)
    if kind not in _FIELDS:
        raise Broken(f'{where}: unknown kind "{kind}"')
    if not isinstance(fields, dict):
        raise Broken(f"{where}: {kind} is no object")
    for name, form in _FIELDS[kind].items():
        if name not in fields:
            raise Broken(f"{where}: {kind} has no {name}")
        if not _is(fields[name], form):
            raise Broken(f"{where}: {name} of {kind} is {_short(json.dumps(fields[name]))} and must be {form}")
    for name in fields.keys() - _FIELDS[kind].keys():
        if not _is(fields[name], _MORE.get(kind, {}).get(name, "unknown")):
            raise Broken(f"{where}: {kind} has {name}, which is unknown")
    return Line(kind, fields, number)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _is(value: object, form: str) -> bool:
    if form.endswith(_OR_NONE):
        return value is None or _is(value, form.removesuffix(_OR_NONE))
    if form == _TEXT:
        return isinstance(value, str) and value != ""
    if form == _COUNT:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if form == _NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if form == _NUMBERS:
        return isinstance(value, list) and value != [] and all(_is(item, _NUMBER) and item > 0 for item in value)
    if form == _OBJECT:
        return isinstance(value, dict) and all(_is(item, _NUMBER) for item in value.values())
    return False

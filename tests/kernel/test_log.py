# SPDX-License-Identifier: MIT
"""The parser of a boot's log: what it takes, and the one line that it says of a broken one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from kernel.lanes import log
from kernel.lanes.log import Broken

BOOT = {"boot": {"release": "6.12.3", "cpus": 1, "uptime_ms": 6000}}
TURN: dict[str, Any] = {"turn": {"name": "percpu_pool/ahash", "bytes": 64, "cache": "warm", "packets": 1000}}
MODULE = {"module": {"algorithm": "md5", "driver": "md5-generic", "sockets": 1000, "request_bytes": 80, "release": "6.12.3"}}
DONE = {"done": {"uptime_ms": 9000}}


def text(*lines: object) -> str:
    return "".join(f"@@{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)


def turn(**changed: Any) -> dict[str, Any]:
    return {"turn": {**TURN["turn"], **changed}}


def without(name: str) -> dict[str, Any]:
    return {"turn": {key: value for key, value in TURN["turn"].items() if key != name}}


def test_noise_is_left_out_and_lines_keep_their_order() -> None:
    console = f"SeaBIOS\nLinux version\n[    1.0] tfmbench: {text(BOOT)}noise\n{text(MODULE, TURN, turn(bytes=512))}[ 2.0] x\n{text(DONE)}Power down\n"
    lines = log.parse(console, "6.12")
    assert [line.kind for line in lines] == ["boot", "module", "turn", "turn", "done"]
    assert [line.number for line in lines] == [3, 5, 6, 7, 9]
    assert lines[3].fields["bytes"] == 512


@pytest.mark.parametrize(
    ("console", "what"),
    [
        ("", "the log does not begin with boot: init did not start"),
        ("Kernel panic\n", "the log does not begin with boot: init did not start"),
        (text(MODULE, DONE), "the log does not begin with boot: init did not start"),
        (text(BOOT, MODULE, TURN), "the log ends after turn in line 3, without done: the boot failed"),
        (text(BOOT), "the log ends after boot in line 1, without done: the boot failed"),
        (text(BOOT, DONE, TURN), "the log ends after turn in line 3, without done: the boot failed"),
        (text(BOOT, BOOT, DONE), "line 2: a second boot"),
        (text(BOOT, DONE, DONE), "line 2: a second done"),
        (text(BOOT, {"error": "percpu_pool/ahash: the digest differs"}, DONE), "percpu_pool/ahash: the digest differs"),
        (text(BOOT, '{"turn":{"name":"a', DONE), 'line 2 is no JSON: {"turn":{"name":"a'),
        (text(BOOT, "", DONE), "line 2 is no JSON: "),
        (text(BOOT, '{"turn":{}} and noise', DONE), 'line 2 is no JSON: {"turn":{}} and noise'),
        (text(BOOT, [1], DONE), "line 2 is no object with one name: [1]"),
        (text(BOOT, {**TURN, **MODULE}, DONE), "line 2 is no object with one name: "),
        (text(BOOT, {}, DONE), "line 2 is no object with one name: {}"),
        (text(BOOT, {"turned": {}}, DONE), 'line 2: unknown kind "turned"'),
        (text(BOOT, {"turn": 7}, DONE), "line 2: turn is no object"),
        (text(BOOT, without("cache"), DONE), "line 2: turn has no cache"),
        (text(BOOT, turn(shape=1), DONE), "line 2: turn has shape, which is unknown"),
        (text(BOOT, turn(bytes="64"), DONE), 'line 2: bytes of turn is "64" and must be a count'),
        (text(BOOT, turn(bytes=-1), DONE), "line 2: bytes of turn is -1 and must be a count"),
        (text(BOOT, turn(bytes=64.5), DONE), "line 2: bytes of turn is 64.5 and must be a count"),
        (text(BOOT, turn(bytes=True), DONE), "line 2: bytes of turn is true and must be a count"),
        (text(BOOT, turn(bytes=None), DONE), "line 2: bytes of turn is null and must be a count"),
        (text(BOOT, turn(name=""), DONE), 'line 2: name of turn is "" and must be a text'),
        (text(BOOT, '{"faulted":{"percent":NaN,"algorithm":"md5"}}', DONE), "line 2: percent of faulted is NaN and must be a number"),
        (text(BOOT, '{"faulted":{"percent":1e999,"algorithm":"md5"}}', DONE), "line 2: percent of faulted is Infinity and must be a number"),
    ],
)
def test_broken(console: str, what: str) -> None:
    with pytest.raises(Broken) as raised:
        log.parse(console, "6.12")
    assert str(raised.value).startswith(f"6.12: {what}")
    assert "\n" not in str(raised.value)


def test_a_long_line_is_shortened() -> None:
    with pytest.raises(Broken) as raised:
        log.parse(text(BOOT, "x" * 1000, DONE), "6.12")
    assert len(str(raised.value)) < 100


TIME: dict[str, Any] = {"name": "null/none", "bytes": 64, "cache": "cold", "packets": 1000, "turn_ns": [9.5, 10]}


def test_cycles_may_stand_beside_times() -> None:
    lines = log.parse(text(BOOT, {"time": TIME}, {"time": {**TIME, "turn_cycles": [20, 21]}}, DONE), "x")
    assert lines[2].fields["turn_cycles"] == [20, 21]


@pytest.mark.parametrize("values", [[], [0], [1, "2"], [1, None], 5, None])
def test_times_are_numbers_above_0(values: object) -> None:
    with pytest.raises(Broken, match="turn_ns of time is .* and must be numbers above 0"):
        log.parse(text(BOOT, {"time": {**TIME, "turn_ns": values}}, DONE), "x")


def test_what_was_not_measured_is_null() -> None:
    connections: dict[str, Any] = {
        "key": "plain", "algorithm": None, "connections": 10, "bytes": 64, "messages": 20, "message_ns": None, "percent": 0,
        "segments": None, "retransmits": 0, "failed": 0, "stuck": 0,
    }  # fmt: skip
    lines = log.parse(text(BOOT, {"connections": connections}, DONE), "x")
    assert lines[1].fields == connections
    with pytest.raises(Broken, match="messages of connections is null and must be a count"):
        log.parse(text(BOOT, {"connections": {**connections, "messages": None}}, DONE), "x")

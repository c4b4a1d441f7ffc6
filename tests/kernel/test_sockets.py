# SPDX-License-Identifier: MIT
"""The lane sockets as a whole, with fake tools, and what it refuses in a log."""

from __future__ import annotations

import json
import re
from typing import Any

import fake_uml
import pytest
from conftest import World
from kernel.lanes import sockets_log, sockets_table
from kernel.lanes.log import Broken
from kernel.lanes.names import COUNTS
from kernel.lanes.sockets_log import Key, keys_of
from test_lane import read
from test_native import validate

KEYS = (Key("plain", None), Key("tcp_md5", "md5"), Key("tcp_ao", "hmac(sha1)"))
AO = ("hmac(sha1)", "hmac(sha256)", "cmac(aes)")


def test_all(uml_world: World) -> None:
    done = uml_world("sockets", "--out", "out")
    assert done.returncode == 0, done.stderr
    lane = uml_world.out / "sockets"
    # The newest stock kernel counts; User-mode Linux carries messages, and then loses some.
    names = ["6.12.sockets.r00.json", "6.12.sockets.r01.json", *(f"7.4.sockets.r{number:02}.json" for number in range(3))]
    assert sorted(path.name for path in (lane / "rounds").iterdir()) == names
    for name in names:
        validate(lane / "rounds" / name, "kernel_round.schema.json")
    validate(lane / "run.json", "kernel_run.schema.json")
    run = read(lane / "run.json")
    assert [kernel["release"] for kernel in run["kernels"]] == ["7.4.2+deb13-cloud-amd64", "6.12.3", "7.4.2"]
    assert all(kernel["module"] is None and kernel["source"] is None for kernel in run["kernels"])

    timed, failing, counted = (read(lane / f"rounds/7.4.sockets.r{number:02}.json")["connections"] for number in range(3))
    keys = [("plain", None), ("tcp_md5", "md5"), *(("tcp_ao", name) for name in AO)]
    assert [(entry["key"], entry["algorithm"], entry["bytes"]) for entry in counted] == [(*key, size) for key in keys for size in (64, 512, 1440)]
    assert all(entry["phases"]["other"]["instructions"] == 6000 * 12000 and entry["message_ns"] is None for entry in counted)
    assert all(entry["phases"] is None and len(entry["message_ns"]) == 101 for entry in timed + failing)
    # The slabs are read once for each key, before its first messages.
    assert [entry["slab"] is not None for entry in timed] == [True, False, False] * 5
    assert [(entry["bytes"], entry["percent"], entry["slab"]) for entry in failing] == [(64, percent, None) for _ in keys for percent in (0.1, 1)]
    assert re.search(r"^6\.12 tcp_ao hmac\(sha1\) +128  1 kmalloc-128$", done.stdout, re.MULTILINE)
    assert re.search(r"^7\.4 plain +12000 +12000 +12000$", done.stdout, re.MULTILINE)
    assert re.search(r"^7\.4 tcp_md5 +0\.1 % +6000 +4 +3 +0 +0\.05 +0$", done.stdout, re.MULTILINE)
    assert not uml_world.temporaries() and not uml_world.alive()


def test_what_a_stock_kernel_lacks_is_said(uml_world: World) -> None:
    uml_world.goes_wrong(options="CONFIG_TCP_MD5SIG=y\n# CONFIG_TCP_AO is not set")
    done = uml_world("sockets", "--kernel", "6.12", "--algorithm", "md5,hmac(sha1)", "--bytes", "64", "--out", "out")
    assert done.returncode == 0, done.stderr
    (warning,) = read(uml_world.out / "sockets/run.json")["warnings"]
    assert warning == (
        "linux-image-6.12.3+deb12-cloud-amd64 is built without CONFIG_TCP_AO: the lane sockets counts plain, tcp_md5 there"
    )
    of = {number: read(uml_world.out / f"sockets/rounds/6.12.sockets.r{number:02}.json")["connections"] for number in range(3)}
    assert [entry["key"] for entry in of[2]] == ["plain", "tcp_md5"]
    assert [entry["key"] for entry in of[0]] == ["plain", "tcp_md5", "tcp_ao"]


def test_full_fails_more(uml_world: World) -> None:
    assert uml_world("sockets", "--kernel", "6.12", "--algorithm", "md5", "--full", "--out", "out").returncode == 0
    failing = read(uml_world.out / "sockets/rounds/6.12.sockets.r01.json")["connections"]
    assert [entry["percent"] for entry in failing if entry["key"] == "plain"] == [0.1, 1, 10]


@pytest.mark.parametrize(
    ("how", "said"),
    [("no done", "without done: the boot failed"), ("error tcp_ao:hmac(sha1), connection 1: connect", "tcp_ao:hmac(sha1), connection 1: connect")],
)
def test_a_boot_that_fails_writes_nothing(uml_world: World, how: str, said: str) -> None:
    uml_world.goes_wrong(boot=how)
    done = uml_world("sockets", "--kernel", "6.12", "--algorithm", "md5", "--bytes", "64", "--out", "out")
    assert done.returncode == 2 and said in done.stderr.splitlines()[-1]
    assert not uml_world.out.exists() and not uml_world.temporaries() and not uml_world.alive()


def test_keys() -> None:
    assert [key.word for key in keys_of(("hmac(sha1)", "md5"))] == ["plain", "tcp_md5", "tcp_ao:hmac(sha1)"]
    assert [key.option for key in KEYS] == [None, "CONFIG_TCP_MD5SIG", "CONFIG_TCP_AO"]


def written(marks: str = "1") -> tuple[list[dict[str, Any]], list[str]]:
    asked = {"DO": "sockets", "MARKS": marks, "KEYS": ",".join(key.word for key in KEYS), "SOCKETS": "1000", "BYTES": "64,512"}
    lines = [json.loads(line.removeprefix("@@")) for line in fake_uml.boot("7.4.2", asked)]
    phases = {"other": dict.fromkeys(COUNTS, 1)}
    return lines, [json.dumps({"turn": turn, "phases": phases}) for turn in range(6)]


def refusal(lines: list[dict[str, Any]], turns: list[str] | None) -> str:
    console = "".join(f"@@{json.dumps(line)}\n" for line in lines)
    counted = None if turns is None else "".join(f"{turn}\n" for turn in turns)
    with pytest.raises(Broken) as raised:
        sockets_log.collect("7.4", KEYS, (64, 512), (0,), 1000, console, counted)
    return str(raised.value)


def test_logs_that_lack_something_or_have_more() -> None:
    lines, turns = written()
    assert refusal(lines, turns[:-1]) == "7.4: the log has more turns than the plugin counted"
    more = json.loads(turns[0])
    assert refusal(lines, [*turns, json.dumps({**more, "turn": 6})]) == "7.4: the plugin counted more turns than the log has"
    assert refusal([*lines[:-2], lines[-1]], turns) == "7.4: the log ends before connections of key tcp_ao, algorithm hmac(sha1), bytes 512, percent 0, connections 1000"
    assert refusal([*lines[:-1], lines[1], lines[-1]], turns) == "7.4: line 17: slab comes after all that was asked for"
    assert refusal([lines[0], *lines[2:]], turns) == "7.4: line 2 is not slab of what sockets/plain, algorithm None"
    swapped = [*lines[:2], lines[3], lines[2], *lines[4:]]
    assert refusal(swapped, turns) == "7.4: line 3 is not turn of name sockets/plain, bytes 64"
    # A boot without marks has no turns.
    assert refusal(lines, None).startswith("7.4: line 3 is not connections of key plain")


def test_a_table_of_one_boot_without_failures() -> None:
    lines, _ = written("0")
    console = "".join(f"@@{json.dumps(line)}\n" for line in lines)
    entries = sockets_log.collect("7.4", KEYS, (64, 512), (0,), 1000, console)
    text = sockets_table.table([{"kernel": "7.4", "connections": entries}])
    assert text.splitlines()[0] == "slab a keyed socket has beyond a plain one, User-mode Linux"
    assert "instructions" not in text and "fail" not in text

# SPDX-License-Identifier: MIT
"""The lane model with fake tools: `python3 -m kernel.lanes.count`, which `tfmbench count` starts with a plan on standard input."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import SOURCE, World
from fake import rounds_of
from kernel.lanes import initrd, model, model_plan, model_table
from kernel.lanes.errors import Refused
from kernel.lanes.log import Broken
from kernel.lanes.names import COUNTS, PHASES
from test_initrd import unpack
from test_lane import read

STRATEGIES = ("null", "percpu_pool", "per_socket_tfm")
AXES = json.loads((SOURCE / "results/schema/axes.schema.json").read_text())["properties"]


def request(number: int, **axes: Any) -> dict[str, Any]:
    usual = {name: axis.get("default") for name, axis in AXES.items()}
    block = usual | {"workload": "tcp_ao/fixed_64", "algorithm": "hmac(sha1)", "sockets": 8} | axes
    return {"block_id": f"block-{number}", "block": block, "strategies": list(STRATEGIES)}


def plan(world: World, blocks: int = 2) -> dict[str, Any]:
    program = world.folder / "tfmbench_round"
    program.write_bytes(b"a program")
    requests = [request(number, algorithm=("hmac(sha1)", "cmac(aes128)")[number % 2]) for number in range(blocks)]
    each = [{"program": str(program), "request": one} for one in requests]
    return {"command_line": ["count", "kernel"], "blocks": each, "warnings": ["multibuffer is not counted"]}


def command(*arguments: str) -> list[str]:
    return ["/usr/bin/python3", "-P", "-m", "kernel.lanes.count", *arguments]


def count(world: World, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=world.folder, env=world.environment(), input=text, capture_output=True, text=True, timeout=120, check=False
    )


def test_what_is_written(world: World) -> None:
    done = count(world, json.dumps(plan(world)), "--out", "out")
    assert done.returncode == 0, done.stderr
    run = read(world.out / "model/run.json")
    assert (run["lane"], run["full"], run["asked"]) == ("model", False, {"command_line": ["count", "kernel"]})
    assert run["warnings"] == ["multibuffer is not counted"] and "warning: multibuffer is not counted" in done.stderr
    (kernel,) = run["kernels"]
    assert kernel["release"] == "6.12.3+deb12-cloud-amd64" and kernel["module"] is None and kernel["source"] is None and kernel["config"]
    assert sorted(path.name for path in (world.out / "model/rounds").iterdir()) == ["block-0.r00.json", "block-1.r00.json"]
    body = read(world.out / "model/rounds/block-1.r00.json")
    assert (body["block_id"], body["algorithm"], body["driver"], body["axes"]["sockets"]) == ("block-1", "cmac(aes128)", "nettle", 8)
    assert [(cell["name"], cell["cache"]) for cell in body["cells"]] == [(f"{s}/flat", cache) for s in STRATEGIES for cache in model.CACHES]
    assert body["cells"][3] | {"phases": None} == {
        "name": "percpu_pool/flat", "strategy": "percpu_pool", "form": "flat", "bytes": 64, "sockets": 8, "cache": "warm", "packets": 8,
        "phases": None,
    }  # fmt: skip
    assert body["cells"][3]["phases"]["start"]["loads"] == 1600 and list(body["cells"][3]["phases"]) == list(PHASES)
    assert "per_socket_tfm/flat" in done.stdout and "2 rounds in" in done.stdout and "tfmbench report RUN --kernel out" in done.stdout
    assert not world.temporaries() and not world.alive() and not world.calls("make -C")


def test_files_are_as_the_schemas_say(world: World) -> None:
    assert count(world, json.dumps(plan(world)), "--out", "out").returncode == 0
    folder = SOURCE / "results/schema"
    store = {path.name: read(path) for path in folder.glob("*.json")}

    def validate(name: str, value: object) -> None:
        jsonschema.Draft202012Validator(store[name], resolver=jsonschema.RefResolver(name, store[name], store=store)).validate(value)

    validate("kernel_run.schema.json", read(world.out / "model/run.json"))
    body = read(world.out / "model/rounds/block-0.r00.json")
    validate("kernel_round.schema.json", body)
    wrongs: list[dict[str, Any]] = [{"axes": None}, {"module": "0123456789ab"}, {"driver": None}, {"lane": "counted"}, {"round": 1}, {"cells": []}]
    for wrong in wrongs:
        with pytest.raises(jsonschema.ValidationError):
            validate("kernel_round.schema.json", body | wrong)


def test_other_lanes_can_be_in_the_folder_but_not_this_one(world: World) -> None:
    (world.out / "counted").mkdir(parents=True)
    assert count(world, json.dumps(plan(world)), "--out", "out").returncode == 0
    done = count(world, json.dumps(plan(world)), "--out", "out")
    assert (done.returncode, done.stderr) == (2, "tfmbench count: out/model is there already: choose another --out\n")


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("", (), "standard input holds no plan: `tfmbench count` starts this"),
        ('{"blocks": []}', (), "standard input holds no plan: `tfmbench count` starts this"),
        ("", ("--out", ""), "--out must name a folder"),
        ("", ("kernel",), "kernel: this takes --out DIR and a plan: `tfmbench count` starts it"),
    ],
)
def test_wrong(world: World, text: str, arguments: tuple[str, ...], said: str) -> None:
    done = count(world, text, *arguments)
    assert (done.returncode, done.stderr, done.stdout) == (2, f"tfmbench count: {said}\n", "")
    assert not world.cache.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"qemu": "fails"}, "QEMU ended with 1: qemu: bad plugin"),
        ({"qemu": "no done"}, "without done: the boot failed"),
        ({"qemu": "fewer turns"}, "model: the log has 12 turns and the plugin counted 11"),
        ({"ldd": "not a dynamic executable"}, "its libraries are not known: not a dynamic executable"),
    ],
)
def test_a_boot_that_fails(world: World, wrong: dict[str, str], said: str) -> None:
    world.goes_wrong(**wrong)
    done = count(world, json.dumps(plan(world)), "--out", "out")
    assert done.returncode == 2 and said in done.stderr.splitlines()[-1]
    assert not world.out.exists() and not world.temporaries() and not world.alive()


def test_ctrl_c(world: World) -> None:
    world.goes_wrong(qemu="hangs")
    process = subprocess.Popen(
        command("--out", "out"), cwd=world.folder, env=world.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(json.dumps(plan(world)))
    process.stdin.close()
    deadline = time.monotonic() + 60
    while not world.calls("qemu-system-x86_64 -L"):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 3
    assert process.stderr is not None and process.stderr.read().splitlines()[-1] == "tfmbench count: interrupted: nothing was written"
    assert not world.alive() and not world.temporaries() and not world.out.exists()


def blocks(*numbers: int, program: str = "p") -> tuple[model_plan.Block, ...]:
    value = {"command_line": [], "blocks": [{"program": program, "request": request(number)} for number in numbers], "warnings": []}
    return model_plan.parse(json.dumps(value)).blocks


def written(*numbers: int) -> tuple[list[dict[str, Any]], list[str]]:
    asked = {f"{place:04}.json": json.dumps(request(number)) for place, number in enumerate(numbers)}
    lines, turns = rounds_of("6.12.3", asked)
    return [json.loads(line.removeprefix("@@")) for line in lines], turns


def refusal(lines: list[dict[str, Any]], turns: list[str], *numbers: int) -> str:
    console = "".join(f"@@{json.dumps(line)}\n" for line in lines)
    with pytest.raises(Broken) as raised:
        model.collect(blocks(*numbers), console, "".join(f"{turn}\n" for turn in turns))
    return str(raised.value)


def test_a_log_must_be_whole() -> None:
    lines, turns = written(0, 1)
    assert refusal(lines, turns[:-1], 0, 1) == "model: the log has 12 turns and the plugin counted 11"
    assert refusal(lines, turns, 0) == "model: line 9: 0001.json in place of the end"
    other_file = [lines[0], {"round": {"file": "0007.json"}}, *lines[2:]]
    assert refusal(other_file, turns, 0, 1) == "model: line 2: 0007.json in place of 0000.json"
    assert refusal(lines, turns, 0, 1, 2) == "model: the log has 2 blocks and was asked for 3"
    assert refusal([lines[0], *lines[2:]], turns, 0, 1) == "model: line 2: turn does not belong there"
    other = [{"module": {"algorithm": "md5", "driver": "d", "sockets": 1, "request_bytes": 1, "release": "r"}}]
    assert refusal([*lines[:2], *other, *lines[2:]], turns, 0, 1) == "model: line 3: module does not belong there"
    assert "the boot failed" in refusal(lines[:-1], turns, 0, 1)


def test_each_strategy_has_both_turns_once() -> None:
    lines, turns = written(0)
    lines[2]["turn"]["cache"] = "warm"
    assert refusal(lines, turns, 0) == "model, block-0: null (warm) was counted 2 times, or not in its turn"
    lines, turns = written(0)
    lines[2], lines[4] = lines[4], lines[2]
    assert refusal(lines, turns, 0).startswith("model, block-0: ")
    lines, turns = written(0)
    assert "and was asked for" not in refusal(lines[:2] + lines[4:], [*turns[:4]], 0)
    with_error = [*lines[:2], {"error": "block-0: out of memory"}, *lines[2:]]
    assert refusal(with_error, turns, 0) == "model: block-0: out of memory"


def test_the_form_is_the_blocks_api() -> None:
    (block,) = blocks(0)
    block.axes["api"] = "ahash"
    lines, turns = written(0)
    (body,) = model.collect((block,), "".join(f"@@{json.dumps(line)}\n" for line in lines), "".join(f"{turn}\n" for turn in turns))
    assert {cell["name"] for cell in body["cells"]} == {f"{strategy}/ahash" for strategy in STRATEGIES}


def test_boots_take_turns_and_few_blocks_have_one() -> None:
    def sizes(number: int, boots: int) -> list[int]:
        return [len(part.blocks) for part in model.parts_of(blocks(*range(number)), boots)]

    assert sizes(3, 2) == [3] and sizes(4, 2) == [2, 2] and sizes(7, 4) == [3, 2, 2] and sizes(12, 2) == [6, 6]
    first, second = model.parts_of(blocks(*range(4)), 2)
    assert [block.id for block in first.blocks] == ["block-0", "block-2"] and first.step != second.step


def test_a_boot_has_one_program() -> None:
    mixed = [*blocks(0, 1, program="p"), *blocks(2, 3, program="q"), *blocks(4, program="p")]
    parts = model.parts_of(mixed, 2)
    assert [(str(part.program), [block.id for block in part.blocks]) for part in parts] == [
        ("p", ["block-0", "block-1", "block-4"]), ("q", ["block-2", "block-3"]),
    ]  # fmt: skip
    assert len({part.step for part in parts}) == 2


def test_libraries() -> None:
    text = "\tlinux-vdso.so.1 (0x00007)\n\tlibfmt.so.9 => /opt/lib/libfmt.so.9 (0x00007)\n\t/lib64/ld-linux-x86-64.so.2 (0x00007)\n"
    assert model.libraries(text) == {
        "lib/x86_64-linux-gnu/libfmt.so.9": Path("/opt/lib/libfmt.so.9"),
        "lib64/ld-linux-x86-64.so.2": Path("/lib64/ld-linux-x86-64.so.2"),
    }
    with pytest.raises(Refused, match="libfmt.so.9, a library of the round's program, is not found"):
        model.libraries("\tlibfmt.so.9 => not found\n")


def test_folders_of_files_come_before_them() -> None:
    found = list(unpack(initrd.archive({"lib/x86/libc.so": b"x", "tmp/y": b""})))
    assert found.index("lib") < found.index("lib/x86") < found.index("lib/x86/libc.so") and found.count("tmp") == 1


def cell(strategy: str, **instructions: int) -> dict[str, Any]:
    phases = {phase: dict.fromkeys(COUNTS, 0) | {"instructions": 10 * instructions.get(phase, 0)} for phase in PHASES}
    return {"name": f"{strategy}/flat", "strategy": strategy, "cache": "warm", "packets": 10, "phases": phases}


def test_the_table_has_ratios_of_the_operation() -> None:
    cells = [cell("percpu_pool", start=50, key=150, other=100), cell("onstack", update=100, other=300), {**cell("onstack"), "cache": "flushed"}]
    text = model_table.table([{"block_id": "one", "cells": cells}, {"block_id": "two", "cells": cells[1:]}])
    rows = [line.split() for line in text.splitlines()]
    assert ["percpu_pool/flat", "50", "150", "0", "0", "0", "0", "100", "300", "1.000"] in rows
    assert ["onstack/flat", "0", "0", "100", "0", "0", "0", "300", "400", "0.500"] in rows
    assert ["onstack/flat", "0", "0", "100", "0", "0", "0", "300", "400", "–"] in rows

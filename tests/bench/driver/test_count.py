# SPDX-License-Identifier: MIT
"""`tfmbench count`: what it hands over to kernel/lanes. Here a program that prints it stands for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Driver

PROGRAM = "import json, sys\nprint(json.dumps({'words': sys.argv[1:], 'plan': json.load(sys.stdin)}))\n"


@pytest.fixture
def counting(driver: Driver) -> Driver:
    lanes = driver.folder / "lanes/kernel/lanes"
    lanes.mkdir(parents=True)
    for folder in (lanes, lanes.parent):
        (folder / "__init__.py").write_text("")
    (lanes / "count.py").write_text(PROGRAM)
    driver.env["TFMBENCH_KERNEL"] = str(lanes.parent)
    driver.write(
        'name = "m"\nbaseline = "percpu_pool"\nstrategies = ["null", "percpu_pool", "per_socket_tfm"]\n\n'
        '[[block]]\nworkload = ["tcp_ao/fixed_64", "tcp_ao/imix"]\nalgorithm = ["hmac(sha1)", "cmac(aes128)"]\ncache = ["warm", "polluted:64"]\n',
        "m.toml",
    )
    return driver


def handed(driver: Driver, *arguments: str) -> dict[str, Any]:
    done = driver("count", "./m.toml", *arguments)
    assert done.returncode == 0, done.stderr
    value: dict[str, Any] = json.loads(done.stdout)
    return value


def test_blocks_strategies_and_the_program(counting: Driver) -> None:
    found = handed(counting, "--out", "a folder")
    plan = found["plan"]
    assert found["words"] == ["--out", "a folder"] and plan["command_line"] == ["count", "./m.toml", "--out", "a folder"]
    requests = [block["request"] for block in plan["blocks"]]
    assert {block["program"] for block in plan["blocks"]} == {str(counting.folder / "rounds_bin/tfmbench_round")}
    assert [(r["block"]["algorithm"], r["block"]["cache"]) for r in requests] == [("hmac(sha1)", "warm"), ("cmac(aes128)", "warm")]
    assert all(r["strategies"] == ["null", "percpu_pool", "per_socket_tfm"] and r["kind"] == "timed" for r in requests)
    assert len({r["seed"] for r in requests}) == 1, "each run counts the same"
    assert len(plan["warnings"]) == 2 and all(line.endswith("is not counted: its packets have no one size") for line in plan["warnings"])


def test_set_filter_and_strategies(counting: Driver) -> None:
    options = ("--set", "sockets=10", "--filter", "algorithm=cmac(aes128)", "--strategies", "onstack,per_socket_tfm")
    (block,) = handed(counting, *options)["plan"]["blocks"]
    request = block["request"]
    assert (request["block"]["sockets"], request["block"]["algorithm"]) == (10, "cmac(aes128)")
    assert request["strategies"] == ["onstack", "per_socket_tfm"]


def test_each_block_has_its_program(counting: Driver) -> None:
    plan = handed(counting, "--set", "api=ahash", "--set", "spectre_v2=retpoline,off", "--set", "algorithm=hmac(sha1)")["plan"]
    found = [(block["request"]["block"]["spectre_v2"], Path(block["program"]).name) for block in plan["blocks"]]
    assert found == [("retpoline", "tfmbench_round_retpoline"), ("off", "tfmbench_round")]


def test_lanes_that_are_not_there(counting: Driver, tmp_path: Path) -> None:
    done = counting("count", "./m.toml", TFMBENCH_KERNEL=str(tmp_path / "nowhere"))
    assert done.returncode == 2 and done.stderr.startswith("tfmbench: cannot count instructions: ")

# SPDX-License-Identifier: MIT
"""The lane native as a whole, with fake tools; what it refuses in a log; and that nothing is left."""

from __future__ import annotations

import re
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import fake_uml
import jsonschema
import pytest
from conftest import SOURCE, World
from kernel.lanes import native, native_table, strategies
from kernel.lanes.lane import Asked
from kernel.lanes.log import Broken
from test_lane import read

SHORT = ("native", "--kernel", "6.12", "--algorithm", "md5", "--bytes", "64", "--out", "out")


def validate(path: Path, schema: str) -> None:
    store = {found.name: read(found) for found in (SOURCE / "results/schema").glob("*.json")}
    resolver = jsonschema.RefResolver(schema, store[schema], store=store)
    jsonschema.Draft202012Validator(store[schema], resolver=resolver).validate(read(path))


def test_all_kernels_and_algorithms(uml_world: World) -> None:
    done = uml_world("native", "--out", "out")
    assert done.returncode == 0, done.stderr
    lane = uml_world.out / "native"
    run = read(lane / "run.json")
    assert [(kernel["kernel"], kernel["release"], kernel["package"]) for kernel in run["kernels"]] == [
        ("6.12", "6.12.3", "linux-source-6.12"),
        ("7.4", "7.4.2", "linux-source-7.4"),
    ]
    assert run["tools"] == {"compiler": "gcc 12.2.0"}
    algorithms = ("hmac-sha1", "hmac-sha256", "cmac-aes", "md5")
    # Eight boots that are timed, and one for slabs and faults.
    names = [f"{kernel}.{algorithm}.r{boot:02}.json" for kernel in ("6.12", "7.4") for algorithm in algorithms for boot in range(9)]
    assert sorted(path.name for path in (lane / "rounds").iterdir()) == sorted(names)
    timed = read(lane / "rounds/6.12.md5.r07.json")
    expected = [cell.name for cell in strategies.cells("6.12", "md5")]
    assert list(dict.fromkeys(cell["name"] for cell in timed["cells"])) == expected
    assert {(cell["bytes"], cell["cache"]) for cell in timed["cells"]} == {(b, c) for b in (64, 92, 512, 1440) for c in ("warm", "cold")}
    assert all(len(cell["turn_ns"]) == native.TURNS for cell in timed["cells"])
    assert "slab" not in timed and "faults" not in timed
    last = read(lane / "rounds/6.12.md5.r08.json")
    assert last["cells"] == [] and [row["name"] for row in last["slab"]] == expected
    assert [(row["name"], row["percent"]) for row in last["faults"]] == [(name, p) for p in native.PERCENTS for name in expected]
    assert last["slab"][0]["objects"] == {"kmalloc-64": 1000, "dentry": -1}
    validate(lane / "run.json", "kernel_run.schema.json")
    for name in ("6.12.md5.r07.json", "6.12.md5.r08.json", "7.4.cmac-aes.r00.json"):
        validate(lane / "rounds" / name, "kernel_round.schema.json")
    assert "ns a packet as a ratio to percpu_pool/ahash" in done.stdout
    assert "cold, 64 bytes: the lowest and the highest ratio of 8 rounds" in done.stdout
    assert not uml_world.temporaries() and not uml_world.alive()


def test_the_newest_alone_and_names_that_are_unknown(uml_world: World) -> None:
    assert uml_world("native", "--kernel", "newest", *SHORT[3:]).returncode == 0
    assert {path.name[:3] for path in (uml_world.out / "native/rounds").iterdir()} == {"7.4"}
    done = uml_world("native", "--kernel", "6.1", *SHORT[3:-1], "again")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith('tfmbench kernel: unknown kernel of User-mode Linux "6.1"; did you mean "6.12"?')


def test_gcm_is_left_out_with_a_word(uml_world: World) -> None:
    done = uml_world("native", "--kernel", "6.12", "--algorithm", "gcm(aes)", "--out", "out")
    assert done.returncode == 2 and "gcm(aes) is not measured in User-mode Linux" in done.stderr and not uml_world.out.exists()
    done = uml_world("native", "--kernel", "6.12", "--algorithm", "md5,gcm(aes)", "--bytes", "64", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "gcm(aes) is not measured in User-mode Linux" in read(uml_world.out / "native/run.json")["warnings"][0]


def test_full_has_other_numbers_of_sockets(uml_world: World) -> None:
    assert uml_world(*SHORT[:-2], "--full", "--out", "out").returncode == 0
    of = {}
    for path in (uml_world.out / "native/rounds").iterdir():
        body = read(path)
        of[body["round"]] = {cell["sockets"] for cell in body["cells"]}
    assert of == {boot: {(1000, 10000)[boot // 8]} for boot in range(16)} | {16: set()}


def test_a_second_run_builds_nothing(uml_world: World) -> None:
    assert uml_world(*SHORT).returncode == 0
    (uml_world.folder / "calls").unlink()
    assert uml_world(*SHORT[:-1], "again").returncode == 0
    assert not uml_world.calls("make") and not uml_world.calls("bash") and not uml_world.calls("dpkg-deb")
    assert not [call for call in uml_world.calls("apt-get") if "download" in call]


def test_what_is_kept_of_a_build(uml_world: World) -> None:
    assert uml_world(*SHORT).returncode == 0
    (entry,) = (uml_world.cache / "uml").iterdir()
    found = {path.relative_to(entry).as_posix() for path in entry.rglob("*") if path.is_file()}
    assert found == {
        "linux", "source/Makefile", "source/scripts/mod/modpost.c", "source/include/linux/fork.h", "build/.config", "build/Module.symvers",
        "build/scripts/mod/modpost.o", "build/include/config/kernel.release",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"dropped": "CONFIG_TCP_AO"}, "User-mode Linux 6.12 does not take CONFIG_TCP_AO=y, which kernel/uml/common.config asks for"),
        ({"make__linux": "a.c:1: error: bad"}, "User-mode Linux 6.12 cannot be built: make modules: a.c:1: error: bad"),
        ({"bash": "xz: corrupt"}, "cannot unpack linux-source-6.12 1.0-1 in "),
        ({"make__CC=gcc": "b.c:2: error: no"}, "the module cannot be built for User-mode Linux 6.12: b.c:2: error: no"),
        ({"apt_get__download": "E: no network"}, "apt-get download: no network"),
        ({"boot": "fails"}, "6.12 boot 0: User-mode Linux ended with 1: linux: no memory"),
        ({"boot": "no done"}, "6.12: the log ends after time in line "),
        ({"boot": "error failslab, debugfs"}, "6.12: failslab, debugfs"),
        ({"boot": 'without mempool/ahash'}, "6.12, md5: mempool/ahash (64 B, cold) is missing"),
        ({"boot": 'without "kept"'}, ""),
        ({"boot": 'without {"slab": {"what": "mempool/ahash'}, "6.12, md5: slab: mempool/ahash at 0 % is there 0 times in place of once"),
        ({"boot": 'without {"faults": {"name": "mempool/ahash'}, "6.12, md5: faults: mempool/ahash at 0.1 % is there 0 times in place of once"),
    ],
)
def test_failures(uml_world: World, wrong: dict[str, str], said: str) -> None:
    uml_world.goes_wrong(**wrong)
    done = uml_world(*SHORT)
    if said:
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1].startswith(f"tfmbench kernel: {said}")
        assert not uml_world.out.exists()
        assert not done.stdout
    else:
        assert done.returncode == 0, done.stderr
    assert not uml_world.temporaries() and not uml_world.alive()


STAGES = {
    "unpack": ({"bash": "hang"}, "bash -c"),
    "build": ({"make__linux": "hang"}, "make -s"),
    "module": ({"make__CC=gcc": "hang"}, "make -s"),
    "boot": ({"boot": "hangs"}, "linux "),
}


@pytest.mark.parametrize("stage", STAGES)
def test_ctrl_c(uml_world: World, stage: str) -> None:
    wrong, called = STAGES[stage]
    shared = sorted(Path("/dev/shm").iterdir())
    uml_world.goes_wrong(**wrong)
    process = uml_world.start(*SHORT)
    last = {"build": "linux modules", "module": "M="}.get(stage, "")
    deadline = time.monotonic() + 60
    while not any(last in call for call in uml_world.calls(called)):
        assert process.poll() is None and time.monotonic() < deadline, process.communicate()
        time.sleep(0.02)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=20)
    assert time.monotonic() - begun < 2
    assert process.returncode == 3 and not out
    assert errors.splitlines()[-1] == "tfmbench kernel: interrupted: nothing was written"
    assert not uml_world.alive() and not uml_world.temporaries() and not uml_world.out.exists()
    assert not list((uml_world.cache / "uml").glob("*")) or stage in {"boot", "module"}
    assert sorted(Path("/dev/shm").iterdir()) == shared


ASKED = Asked((), ("md5",), (64,), False)


def console(**more: str) -> str:
    asked = {"ALGORITHMS": "md5", "BYTES": "64", "SOCKETS": "1000", "ROUNDS": str(native.TURNS), "DO": "time", **more}
    return "\n".join(fake_uml.boot("6.12.3", asked))


def test_turns_of_a_cell_may_take_lines() -> None:
    (body,) = native.collect_times("6.12", ASKED, 1000, console())
    assert body["cells"][1]["turn_ns"] == [100 * 1000.0] * native.TURNS


@pytest.mark.parametrize(
    ("asked", "sockets", "more", "said"),
    [
        (ASKED, 1000, {"ROUNDS": "14"}, "null/none (64 B, cold) has 14 turns in place of 15"),
        (ASKED, 10, {}, "1000 sockets in place of 10"),
        (replace(ASKED, bytes=(64, 512)), 1000, {}, "clone_sigpool/ahash (512 B, cold) is missing"),
        (replace(ASKED, algorithms=("md5", "hmac(sha1)")), 1000, {}, "the log has md5 and was asked for md5, hmac(sha1)"),
        (ASKED, 1000, {"DO": "faults", "PERCENT": "1"}, "faulted does not belong among times"),
    ],
)
def test_a_log_of_times_that_is_not_as_asked(asked: Asked, sockets: int, more: dict[str, str], said: str) -> None:
    with pytest.raises(Broken) as raised:
        native.collect_times("6.12", asked, sockets, console(**more))
    assert said in str(raised.value)


def test_another_algorithm_does_not_fail() -> None:
    with pytest.raises(Broken, match=r"hmac\(sha1\) in place of md5"):
        native.collect_held_and_failed("6.12", "md5", console(DO="faults", PERCENT="1", ALGORITHMS="hmac(sha1)"))


def cell(name: str, cache: str, turns: list[int]) -> dict[str, Any]:
    return {"name": name, "bytes": 64, "cache": cache, "sockets": 1000, "packets": 10, "turn_ns": turns}


def test_the_table_has_the_median_of_the_rounds_and_the_cold_range() -> None:
    rounds = []
    for boot, (warm, cold) in enumerate(((60, 80), (70, 120), (95, 90))):
        cells = [
            # What else the machine does makes both slower for a while, and one turn alone.
            cell("percpu_pool/ahash", "warm", [100, 300, 100, 100]),
            cell("mempool/ahash", "warm", [warm, 3 * warm, 900, warm]),
            cell("percpu_pool/ahash", "cold", [100] * 4),
            cell("mempool/ahash", "cold", [cold] * 4),
        ]
        rounds.append({"kernel": "6.12", "algorithm": "md5", "round": boot, "cells": cells})
    text = native_table.table_of(rounds)
    assert re.search(r"^mempool/ahash +0\.700$", text, re.MULTILINE) and re.search(r"^ns +10$", text, re.MULTILINE)
    assert "mempool/ahash      0.80–1.20" in text and "percpu_pool/ahash  1.00–1.00" in text
    assert "of 3 rounds" in text

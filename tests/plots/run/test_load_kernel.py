# SPDX-License-Identifier: MIT
"""Folders of the real kernel's results: good ones are read whole, bad ones give one line that names the file."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import synthetic
import synthetic_kernel
from plots.cli import main
from plots.run.axes import SCHEMAS
from plots.run.files import BadInput, quick, validator
from plots.run.kernel import PHASES, in_kernel
from plots.run.load_kernel import load_kernel
from synthetic_kernel import Truth, file_name, write, write_kernel

SMALL = Truth(kernels=("6.12", "7.3"), algorithms=("hmac(sha1)",), bytes=(64,), lanes={"counted": 1, "native": 2, "sockets": 1})
Data = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_kernel(tmp_path / "kernel", SMALL)


def test_all_lanes_are_read(tmp_path: Path) -> None:
    lanes = {"sockets": 1, "host": 2, "native": 3, "counted": 1}
    found = load_kernel(write_kernel(tmp_path / "kernel", Truth(algorithms=("hmac(sha1)", "gcm(aes)"), lanes=lanes)))
    assert [lane.name for lane in found.lanes] == ["counted", "native", "host", "sockets"]
    counted, native, host, sockets = found.lanes
    assert [one.kernel for one in counted.kernels] == ["6.1", "6.12", "7.3"], "by age: 6.12 is newer than 6.1"
    assert [len(lane.rounds) for lane in found.lanes] == [6, 16, 8, 2]
    (cells,) = counted.cells("6.12", "hmac(sha1)", 64, 1000, "warm")
    assert cells["percpu_pool/ahash"].by_phase() == dict(zip(PHASES, synthetic_kernel.OLD["percpu_pool/ahash"]))
    assert cells["percpu_pool/ahash"].per_packet() == 4000 and not cells["percpu_pool/ahash"].turn_ns
    assert len(native.of("7.3", "hmac(sha1)")) == 4 and [bool(r.faults) for r in native.of("7.3", "hmac(sha1)")] == [False] * 3 + [True]
    assert host.rounds[0].cells[1].turn_ns and not host.rounds[0].faults
    assert [c.key for c in sockets.rounds[0].connections] == ["plain", "tcp_md5", "tcp_ao", "tcp_ao", "tcp_ao"]
    assert found.warnings == []


def test_the_nearest_number_of_sockets_is_taken(tmp_path: Path) -> None:
    truth = Truth(kernels=("6.12",), algorithms=("md5",), bytes=(64,), sockets=(1, 100, 10_000), lanes={"counted": 1})
    (lane,) = load_kernel(write_kernel(tmp_path / "kernel", truth)).lanes
    for wanted, near in ((1, 1), (20, 100), (1000, 100), (5000, 10_000)):
        (cells,) = lane.cells("6.12", "md5", 64, wanted, "warm")
        assert {cell.sockets for cell in cells.values()} == {near}
    assert lane.cells("6.12", "md5", 65, 1, "warm") == [{}] and lane.cells("7.3", "md5", 64, 1, "warm") == []


def test_a_lane_may_have_a_kernel_in_two_releases(folder: Path) -> None:
    """Sockets: as a stock kernel, and as User-mode Linux."""
    run, moved = folder / "native/run.json", folder / "native/rounds/7.3.hmac-sha1.r01.json"
    found = json.loads(run.read_text())
    other = next(kernel for kernel in found["kernels"] if kernel["kernel"] == "7.3") | {"release": "7.3.1-other", "config": "0" * 12}
    found["kernels"].append(other)
    run.write_text(json.dumps(found))
    moved.write_text(json.dumps(json.loads(moved.read_text()) | {"release": "7.3.1-other", "config": "0" * 12}))
    native = load_kernel(folder).lane("native")
    assert native is not None
    assert [kernel.release for kernel in native.kernels if kernel.kernel == "7.3"][-1] == "7.3.1-other"


def test_slab_is_without_the_modules_own(folder: Path) -> None:
    native = load_kernel(folder).lane("native")
    assert native
    (found,) = (r for r in native.of("7.3", "hmac(sha1)") if r.slab)
    per_socket = {one.strategy: found.slab_of_socket(one) for one in found.slab}
    assert per_socket["per_socket_tfm"] == (384, {"kmalloc-8k": 0, "kmalloc-192": 2})


def test_algorithms_have_two_names() -> None:
    names = ("hmac(sha1)", "cmac(aes128)", "gcm(aes128)", "hmac(sha512)")
    assert [in_kernel(name) for name in names] == ["hmac(sha1)", "cmac(aes)", "gcm(aes)", None]


@pytest.mark.parametrize("name", ["kernel_run", "kernel_round"])
def test_the_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads((SCHEMAS / f"{name}.schema.json").read_text()))


def test_the_generators_files_fit(folder: Path) -> None:
    for path in folder.rglob("*.json"):
        schema = "kernel_run" if path.name == "run.json" else "kernel_round"
        data = json.loads(path.read_text())
        validator(schema).validate(data)
        assert quick(schema)(data)


@pytest.mark.parametrize("folder", sorted({path.parents[1] for path in (SCHEMAS.parent / "reference").glob("*/*/run.json")}), ids=str)
def test_every_committed_lane_is_read(folder: Path) -> None:
    found = load_kernel(folder)
    assert found.lanes and all(lane.rounds for lane in found.lanes)
    assert len({one.source for lane in found.lanes for one in lane.kernels if one.source}) == 1 and found.warnings == []


def _paths(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every key of a file, except names of things."""
    found: list[tuple[str | int, ...]] = []
    if isinstance(value, dict):
        for key, below in value.items():
            if at[-1:] not in (("objects",), ("tools",)):
                found += [(*at, key), *_paths(below, (*at, key))]
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        found += _paths(value[-1], (*at, -1))
    return found


def _samples() -> dict[str, Data]:
    timed = synthetic_kernel.round_of(SMALL, "host", "7.3", "hmac(sha1)", 0)
    for cell in timed["cells"]:
        cell["turn_cycles"] = cell["turn_ns"]
    return {
        "kernel_run": synthetic_kernel.run_json(SMALL, "counted", ("6.12",)),
        "counted": synthetic_kernel.round_of(SMALL, "counted", "7.3", "hmac(sha1)", 0),
        "native": synthetic_kernel.rounds_of(SMALL, "native", "7.3", 1)[-1] | {"cells": timed["cells"][:1]},
        "host": timed,
        "sockets": synthetic_kernel.sockets_round("7.3"),
    }


OPTIONAL = {("faults",), ("slab",), ("cells", -1, "turn_cycles")}
SAMPLES = _samples()
del SAMPLES["native"]["cells"][0]["turn_cycles"]


def fits(name: str, data: Data) -> bool:
    schema = name if name == "kernel_run" else "kernel_round"
    valid = not list(validator(schema).iter_errors(data))
    assert quick(schema)(data) == valid, "the quick answer is jsonschema's"
    return valid


@pytest.mark.parametrize("name, path", [(name, path) for name, data in SAMPLES.items() for path in _paths(data)])
def test_no_key_can_be_left_out_or_be_another_one(name: str, path: tuple[str | int, ...]) -> None:
    data = copy.deepcopy(SAMPLES[name])
    assert fits(name, data)
    at: Any = data
    for key in path[:-1]:
        at = at[key]
    if path not in OPTIONAL:
        value = at.pop(path[-1])
        assert not fits(name, data), f"without {path}"
        at[path[-1]] = value
    at["something"] = 1
    assert not fits(name, data), f"with another key beside {path}"


@pytest.mark.parametrize(
    "name, edit",
    [
        ("counted", {"cells": []}), ("host", {"cells": []}), ("counted", {"faults": []}), ("host", {"slab": []}),
        ("counted", {"connections": []}), ("sockets", {"connections": []}), ("sockets", {"faults": []}), ("counted", {"driver": None}),
        ("counted", {"module": None}), ("counted", {"algorithm": "sockets"}), ("sockets", {"algorithm": "md5"}),
        ("counted", {"algorithm": "cmac(aes128)"}), ("counted", {"lane": "model"}), ("counted", {"kernel": "6.12.1"}),
        ("counted", {"round": -1}), ("counted", {"config": "abc"}), ("kernel_run", {"kernels": []}), ("kernel_run", {"full": None}),
        ("kernel_run", {"kind": "timed"}), ("kernel_run", {"format": 1}), ("counted", {"format": 1}),
    ],
)  # fmt: skip
def test_what_no_lane_has(name: str, edit: Data) -> None:
    assert not fits(name, copy.deepcopy(SAMPLES[name]) | edit)


@pytest.mark.parametrize(
    "name, key, value",
    [
        ("counted", "cache", "cold"), ("host", "cache", "flushed"), ("counted", "turn_ns", [1.0]), ("counted", "packets", 0),
        ("counted", "form", "lib"), ("host", "turn_ns", []), ("host", "turn_ns", [0]), ("host", "phases", None), ("native", "turn_cycles", [1.0]),
    ],
)  # fmt: skip
def test_what_no_cell_has(name: str, key: str, value: Any) -> None:
    data = copy.deepcopy(SAMPLES[name])
    data["cells"][0][key] = value
    assert not fits(name, data)


@pytest.mark.parametrize("times", [[1.0] * 100, [1.0] * 102, [0.0] * 101, []])
def test_messages_have_their_percentiles(times: list[float]) -> None:
    data = copy.deepcopy(SAMPLES["sockets"])
    data["connections"][0]["message_ns"] = times
    assert not fits("sockets", data)


def edit(path: str, change: Callable[[Data], object]) -> Callable[[Path], object]:
    def apply(folder: Path) -> None:
        data = json.loads((folder / path).read_text())
        change(data)
        write(folder / path, data)

    return apply


def text(path: str, content: str) -> Callable[[Path], object]:
    return lambda folder: (folder / path).write_text(content)


def rename(path: str, to: str) -> Callable[[Path], object]:
    return lambda folder: (folder / path).rename(folder / to)


def _another_kernel(folder: Path) -> None:
    data = synthetic_kernel.round_of(SMALL, "counted", "6.1", "hmac(sha1)", 0)
    write(folder / "counted/rounds" / file_name(data), data)


def _nan(folder: Path) -> None:
    path = folder / "native/rounds/7.3.hmac-sha1.r00.json"
    path.write_text(re.sub(r'"turn_ns": \[[^,]+', '"turn_ns": [NaN', path.read_text(), count=1))


COUNTED, NATIVE = "counted/rounds/7.3.hmac-sha1.r00.json", "native/rounds/7.3.hmac-sha1.r00.json"
SOCKETS, FAULTS = "sockets/rounds/7.3.sockets.r00.json", "native/rounds/7.3.hmac-sha1.r02.json"


def _foreign(folder: Path) -> None:
    data = json.loads((folder / NATIVE).read_text())
    data |= {"release": synthetic_kernel.release("7.3"), "module": synthetic_kernel.module("counted", "7.3")}
    (folder / COUNTED).unlink()
    write(folder / COUNTED, data)


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "truncated": (text(COUNTED, '{"format": 2, "kin'), f"{COUNTED}: truncated or not JSON: "),
    "empty": (text("counted/run.json", ""), "counted/run.json: truncated or not JSON: "),
    "not a result": (text(COUNTED, "[]"), f"{COUNTED}: not a tfmbench result (no key 'format')"),
    "NaN": (_nan, f"{NATIVE}: truncated or not JSON: NaN is not a number in JSON"),
    "infinite": (text(NATIVE, '{"format": 2, "duration_ns": Infinity}'), f"{NATIVE}: truncated or not JSON: Infinity is not a number"),
    "wrong format": (edit(COUNTED, lambda d: d.update(format=3)), f"{COUNTED}: format 3 is not known, this version reads formats 1 and 2"),
    "older format": (edit(COUNTED, lambda d: d.update(format=1)), f"{COUNTED}: $.format: 2 was expected (results/schema/kernel_round"),
    "another kind": (edit(COUNTED, lambda d: d.update(kind="timed")), f"{COUNTED}: $.kind: 'kernel' was expected"),
    "another lane's round": (_foreign, f"{COUNTED}: a round of the lane 'native'; this folder is of 'counted'"),
    "another lane's folder": (rename("sockets", "host"), "host/run.json: the lane 'sockets' in a folder called host"),
    "another kernel's": (_another_kernel, "counted/rounds/6.1.hmac-sha1.r00.json: kernel 6.1 is not in run.json, which has 6.12, 7.3"),
    "another name": (
        rename(COUNTED, "counted/rounds/7.3.md5.r00.json"),
        "counted/rounds/7.3.md5.r00.json: holds what 7.3.hmac-sha1.r00.json should: round 0 of 7.3 with hmac(sha1)",
    ),
    "another module": (
        edit(COUNTED, lambda d: d.update(module="000000000bad")),
        f"{COUNTED}: its module is 000000000bad, that of 7.3 in run.json is {synthetic_kernel.module('counted', '7.3')}",
    ),
    "another release": (
        edit(COUNTED, lambda d: d.update(release="7.3.0")), f"{COUNTED}: its release is 7.3.0, that of 7.3 in run.json is 7.3.9-synthetic",
    ),
    "another config": (
        edit(COUNTED, lambda d: d.update(config=None)), f"{COUNTED}: its config is not known, that of 7.3 in run.json is c0f160000001",
    ),
    "mixed sources": (
        edit("counted/run.json", lambda d: d["kernels"][0].update(source="000000000bad")),
        "counted/run.json: kernels: modules built from different sources (000000000bad, 50ace0000001): these do not belong together",
    ),
    "a kernel twice": (
        edit("counted/run.json", lambda d: d["kernels"].append(d["kernels"][0])), "counted/run.json: kernels: one appears twice",
    ),
    "a missing round": (
        lambda folder: (folder / "native/rounds/7.3.hmac-sha1.r01.json").unlink(),
        "native/rounds: round 1 of 7.3 with hmac(sha1) is missing; there are 2 others",
    ),
    "a kernel without rounds": (lambda folder: (folder / COUNTED).unlink(), "counted/rounds: no round of 7.3, which run.json lists"),
    "no run.json": (lambda folder: (folder / "counted/run.json").unlink(), "counted/run.json: no such file"),
    "a cell twice": (
        edit(COUNTED, lambda d: d["cells"].append(d["cells"][1])),
        f"{COUNTED}: cells: percpu_pool/ahash with 64 bytes, 1000 sockets and a flushed cache appears twice",
    ),
    "a cell's name": (
        edit(COUNTED, lambda d: d["cells"][1].update(name="percpu_pool/shash")),
        f"{COUNTED}: cells: 'percpu_pool/shash' is not percpu_pool/ahash, its strategy and form",
    ),
    "nothing counted": (
        edit(COUNTED, lambda d: [c.update(instructions=0) for c in d["cells"][1]["phases"].values()]),
        f"{COUNTED}: cells: percpu_pool/ahash with 64 bytes has no instruction in any phase",
    ),
    "more failures than operations": (
        edit(FAULTS, lambda d: d["faults"][0].update(failed=20001)), f"{FAULTS}: faults: null/none: 20001 of 20000 operations failed",
    ),
    "percentiles that fall": (
        edit(SOCKETS, lambda d: d["connections"][0]["message_ns"].reverse()), f"{SOCKETS}: connections: plain: message_ns: percentiles must ascend",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_file_is_one_line_and_2(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    spoil, says = BAD[name]
    spoil(folder)
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=1, counted=False))
    assert main(["report", str(run), "--kernel", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and err.startswith(f"tfmbench report: {folder}/{says}"), err
    assert not (run / "report").exists()


def test_a_host_without_as_many_cycles(tmp_path: Path) -> None:
    folder = write_kernel(tmp_path / "kernel", Truth(kernels=("7.3",), algorithms=("md5",), lanes={"host": 1}))
    edit("host/rounds/7.3.md5.r00.json", lambda d: d["cells"][2].update(turn_cycles=[1.0]))(folder)
    with pytest.raises(BadInput, match="percpu_pool/no_rekey: 1 turns in cycles, 3 in ns"):
        load_kernel(folder)


WANTS = "--kernel takes the folder that `tfmbench kernel LANE --out DIR` wrote, which holds LANE/run.json"


@pytest.mark.parametrize(
    "name, says",
    [("nothing", "no such folder"), ("empty", "no lane in it"), ("file", "a file"), ("counted", "holds a run.json itself"), ("", "it must name")],
)
def test_a_folder_that_is_none(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, says: str) -> None:
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=1, counted=False))
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    given = str(folder / "counted" if name == "counted" else tmp_path / name) if name else ""
    assert main(["report", str(run), "--kernel", given]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and says in err and (WANTS in err) == bool(name)


def test_lanes_of_different_modules_have_a_warning(folder: Path) -> None:
    edit("native/run.json", lambda d: [k.update(source="000000000bad") for k in d["kernels"]])(folder)
    edit("counted/run.json", lambda d: d["warnings"].append("the mirror was slow"))(folder)
    assert load_kernel(folder).warnings == [
        "kernel, counted: the mirror was slow",
        "the kernel's lanes ran modules built from different sources (000000000bad, 50ace0000001): compare them with care",
    ]

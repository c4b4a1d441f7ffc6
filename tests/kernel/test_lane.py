# SPDX-License-Identifier: MIT
"""The lane counted as a whole, with fake tools: what it writes, what a second run does not do again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import SOURCE, World
from kernel.lanes import strategies
from kernel.lanes.names import BYTES, PHASES

SHORT = ("counted", "--kernel", "6.12", "--algorithm", "md5", "--bytes", "64", "--out", "out")


def read(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text())
    return value


def test_all_kernels_and_algorithms(world: World) -> None:
    done = world("counted", "--out", "out")
    assert done.returncode == 0, done.stderr
    lane = world.out / "counted"
    run = read(lane / "run.json")
    assert [(kernel["kernel"], kernel["release"], kernel["package"], kernel["version"]) for kernel in run["kernels"]] == [
        ("6.1", "6.1.0-1-cloud-amd64", "linux-image-6.1.0-1-cloud-amd64", "6.1.9-1"),
        ("6.12", "6.12.3+deb12-cloud-amd64", "linux-image-6.12.3+deb12-cloud-amd64", "6.12.3-1"),
        ("7.4", "7.4.2+deb13-cloud-amd64", "linux-binary-7.4.2+deb13-cloud-amd64", "7.4.2-1"),
    ]
    assert run["tools"] == {"qemu": "10.0.2", "compiler": "gcc 12.2.0"}
    assert run["asked"] == {"command_line": ["kernel", "counted", "--out", "out"]}
    names = sorted(path.name for path in (lane / "rounds").iterdir())
    assert names == sorted(f"{k}.{a}.r00.json" for k in ("6.1", "6.12", "7.4") for a in ("hmac-sha1", "hmac-sha256", "cmac-aes", "md5"))
    for path in (lane / "rounds").iterdir():
        body = read(path)
        expected = [cell.name for cell in strategies.cells(body["kernel"], body["algorithm"])]
        assert sorted({cell["name"] for cell in body["cells"]}) == sorted(expected)
        assert len(body["cells"]) == len(expected) * len(BYTES) * 2
        # The plugin's n-th line belongs to the log's n-th turn.
        first = body["cells"][0]
        assert first["name"] == "null/none" and first["phases"]["start"]["instructions"] == 100 * 1000
        assert [cell["phases"]["other"]["loads"] for cell in body["cells"][:4]] == [100_000, 100_000, 200_000, 200_000]
        assert list(first["phases"]) == list(PHASES) and first["phases"]["key"]["stores"] == 0
        assert body["driver"] == f"{body['algorithm']}-fake"
        of_run = next(kernel for kernel in run["kernels"] if kernel["kernel"] == body["kernel"])
        assert all(body[name] == of_run[name] for name in ("release", "config", "module"))
    assert re.search(r"^percpu_pool/ahash +(1\.000 +){11}1\.000$", done.stdout, re.MULTILINE)
    assert re.search(r"^clone_sigpool/tcp_sigpool +– +6\.500 +– ", done.stdout, re.MULTILINE)
    assert "tfmbench report RUN --kernel out" in done.stdout
    assert not world.temporaries() and not world.alive()


def test_files_are_as_the_schemas_say(world: World) -> None:
    assert world(*SHORT).returncode == 0
    folder = SOURCE / "results/schema"
    store = {path.name: read(path) for path in folder.glob("*.json")}
    files = {"run.json": "kernel_run.schema.json", "rounds/6.12.md5.r00.json": "kernel_round.schema.json"}
    for name, schema in files.items():
        resolver = jsonschema.RefResolver(schema, store[schema], store=store)
        jsonschema.Draft202012Validator(store[schema], resolver=resolver).validate(read(world.out / "counted" / name))


def test_full_boots_once_for_each_number_of_sockets(world: World) -> None:
    done = world("counted", "--kernel", "6.12", "--full", "--bytes", "64", "--out", "out")
    assert done.returncode == 0, done.stderr
    of = {}
    for path in (world.out / "counted/rounds").glob("6.12.gcm-aes.*"):
        body = read(path)
        of[body["round"]] = {cell["sockets"] for cell in body["cells"]}
    assert of == {0: {1000}, 1: {1}, 2: {100}, 3: {10000}}
    assert len(world.calls("qemu-system-x86_64 -L")) == 4
    assert len(list((world.out / "counted/rounds").iterdir())) == 4 * 5


def test_a_second_run_downloads_and_builds_nothing(world: World) -> None:
    assert world(*SHORT).returncode == 0
    (world.folder / "calls").unlink()
    done = world(*SHORT[:-1], "again")
    assert done.returncode == 0, done.stderr
    assert not [call for call in world.calls("apt-get") if "indextargets" not in call]
    assert not world.calls("apt-cache") and not world.calls("dpkg-deb") and not world.calls("make")
    first, second = (read(world.folder / name / "counted/rounds/6.12.md5.r00.json") for name in ("out", "again"))
    assert first["cells"] == second["cells"] and first["module"] == second["module"]


def test_newest_is_another_name_of_the_newest_number(world: World) -> None:
    assert world(*SHORT[:1], "--kernel", "7.4", *SHORT[3:-1], "a").returncode == 0
    assert world(*SHORT[:1], "--kernel", "newest", *SHORT[3:-1], "b").returncode == 0
    assert [path.name for path in world.folder.glob("[ab]/counted/rounds/*")] == ["7.4.md5.r00.json"] * 2


def test_lanes_share_an_out_but_none_is_overwritten(world: World) -> None:
    (world.out / "native").mkdir(parents=True)
    assert world(*SHORT).returncode == 0
    done = world(*SHORT)
    assert done.returncode == 2
    assert done.stderr == "tfmbench kernel: out/counted is there already: choose another --out\n"


def test_headers_are_made_usable_where_they_lie(world: World) -> None:
    assert world(*SHORT).returncode == 0
    (root,) = (world.cache / "packages").glob("linux-6.12-*")
    makefile = root / "usr/src/linux-headers-6.12.3+deb12-cloud-amd64/Makefile"
    assert makefile.read_text() == f"include {root}/usr/src/linux-headers-6.12.3+deb12-cloud-amd64/Makefile\n"
    (call,) = world.calls("patchelf")
    assert "--set-interpreter" in call and "objtool" in call
    (module,) = (world.cache / "modules").iterdir()
    assert (module / "pre00-cmac.ko").read_bytes() == b"cmac"


@pytest.mark.parametrize("part", ["packages", "modules"])
def test_an_older_entry_goes_when_a_newer_is_there(world: World, part: str) -> None:
    assert world(*SHORT).returncode == 0
    (now,) = (world.cache / part).glob("*6.12-*")
    now.rename(now.with_name(now.name[:-12] + "0" * 12))
    assert world(*SHORT[:-1], "again").returncode == 0
    assert list((world.cache / part).glob("*6.12-*")) == [now]

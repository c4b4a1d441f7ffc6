# SPDX-License-Identifier: MIT
"""A run from start to end: its files, resume, shards, and errors of a round process."""

from __future__ import annotations

import json
import os
import shutil
import time
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest
from conftest import COUNTED, MATRIX, RUN, TIMED, Driver, complete, one_line, rounds

def test_a_second_baseline(driver: Driver) -> None:
    driver.write(MATRIX.replace("rounds = 6", 'rounds = 6\nsecond_baseline = "per_socket_tfm"'))
    assert driver(*RUN).returncode == 0
    assert json.loads((driver.folder / "out/run.json").read_text())["matrix"]["second_baseline"] == "per_socket_tfm"


def test_a_run(driver: Driver) -> None:
    done = driver(*RUN)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"plots: table {driver.folder}/out\n"
    assert f"{TIMED + COUNTED} of {TIMED + COUNTED} rounds to run" in done.stderr
    assert f"{TIMED + COUNTED}/{TIMED + COUNTED} rounds done" in done.stderr
    run = json.loads((driver.folder / "out/run.json").read_text())
    assert run["format"] == 2 and run["run"] == "out" and run["seed"] == 1
    assert run["matrix"]["baseline"] == "percpu_pool" and run["matrix"]["margin_percent"] is None
    assert run["matrix"]["second_baseline"] is None
    assert [b["axes"]["sockets"] for b in run["matrix"]["blocks"]] == [10, 20, 10, 20]
    assert all(b["passes"] == ["timed", "counted"] for b in run["matrix"]["blocks"])
    assert set(run["libraries"]) == {
        "glibc", "jemalloc", "libipsec-mb", "liburcu-qsbr", "mimalloc", "nettle", "openssl", "sodium", "tcmalloc", "zlib",
    }
    assert run["matrix"]["sittings"] == 1
    assert len(run["git"]["revision"]) == 40 or run["git"]["revision"] == "unknown"
    expected = {f"{b['id']}.r{r:02}.json" for b in run["matrix"]["blocks"] for r in range(6)}
    expected |= {f"{b['id']}.counted.json" for b in run["matrix"]["blocks"]}
    files = rounds(driver.folder / "out")
    assert set(files) == expected
    assert len({f["seed"] for f in files.values()}) == len(files)
    machine = run["machine"]
    for file in files.values():
        assert file["origin"] == {
            "host": machine["host"], "kind": machine["kind"], "revision": run["git"]["revision"], "build": run["build"]["hash"],
        }  # fmt: skip
        assert abs(time.time() - datetime.fromisoformat(file["start"].replace("Z", "+00:00")).timestamp()) < 120
    timed = next(f for name, f in files.items() if ".r03." in name)
    assert timed["kind"] == "timed" and timed["round"] == 3
    assert [c["name"] for c in timed["cells"]] == ["null", "percpu_pool", "per_socket_tfm", "percpu_pool#2"]


def test_each_block_is_measured_by_its_executable(driver: Driver) -> None:
    driver.write(MATRIX.replace("sockets = [10, 20]", 'sockets = 10\napi = "ahash"\nspectre_v2 = ["off", "retpoline"]'))
    assert driver(*RUN).returncode == 0
    by_program: dict[str, set[tuple[str, str]]] = {}
    for file in rounds(driver.folder / "out").values():
        by_program.setdefault(file["program"], set()).add((file["kind"], file["axes"]["spectre_v2"]))
    assert by_program == {
        "tfmbench_round": {("timed", "off")},
        "tfmbench_round_counted": {("counted", "off")},
        "tfmbench_round_retpoline": {("timed", "retpoline")},
    }


def test_the_default_folder(driver: Driver) -> None:
    assert driver("run", "./tiny.toml", "--rounds", "1").returncode == 0
    (folder,) = (driver.folder / "results/local").iterdir()
    assert folder.name.startswith("tiny-2") and "T" in folder.name
    assert len(rounds(folder)) == COUNTED + 4


def test_resume_measures_only_what_is_missing(driver: Driver) -> None:
    before = complete(driver)
    for name in list(before)[:5]:
        (driver.folder / "out/rounds" / name).unlink()
    done = driver(*RUN)
    assert "5 of 28 rounds to run" in done.stderr
    after = rounds(driver.folder / "out")
    assert set(after) == set(before)
    changed = {name for name in after if after[name]["nonce"] != before[name]["nonce"]}
    assert changed == set(list(before)[:5])


def test_temporaries_are_swept_and_nothing_else(driver: Driver) -> None:
    complete(driver)
    torn = driver.folder / "out/rounds/.x.r00.json.12345.tfmbench-tmp"
    torn.write_text("{")
    note = driver.folder / "out/rounds/.note"
    note.write_text("mine")
    assert driver(*RUN).returncode == 0
    assert not torn.exists() and note.exists()


@pytest.mark.parametrize("given, passed_on", [("1", 1), ("2", 2), ("3", 3), ("9", 1)])
def test_the_exit_code_of_a_round_is_passed_on(driver: Driver, given: str, passed_on: int) -> None:
    done = driver(*RUN, FAKE_EXIT=given)
    assert done.returncode == passed_on
    lines = done.stderr.splitlines()
    assert "fake: percpu_pool writes wrong bytes" in lines
    assert any("round" in line and "of tcp_ao_bgp_update-" in line for line in lines[-2:])
    assert not rounds(driver.folder / "out") and not done.stdout


def test_a_truncated_round_file(driver: Driver) -> None:
    done = driver(*RUN, FAKE_TRUNCATE="1")
    assert done.returncode == 1
    assert "it is truncated or not JSON" in done.stderr.splitlines()[-1]


def test_round_executables_that_are_not_there(driver: Driver) -> None:
    line = one_line(driver(*RUN, TFMBENCH_ROUND_DIR="/nowhere"), 2)
    assert "/nowhere/tfmbench_round is missing" in line
    assert not (driver.folder / "out").exists()


def test_two_runs_on_one_folder(driver: Driver) -> None:
    first = driver.start(*RUN, FAKE_SECONDS="5")
    try:
        while not (driver.folder / "out/run.json").exists():
            assert first.poll() is None
        assert "another run is writing to" in one_line(driver(*RUN), 2)
        assert first.poll() is None
    finally:
        first.kill()
        first.communicate()


def test_shards_merge_by_copying(driver: Driver) -> None:
    whole = complete(driver)
    parts = []
    for i in (1, 2, 3):
        done = driver("run", "./tiny.toml", "--out", f"shard{i}", "--shard", f"{i}/3")
        assert done.returncode == 0, done.stderr
        parts.append(rounds(driver.folder / f"shard{i}"))
    assert all(parts) and sum(map(len, parts)) == len(whole)
    merged = driver.folder / "shard1"
    for i in (2, 3):
        shutil.copytree(driver.folder / f"shard{i}", merged, dirs_exist_ok=True)
    assert {n: f["seed"] for n, f in rounds(merged).items()} == {n: f["seed"] for n, f in whole.items()}
    done = driver("run", "./tiny.toml", "--out", "shard1")
    assert done.returncode == 0 and "0 of 28 rounds to run" in done.stderr


def test_rounds_of_blocks_are_mixed_by_the_seed(driver: Driver) -> None:
    def order(*extra: str) -> list[str]:
        folder = driver.folder / f"run{len(extra)}"
        done = driver("run", "./tiny.toml", "--out", str(folder), *extra)
        assert done.returncode == 0, done.stderr
        files = sorted((folder / "rounds").iterdir(), key=lambda f: f.stat().st_mtime_ns)
        return [f.name for f in files]

    first, second = order(), order("--seed", "9")
    assert first != second and first != sorted(first)
    # Lap by lap: after 8 + 4 files every block has its counted and two timed rounds.
    assert {n.split(".")[1] for n in first[:12]} == {"counted", "r00", "r01"}


def test_pressure_rounds_are_repeated(driver: Driver) -> None:
    driver.write(MATRIX.replace("sockets = [10, 20]", "pages = 1024\nring = 64").replace("rounds = 6", "rounds = 3"))
    done = driver(*RUN)
    assert done.returncode == 0, done.stderr
    files = rounds(driver.folder / "out")
    assert len(files) == 2 * 3
    for name, data in files.items():
        assert data["kind"] == "pressure" and data["axes"]["pages"] == 1024 and data["axes"]["ring"] == 64
        assert name == f"{data['block_id']}.r{data['round']:02}.json"
        assert [c["name"] for c in data["cells"]] == ["null", "percpu_pool", "per_socket_tfm"]
    assert len({f["seed"] for f in files.values()}) == len(files)
    run = json.loads((driver.folder / "out/run.json").read_text())
    assert [b["passes"] for b in run["matrix"]["blocks"]] == [["pressure"]] * 2


def test_pinning_is_asked_for(driver: Driver) -> None:
    core = sorted(os.sched_getaffinity(0))[0]
    assert driver(*RUN, "--cpus", str(core)).returncode == 0
    run = json.loads((driver.folder / "out/run.json").read_text())
    assert run["pinned_cores"] == [core]
    assert list(run["machine"]["governors"]) == [str(core)]


def test_run_json_fits_its_schema(driver: Driver) -> None:
    complete(driver)
    names = ("axes", "run")
    schemas = {name: json.loads((Path(__file__).parents[3] / f"results/schema/{name}.schema.json").read_text()) for name in names}
    resolver = jsonschema.RefResolver.from_schema(schemas["run"], store={s["$id"]: s for s in schemas.values()})
    run = json.loads((driver.folder / "out/run.json").read_text())
    jsonschema.Draft202012Validator(schemas["run"], resolver=resolver).validate(run)
    kernel = Path("/proc/sys/kernel/osrelease").read_text().strip()
    assert run["machine"]["kernel"] == f"Linux {kernel}" and run["machine"]["threads"] == os.cpu_count()
    assert run["machine"]["cpu"] is None or run["machine"]["cpu"] in Path("/proc/cpuinfo").read_text()

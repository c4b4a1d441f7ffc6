# SPDX-License-Identifier: MIT
"""A run's folder: refused if it belongs to another run or is damaged. Also full disks."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from conftest import MATRIX, RUN, Driver, complete, one_line, rounds

@pytest.mark.parametrize(
    "change, words",
    [
        ({"--seed": "2"}, "seed is 1 there, but 2 in this run"),
        ({"--set": "sockets=30"}, "matrix.blocks differs: 4 blocks there, 2 in this run"),
        ({"--filter": "sockets=10"}, "matrix.blocks differs: 4 blocks there, 2 in this run"),
    ],
)
def test_another_run_is_refused(driver: Driver, change: dict[str, str], words: str) -> None:
    before = complete(driver)
    arguments = [word for pair in change.items() for word in pair]
    line = one_line(driver(*RUN, *arguments), 2)
    assert words in line and "out/run.json" in line
    assert rounds(driver.folder / "out") == before


def test_what_was_asked_for_is_compared_first(driver: Driver) -> None:
    """With a wrong --out the revision differs, too."""
    complete(driver)
    file = driver.folder / "out/run.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"git": {"revision": "0" * 40, "dirty": True}}))
    assert "seed is 1 there, but 2 in this run" in one_line(driver(*RUN, "--seed", "2"), 2)


@pytest.mark.parametrize(
    "path, value",
    [
        (("git", "revision"), "0" * 40),
        (("build", "compiler"), "GNU 1.0"),
        (("build", "flags"), "-O0"),
        (("build", "hash"), "0123456789ab"),
        (("libraries", "nettle"), "1.0"),
        (("machine", "cpu"), "6502"),
        (("machine", "kernel"), "Linux 1.0"),
        (("machine", "kind"), "0123456789ab"),
        (("machine", "microcode"), "0x0"),
        (("machine", "caches"), "none"),
        (("matrix", "baseline"), "null"),
    ],
)
def test_another_machine_or_build_is_refused(driver: Driver, path: tuple[str, str], value: str) -> None:
    complete(driver)
    file = driver.folder / "out/run.json"
    run = json.loads(file.read_text())
    run[path[0]][path[1]] = value
    file.write_text(json.dumps(run))
    assert f'{path[0]}.{path[1]} is "{value}" there' in one_line(driver(*RUN), 2)
    assert json.loads(file.read_text()) == run


@pytest.mark.parametrize("name", ["tfmbench_round", "tfmbench_round_counted", "tfmbench_round_retpoline"])
def test_another_build_of_the_same_revision_is_refused(driver: Driver, name: str) -> None:
    """As of a tree with local changes, or of a source archive: its revision says nothing."""
    before = complete(driver)
    fake = driver.folder / "rounds_bin" / name
    text = fake.read_text()
    fake.unlink()
    fake.write_text(text + "# another build\n")
    fake.chmod(0o755)
    line = one_line(driver(*RUN), 2)
    assert re.search(r'out/run.json: build.hash is "[0-9a-f]{12}" there, but "[0-9a-f]{12}" in this run; choose another --out$', line)
    assert rounds(driver.folder / "out") == before


def test_a_folder_that_does_not_know_its_build_is_refused(driver: Driver) -> None:
    complete(driver)
    file = driver.folder / "out/run.json"
    run = json.loads(file.read_text())
    del run["build"]["hash"]
    file.write_text(json.dumps(run))
    assert "build.hash is missing there" in one_line(driver(*RUN), 2)


def test_the_revision_is_named_before_what_follows_from_it(driver: Driver) -> None:
    complete(driver)
    file = driver.folder / "out/run.json"
    run = json.loads(file.read_text())
    run["build"]["hash"], run["git"]["revision"] = "0123456789ab", "0" * 40
    file.write_text(json.dumps(run))
    assert f'git.revision is "{"0" * 40}" there' in one_line(driver(*RUN), 2)


def test_other_words_for_the_same_run_go_on(driver: Driver) -> None:
    complete(driver)
    driver.write("# a comment\n" + MATRIX)
    done = driver("run", "./tiny.toml", "--seed", "1", "--out", "out", "--rounds", "6")
    assert done.returncode == 0 and "0 of 28 rounds to run" in done.stderr


def test_another_host_of_the_same_kind_goes_on(driver: Driver) -> None:
    """Shards are measured on several machines of one kind, and their files are copied into one folder."""
    names = list(complete(driver))
    run = driver.folder / "out/run.json"
    files = [run, *(driver.folder / "out/rounds" / name for name in names[:5])]
    for file in files:
        data = json.loads(file.read_text())
        where = data["machine"] if file is run else data["origin"]
        assert re.fullmatch("[0-9a-f]{12}", where["host"]) and re.fullmatch("[0-9a-f]{12}", where["kind"])
        where["host"] = "0123456789ab"
        file.write_text(json.dumps(data))
    done = driver(*RUN)
    assert done.returncode == 0 and "0 of 28 rounds to run" in done.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_torn_run_json(driver: Driver, text: str) -> None:
    complete(driver)
    file = driver.folder / "out/run.json"
    file.write_text(text)
    assert "out/run.json: it is truncated or not JSON" in one_line(driver(*RUN), 2)
    assert file.read_text() == text


def spoil_truncate(text: str) -> str:
    return text[: len(text) // 2]


def spoil_seed(text: str) -> str:
    return json.dumps({**json.loads(text), "seed": 5})


def spoil_axes(text: str) -> str:
    data = json.loads(text)
    data["axes"]["sockets"] += 1
    return json.dumps(data)


def spoil_cells(text: str) -> str:
    data = json.loads(text)
    data["cells"].pop()
    return json.dumps(data)


def spoil_machine(text: str) -> str:
    data = json.loads(text)
    data["origin"]["kind"] = "0123456789ab"
    return json.dumps(data)


def spoil_revision(text: str) -> str:
    data = json.loads(text)
    data["origin"]["revision"] = "0" * 40
    return json.dumps(data)


def spoil_build(text: str) -> str:
    data = json.loads(text)
    data["origin"]["build"] = "0123456789ab"
    return json.dumps(data)


def spoil_origin(text: str) -> str:
    data = json.loads(text)
    del data["origin"]
    return json.dumps(data)


def spoil_start(text: str) -> str:
    return json.dumps({**json.loads(text), "start": "yesterday"})


def spoil_kind(text: str) -> str:
    data = json.loads(text)
    del data["kind"]
    return json.dumps(data)


@pytest.mark.parametrize(
    "spoil, words",
    [
        (spoil_truncate, "it is truncated or not JSON"),
        (spoil_seed, "its seed is 5, this run's is"),
        (spoil_axes, "its axes is"),
        (spoil_cells, "its cells are"),
        (spoil_kind, "it lacks kind"),
        (spoil_machine, 'its origin.kind is "0123456789ab", this run\'s is'),
        (spoil_revision, 'its origin.revision is "00000000'),
        (spoil_build, 'its origin.build is "0123456789ab", this run\'s is'),
        (spoil_origin, "it lacks origin.build"),
        (spoil_start, 'its start "yesterday" is not a time'),
    ],
)
def test_a_spoilt_round_file_is_named_and_kept(driver: Driver, spoil: Any, words: str) -> None:
    name = next(iter(complete(driver)))
    file = driver.folder / "out/rounds" / name
    file.write_text(spoil(file.read_text()))
    text = file.read_text()
    done = driver(*RUN)
    assert done.returncode == 2
    assert f"out/rounds/{name}: {words}" in done.stderr.splitlines()[-1]
    assert file.read_text() == text


def test_a_file_of_another_block(driver: Driver) -> None:
    names = sorted(n for n in complete(driver) if ".r00." in n)
    folder = driver.folder / "out/rounds"
    shutil.copy(folder / names[0], folder / names[1])
    done = driver(*RUN)
    assert done.returncode == 2 and f"{names[1]}: its axes is" in done.stderr.splitlines()[-1]


def test_an_unknown_file_among_the_rounds(driver: Driver) -> None:
    complete(driver)
    (driver.folder / "out/rounds/other.r00.json").write_text("{}")
    assert "other.r00.json is not a round of this run" in one_line(driver(*RUN), 2)


def test_a_folder_of_someone_else(driver: Driver) -> None:
    theirs = driver.folder / "out"
    theirs.mkdir()
    (theirs / "thesis.tex").write_text("x")
    assert "has thesis.tex but no run.json" in one_line(driver(*RUN), 2)
    assert [f.name for f in theirs.iterdir()] == ["thesis.tex"]


def test_folders_that_cannot_be_written(driver: Driver) -> None:
    (driver.folder / "file").write_text("x")
    assert "cannot make" in one_line(driver("run", "./tiny.toml", "--out", "file/run"), 2)
    assert "file" in one_line(driver("run", "./tiny.toml", "--out", "file"), 2)
    assert "cannot" in one_line(driver("run", "./tiny.toml", "--out", "/proc/tfmbench"), 2)


def test_a_read_only_folder(driver: Driver) -> None:
    script = f"mount -t tmpfs -o size=1m t {driver.folder}/stub/ro && mount -o remount,ro {driver.folder}/stub/ro && exec \"$@\""
    (driver.folder / "stub/ro").mkdir()
    done = in_namespace(driver, script, "run", "./tiny.toml", "--out", "stub/ro/run")
    assert "cannot make" in one_line(done, 2) and "Read-only file system" in done.stderr


def in_namespace(driver: Driver, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs tfmbench after `script` in its own mount namespace."""
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("unshare -rm is not permitted here: no private mounts")
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *driver.command(*arguments)],
        cwd=driver.folder,
        env=driver.environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_full_disk_keeps_finished_rounds(driver: Driver) -> None:
    # Real round processes write here. Counted rounds need no optimised build.
    driver.real = True
    driver.write(
        MATRIX.replace("sockets = [10, 20]", f"sockets = {list(range(1, 30))}\npasses = ['counted']").replace(
            "rounds = 6", "rounds = 1"
        )
    )
    disk = driver.folder / "disk"
    kept = driver.folder / "kept"
    disk.mkdir()
    script = f'mount -t tmpfs -o size=128k t {disk} && {{ "$@"; code=$?; cp -r {disk}/run {kept}; exit $code; }}'
    done = in_namespace(driver, script, "run", "./tiny.toml", "--out", "disk/run")
    assert done.returncode == 2, done.stderr
    assert "No space left on device" in done.stderr
    assert "counted round of" in done.stderr.splitlines()[-1]
    files = rounds(kept)
    assert 0 < len(files) < 58
    assert all(name.endswith(".json") and data["cells"] for name, data in files.items())


def test_a_disk_too_small_for_run_json(driver: Driver) -> None:
    disk = driver.folder / "disk"
    disk.mkdir()
    # Three inodes: the root folder of the disk, the run's folder, the lock.
    script = f'mount -t tmpfs -o nr_inodes=3 t {disk} && exec "$@"'
    done = in_namespace(driver, script, "run", "./tiny.toml", "--out", "disk/run")
    assert "No space left on device" in one_line(done, 2)

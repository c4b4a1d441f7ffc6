# SPDX-License-Identifier: MIT
"""What cannot be done ends with one line and exit code 2, and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from conftest import World
from test_lane import SHORT, read


def line(world: World, *arguments: str, **more: str) -> str:
    """The one line of a run that fails; nothing of the run is left."""
    done = world(*(arguments or SHORT), **more)
    assert done.returncode == 2, done.stderr
    assert not world.out.exists() and not world.temporaries() and not world.alive()
    lines = [text for text in done.stderr.splitlines() if "steps done" not in text]
    assert len(lines) == 1 and not done.stdout
    return lines[0].removeprefix("tfmbench kernel: ").replace(str(world.cache), "CACHE")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (
            {"apt_get__update": "W: noise\nE: Failed to fetch http://mirror.example/x  Could not resolve 'mirror.example'\nE: Some index"},
            "Debian's package lists cannot be loaded: apt-get update: Failed to fetch http://mirror.example/x Could not resolve 'mirror.example'",
        ),
        ({"apt_get__indextargets": "E: broken"}, "apt-get indextargets: broken"),
        ({"apt_config": "E: broken"}, "apt-config dump: broken"),
        ({"apt_cache": "E: No packages found"}, "apt-cache show: No packages found"),
        ({"apt_get__download": "E: 404  Not Found"}, "apt-get download: 404 Not Found"),
        ({"dpkg_deb": "dpkg-deb: error: x.deb: No space left on device"}, "cannot unpack "),
        ({"patchelf": "patchelf: not an ELF"}, "patchelf, tools of 6.12.3+deb12-cloud-amd64: patchelf: not an ELF"),
        ({"gcc": "gcc: fatal"}, "gcc: gcc: fatal"),
        ({"make__modules": "In file\nmain.c:7: error: no member\nmake: *** [x] Error 2"}, "the module cannot be built for 6.12.3+deb12-cloud-amd64: main.c:7: error: no member"),
        ({"make__-s": "x.c:1: error: y"}, "kernel/init cannot be built: x.c:1: error: y"),
        ({"qemu": "fails"}, "6.12 counts: QEMU ended with 1: qemu: bad plugin"),
        ({"qemu": "no done"}, "6.12: the log ends after turn in line"),
        ({"qemu": "fewer turns"}, "6.12: the log has 24 turns and the plugin counted 23"),
    ],
)  # fmt: skip
def test_a_tool_fails(world: World, how: dict[str, str], said: str) -> None:
    world.goes_wrong(**how)
    assert line(world).startswith(said)


def test_what_is_whole_in_the_cache_stays_after_a_failure(world: World) -> None:
    world.goes_wrong(make__modules="error: x")
    line(world)
    world.goes_wrong()
    (world.folder / "calls").unlink()
    assert world(*SHORT).returncode == 0
    assert not [call for call in world.calls("apt-get download") if "linux" in call]


def test_another_release_of_debian(world: World) -> None:
    (world.folder / "suites").write_text("trixie http://mirror.example/debian/\n")
    assert line(world).startswith("apt here has no suite bookworm: the kernel lanes need Debian 12, this is ")


def test_commands_are_missing(world: World) -> None:
    none = world.folder / "none"
    none.mkdir()
    assert line(world, PATH=str(none)) == (
        "the lane counted needs apt-get, apt-cache, apt-config, dpkg-deb, setpriv, gcc, make, ld, which are not installed"
    )
    for name in ("setpriv", "ld", "make"):
        (none / name).symlink_to(shutil.which(name) or "")
    for name in ("apt-get", "apt-cache", "apt-config", "dpkg-deb"):
        (none / name).symlink_to(world.folder / "bin" / name)
    assert line(world, PATH=str(none)) == "the lane counted needs gcc, which is not installed"


def test_lists_of_yesterday_do_if_there_is_no_mirror(world: World) -> None:
    assert world(*SHORT[:-1], "first").returncode == 0
    day = time.time() - 3 * 24 * 3600
    os.utime(world.cache / "apt/fresh", (day, day))
    world.goes_wrong(apt_get__update="E: no network")
    done = world(*SHORT)
    assert done.returncode == 0, done.stderr
    date = time.strftime("%Y-%m-%d", time.gmtime(day))
    said = f"package lists are those of {date}: apt-get update: no network"
    assert f"warning: {said}\n" in done.stderr
    assert read(world.out / "counted/run.json")["warnings"] == [said]


def test_lists_of_today_are_not_loaded_again_and_older_ones_are(world: World) -> None:
    assert world(*SHORT[:-1], "first").returncode == 0
    assert len(world.calls("apt-get update")) == 1
    assert world(*SHORT[:-1], "second").returncode == 0
    assert len(world.calls("apt-get update")) == 1
    os.utime(world.cache / "apt/fresh", (0, 0))
    assert world(*SHORT[:-1], "third").returncode == 0
    assert len(world.calls("apt-get update")) == 2


def test_lists_are_loaded_again_after_a_package_was_gone(world: World) -> None:
    world.goes_wrong(apt_get__download="E: 404  Not Found")
    line(world)
    world.goes_wrong()
    for name in ("second", "third"):
        assert world(*SHORT[:-1], name).returncode == 0
    assert len(world.calls("apt-get update")) == 2


def test_another_mirror_is_asked_at_once(world: World) -> None:
    assert world(*SHORT[:-1], "first").returncode == 0
    (world.folder / "suites").write_text("bookworm http://other.example/debian\n")
    assert world(*SHORT[:-1], "second").returncode == 0
    assert len(world.calls("apt-get update")) == 2
    places = {text.split()[-3] for text in (world.cache / "apt/sources.list").read_text().splitlines()}
    assert places == {"http://other.example/debian", "http://other.example/debian-security"}


def test_only_one_run_uses_the_cache(world: World) -> None:
    world.goes_wrong(apt_get__update="hang")
    first = world.start(*SHORT)
    while not world.calls("apt-get update"):
        assert first.poll() is None
        time.sleep(0.02)
    done = world(*SHORT)
    first.terminate()
    first.communicate()
    assert done.returncode == 2
    assert done.stderr == f"tfmbench kernel: another tfmbench kernel or count uses {world.cache}: wait for its end\n"


def test_what_a_killed_run_left_is_removed(world: World) -> None:
    left = world.cache / "tmp/7-linux/usr"
    left.mkdir(parents=True)
    world.goes_wrong(apt_cache="E: x")
    line(world)
    assert not left.exists()


def test_a_cache_that_cannot_be_written(world: World) -> None:
    (world.folder / "cache").write_text("")
    assert line(world) == "CACHE: the cache cannot be written: Not a directory; XDG_CACHE_HOME names another place"


@pytest.mark.parametrize("out", ["bin/make", "bin/make/deeper"])
def test_an_out_that_is_no_folder(world: World, out: str) -> None:
    assert line(world, "counted", "--out", out) == "bin/make is not a folder: choose another --out"


def test_the_machine_s_own_apt_is_left_alone(world: World) -> None:
    assert world(*SHORT).returncode == 0
    settings = (world.cache / "apt/apt.conf").read_text()
    for name in ("Dir::State", "Dir::Cache", "Dir::Etc::sourcelist", "Dir::Etc::preferences"):
        assert f'{name} "{world.cache / "apt"}' in settings
    for name in ("Dir::Etc::parts", "Dir::Etc::sourceparts", "Dir::Etc::main"):
        assert f'{name} "/dev/null"' in settings
    assert not [call for call in world.calls("apt-get") if "install" in call.split() and "-s" not in call.split()]
    assert not list(Path("/var/lib/apt/lists/partial").glob("mirror.example*"))

# SPDX-License-Identifier: MIT
"""Entries of the cache are there as a whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from kernel.lanes import cache as cache_module
from kernel.lanes.cache import Cache, default_folder
from kernel.lanes.errors import Refused


def fill(folder: Path, entry: Path) -> None:
    (folder / "file").write_text(entry.name)


def test_an_entry_is_made_once(tmp_path: Path) -> None:
    with Cache(tmp_path / "c") as cache:
        entry = cache.get("modules", "6.12", "abc", fill)
        assert entry == tmp_path / "c/modules/6.12-abc" and (entry / "file").read_text() == "6.12-abc"
        cache.get("modules", "6.12", "abc", lambda folder, entry: pytest.fail("made again"))
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == [".lock", "modules"]


def test_an_entry_that_fails_leaves_nothing_and_keeps_the_older(tmp_path: Path) -> None:
    def fail(folder: Path, entry: Path) -> None:
        fill(folder, entry)
        raise Refused("no")

    with Cache(tmp_path) as cache:
        cache.get("modules", "6.12", "abc", fill)
        with pytest.raises(Refused):
            cache.get("modules", "6.12", "def", fail)
    assert [path.name for path in (tmp_path / "modules").iterdir()] == ["6.12-abc"]
    assert not (tmp_path / "tmp").exists()


def test_a_newer_entry_replaces_the_older_of_its_group_alone(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        for group, key in (("6.1", "abc"), ("6.12", "abc"), ("6.1", "def")):
            cache.get("modules", group, key, fill)
    assert sorted(path.name for path in (tmp_path / "modules").iterdir()) == ["6.1-def", "6.12-abc"]


def test_room_is_looked_for_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 0, 300 << 20))
    with Cache(tmp_path) as cache:
        cache.check_space(300)
        with pytest.raises(Refused) as raised:
            cache.check_space(301)
    assert str(raised.value) == f"{tmp_path}: 300 MB are free and about 301 are needed: make room, or name another place by XDG_CACHE_HOME"


@pytest.mark.parametrize("name", ["a b", "a,b", "a:b", 'a"b', "a#b", "a$b"])
def test_a_path_that_tools_would_cut(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="XDG_CACHE_HOME names another place"):
        Cache(tmp_path / name).__enter__()
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(("given", "place"), [("/x/y", "/x/y"), ("", "HOME/.cache"), ("relative", "HOME/.cache")])
def test_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, place: str) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", given)
    assert default_folder() == Path(place.replace("HOME", str(tmp_path))) / "tfmbench/kernel"


@pytest.mark.parametrize(("seconds", "left"), [(60.0, False), (0.0, True)])
def test_an_interrupted_run_does_not_wait_for_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, left: bool) -> None:
    monkeypatch.setattr(cache_module, "INTERRUPTED_SECONDS", seconds)
    with pytest.raises(KeyboardInterrupt):
        with Cache(tmp_path) as cache:
            folder = cache.scratch("source")
            (folder / "a").mkdir()
            (folder / "a/file").write_text("")
            (folder / "link").symlink_to("a")
            raise KeyboardInterrupt
    assert (tmp_path / "tmp").exists() == left
    with Cache(tmp_path) as cache:
        assert list(cache.temporary.iterdir()) == []
    assert not (tmp_path / "tmp").exists()

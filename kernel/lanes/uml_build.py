# SPDX-License-Identifier: MIT
"""User-mode Linux built, and the module for it. A build is kept: its program, and what modules are built with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kernel.lanes import apt, build, uml_source
from kernel.lanes.apt import Apt, Package
from kernel.lanes.build import MODULE, Module
from kernel.lanes.errors import Refused
from kernel.lanes.process import missing
from kernel.lanes.session import SOURCE, Session
from kernel.lanes.uml_source import Source

KIND = "uml"
"""Of the cache's entries."""

FRAGMENT = SOURCE / "kernel/uml/common.config"

_RECIPE = "1"
"""Counted up when what this file does gives another program."""

# A build that is made again gives the same bytes.
_SAME = {"KBUILD_BUILD_TIMESTAMP": "1970-01-01", "KBUILD_BUILD_USER": "tfmbench", "KBUILD_BUILD_HOST": "tfmbench", "KBUILD_BUILD_VERSION": "1"}

# What no module is built with.
_SOURCE_FOLDERS = ("Documentation", "drivers", "fs", "net", "rust", "samples", "sound", "tools/perf", "tools/testing")
_SOURCE_FILES = (".c", ".S", ".rst", ".txt", ".yaml", ".dts", ".dtsi")
_BUILT_FILES = (".o", ".a", ".s", ".cmd", ".d")


def tool_packages(the_apt: Apt) -> list[Package]:
    """What the build needs beside a compiler, and what that needs beyond what is installed here."""
    return the_apt.missing_for(("bc", "bison", "flex", "m4"), apt.STABLE)


def key(source: Source, fragment: str, compiler: str) -> str:
    """Of all that a build is made from."""
    return build.short_hash(*(text.encode() for text in (_RECIPE, source.package.pinned, fragment, compiler, *uml_source.tar_options())))


@dataclass(frozen=True)
class Built:
    """User-mode Linux in the cache."""

    source: Source
    folder: Path
    key: str

    @property
    def program(self) -> Path:
        return self.folder / "linux"

    @property
    def config(self) -> Path:
        return self.folder / "build/.config"

    @property
    def release(self) -> str:
        return (self.folder / "build/include/config/kernel.release").read_text().strip()


class Builder:
    """`tools` unpacks tool_packages(), once something has to be built."""

    def __init__(self, session: Session, the_apt: Apt, tools: Callable[[], Path]) -> None:
        self._session = session
        self._apt = the_apt
        self._tools = tools

    def get(self, source: Source, key: str, jobs: int) -> Built:
        entry = self._session.cache.get(KIND, source.name, key, lambda folder, entry: self._make(source, folder, jobs))
        return Built(source, entry, key)

    def _make(self, source: Source, folder: Path, jobs: int) -> None:
        session, name = self._session, source.group
        self._tools()  # before this thread has a core: unpacking them takes one
        debs = session.cache.scratch(f"{name}.debs")
        with session.downloading(f"{name} downloads"):
            (deb,) = self._apt.download([source.package], debs)
        with session.computing(f"{name} unpacks"):
            unpacked = uml_source.unpack(session, source, deb, folder)
            deb.unlink()
            unpacked.rename(folder / "source")
        with session.computing(f"{name} builds"):
            self._configure(source, folder)
            self._run(source, folder, f"-j{jobs}", "linux", "modules")
            shutil.copy(folder / "build/linux", folder)
            _strip(folder)

    def _configure(self, source: Source, folder: Path) -> None:
        config, fragment = folder / "build/.config", FRAGMENT.read_text()
        config.parent.mkdir()
        self._run(source, folder, "tinyconfig")
        with config.open("a", encoding="utf-8") as file:
            file.write(fragment)
        self._run(source, folder, "olddefconfig")
        dropped = not_as_asked(fragment, config.read_text())
        if dropped:
            raise Refused(f"User-mode Linux {source.name} does not take {dropped[0]}, which kernel/uml/{FRAGMENT.name} asks for")

    def _run(self, source: Source, folder: Path, *arguments: str) -> None:
        command = [*_make(folder), f"CC={c_compiler()}", *arguments]
        done = self._session.processes.run(command, environment=self._environment(folder))
        if done.returncode != 0:
            raise Refused(f"User-mode Linux {source.name} cannot be built: make {arguments[-1]}: {build.first_error(done.stderr)}")

    def _environment(self, folder: Path) -> Mapping[str, str]:
        tools = self._tools()
        libraries = f"{tools}/usr/lib/x86_64-linux-gnu:{tools}/lib/x86_64-linux-gnu"
        path = f"{tools}/usr/bin:{os.environ.get('PATH', os.defpath)}"
        paths = {"PATH": path, "LD_LIBRARY_PATH": libraries, "M4": f"{tools}/usr/bin/m4", "BISON_PKGDATADIR": f"{tools}/usr/share/bison"}
        return {**_SAME, **paths, **ccache_environment(self._session.cache.folder, folder)}


def _make(folder: Path) -> list[str]:
    return ["make", "-s", "-C", str(folder / "source"), "ARCH=um", f"O={folder / 'build'}"]


def c_compiler() -> str:
    return "gcc" if missing(("ccache",)) else "ccache gcc"


def ccache_environment(cache: Path, folder: Path) -> dict[str, str]:
    """Its own cache, in ours. A source lies in another folder at each build."""
    return {"CCACHE_DIR": str(cache / "ccache"), "CCACHE_BASEDIR": str(folder), "CCACHE_NOHASHDIR": "1", "CCACHE_MAXSIZE": "1G"}


def not_as_asked(fragment: str, config: str) -> list[str]:
    """The fragment's lines that a configuration does not have. Off is a comment there, or nothing."""
    have = set(config.splitlines())
    set_names = {line.partition("=")[0] for line in have}
    wrong: list[str] = []
    for line in fragment.splitlines():
        name, _, value = line.partition("=")
        if name.startswith("CONFIG_") and (name in set_names if value == "n" else line not in have):
            wrong.append(line)
    return wrong


def _strip(folder: Path) -> None:
    """Removes what no module is built with; scripts stay whole."""
    source, built = folder / "source", folder / "build"
    for name in _SOURCE_FOLDERS:
        shutil.rmtree(source / name, ignore_errors=True)
    (built / "source").unlink(missing_ok=True)  # a link to where the source lay
    for root, endings in ((source, _SOURCE_FILES), (built, _BUILT_FILES)):
        for path in root.rglob("*"):
            if path.suffix in endings and "scripts" not in path.parts and not path.is_dir():
                path.unlink()
    for name in ("linux", "vmlinux", "vmlinux.unstripped", "vmlinux.map"):
        (built / name).unlink(missing_ok=True)


def module(session: Session, built: Built) -> Module:
    """The module for it."""
    key = build.sources_hash(MODULE, built.key)

    def make(folder: Path, entry: Path) -> None:
        copy = folder / "build"
        shutil.copytree(MODULE, copy)
        flags = f"KCFLAGS=-ffile-prefix-map={copy}=kernel/module"  # paths of this machine would change the module's hash
        command = [*_make(built.folder), f"M={copy}", "CC=gcc", flags, "modules"]
        done = session.processes.run(command, environment=_SAME)
        if done.returncode != 0:
            raise Refused(f"the module cannot be built for User-mode Linux {built.source.name}: {build.first_error(done.stderr)}")
        shutil.copy(copy / "tfmbench.ko", folder)
        shutil.rmtree(copy)

    file = session.cache.get("modules", built.source.group, key, make) / "tfmbench.ko"
    return Module(file, (), build.file_hash(built.config), build.file_hash(file))

# SPDX-License-Identifier: MIT
"""What is kept between runs: ${XDG_CACHE_HOME:-~/.cache}/tfmbench/kernel.

An entry is a folder KIND/GROUP-KEY that is there as a whole or not at all: it is made under tmp/ and renamed. One run at a time uses the
cache (a lock), so all of tmp/ that a run finds is what a killed one left, and is removed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from kernel.lanes.errors import Refused

_MIB = 1 << 20

INTERRUPTED_SECONDS = 1.0
"""For removing what an interrupted run leaves: a user who interrupts does not wait for it."""


def default_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification: a relative path is ignored.
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "tfmbench" / "kernel"


class Cache:
    """A context: entering takes the lock, leaving empties tmp/."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = folder / "tmp"
        self._names = threading.Lock()
        self._used = 0

    def __enter__(self) -> Cache:
        # make, apt.conf, library paths and QEMU's options would each cut the path at something else.
        if not re.fullmatch(r"[\w./+@~-]+", str(self.folder)):
            raise Refused(f"{self.folder}: letters, digits and ./+@~_- only, please, for make and QEMU: XDG_CACHE_HOME names another place")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise Refused(f"{self.folder}: the cache cannot be written: {error.strerror}; XDG_CACHE_HOME names another place") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise Refused(f"another tfmbench kernel or count uses {self.folder}: wait for its end") from error
        self._sweep()
        self.temporary.mkdir()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            self._sweep_for(INTERRUPTED_SECONDS)
        else:
            self._sweep()
        os.close(self._lock)

    def _sweep(self) -> None:
        shutil.rmtree(self.temporary, ignore_errors=True)

    def _sweep_for(self, seconds: float) -> None:
        """A kernel's source has so many files that a slow disk needs half a minute to remove them: the next run removes what is left."""
        deadline = time.monotonic() + seconds
        for folder, folders, files in os.walk(self.temporary, topdown=False):
            for name in files:
                if time.monotonic() > deadline:
                    return
                (Path(folder) / name).unlink(missing_ok=True)
            for name in folders:
                path = Path(folder) / name
                if path.is_symlink():
                    path.unlink()
                else:
                    path.rmdir()
        self._sweep()

    def check_space(self, needed_mib: int) -> None:
        free = shutil.disk_usage(self.folder).free // _MIB
        if free < needed_mib:
            raise Refused(
                f"{self.folder}: {free} MB are free and about {needed_mib} are needed: make room, or name another place by XDG_CACHE_HOME"
            )

    def scratch(self, name: str) -> Path:
        """A new folder that this run's end removes."""
        with self._names:
            self._used += 1
            path = self.temporary / f"{self._used}-{name}"
        path.mkdir()
        return path

    def entry(self, kind: str, group: str, key: str) -> Path:
        return self.folder / kind / f"{group}-{key}"

    def has(self, kind: str, group: str, key: str) -> bool:
        return self.entry(kind, group, key).is_dir()

    def get(self, kind: str, group: str, key: str, make: Callable[[Path, Path], None]) -> Path:
        """The entry. If it is not there, make(FOLDER, ENTRY) fills FOLDER, which becomes ENTRY; older entries of the group go."""
        entry = self.entry(kind, group, key)
        if entry.is_dir():
            return entry
        folder = self.scratch(group)
        make(folder, entry)
        entry.parent.mkdir(exist_ok=True)
        old = [path for path in entry.parent.glob(f"{group}-*") if len(path.name) == len(entry.name)]
        folder.rename(entry)
        for path in old:  # renamed first: a removal that is interrupted must not leave half an entry
            path.rename(self.scratch("old") / path.name)
        return entry

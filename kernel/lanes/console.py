# SPDX-License-Identifier: MIT
"""The console of a boot, as a file that grows: a boot that says nothing for too long is ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kernel.lanes.errors import Refused
from kernel.lanes.log import MARK
from kernel.lanes.process import Limit
from kernel.lanes.words import duration, last_line

Seen = Callable[[str], None]
"""Gets the console so far, again and again."""


class Console:
    """`boot_seconds` until init's first line, then `silent_seconds` between two lines."""

    def __init__(self, name: str, path: Path, boot_seconds: float, silent_seconds: float, seen: Seen) -> None:
        self._name = name
        self._path = path
        self._boot_seconds = boot_seconds
        self._silent_seconds = silent_seconds
        self._limit = Limit(boot_seconds)
        self._seen = seen
        self._size = 0
        path.touch()

    def stuck(self) -> bool:
        size = self._path.stat().st_size
        if size > self._size:
            self._size = size
            text = self.text()
            if MARK in text:
                self._limit.seconds = self._silent_seconds
                self._limit.alive()
            self._seen(text)
        return self._limit()

    def text(self) -> str:
        return self._path.read_bytes().decode(errors="replace").replace("\r", "")

    def check(self) -> None:
        """After the end: refuses a boot that was ended."""
        if not self._limit():
            return
        text = self.text()
        if MARK not in text:
            raise Refused(f"{self._name} did not boot within {duration(self._boot_seconds)}; its last line: {last_line(text)}")
        raise Refused(f"{self._name} has said nothing for {duration(self._silent_seconds)}; its last line: {last_line(text)}")

# SPDX-License-Identifier: MIT
"""Children. Each has a process group of its own; stop() ends all of them, and none can start after it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kernel.lanes.errors import Refused

_KEPT = ("PATH", "HOME", "USER", "LOGNAME", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""What children see of the user's environment. The rest (ARCH, CC, MAKEFLAGS, APT_CONFIG, …) would change what they do."""

Stuck = Callable[[], bool]
"""Asked several times a second; true if the child takes too long and must be ended."""


def missing(commands: Sequence[str]) -> list[str]:
    return [command for command in commands if shutil.which(command) is None]


class Processes:
    def __init__(self, temporary: Path) -> None:
        """`temporary` is the children's TMPDIR."""
        self._lock = threading.Lock()
        self._live: set[subprocess.Popen[bytes]] = set()
        self._stopped = False
        self._environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._environment |= {"LC_ALL": "C", "TMPDIR": str(temporary)}

    def run(
        self,
        command: Sequence[str | Path],
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
        stuck: Stuck = lambda: False,
        undo: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        """Runs to the end. The child dies with this thread. If it is stuck, it is killed and its return code is negative.

        `undo`: it takes back what another child did, so it runs after stop() too.
        """
        whole = ["setpriv", "--pdeathsig", "KILL", "--", *map(str, command)]
        with self._lock:
            if self._stopped and not undo:
                raise Refused("stopped")
            try:
                child = subprocess.Popen(
                    whole,
                    cwd=folder,
                    env={**self._environment, **(environment or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                )
            except OSError as error:
                raise Refused(f"cannot start {command[0]}: {error.strerror}") from error
            self._live.add(child)
        try:
            return self._finish(child, stuck)
        finally:
            _kill_group(child)  # what it left running
            with self._lock:
                self._live.discard(child)

    def _finish(self, child: subprocess.Popen[bytes], stuck: Stuck) -> subprocess.CompletedProcess[str]:
        while True:
            try:
                out, err = child.communicate(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                if stuck():
                    _kill_group(child)
        return subprocess.CompletedProcess(child.args, child.returncode, out.decode(errors="replace"), err.decode(errors="replace"))

    def stop(self) -> None:
        """Kills all children."""
        with self._lock:
            self._stopped = True
            for child in self._live:
                _kill_group(child)

    @property
    def stopped(self) -> bool:
        return self._stopped


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Limit:
    """A clock for `stuck`: true once `seconds` have passed since the last sign of life."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._alive = time.monotonic()

    def alive(self) -> None:
        self._alive = time.monotonic()

    def __call__(self) -> bool:
        return time.monotonic() - self._alive > self.seconds

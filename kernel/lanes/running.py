# SPDX-License-Identifier: MIT
"""The kernel that runs here: whether the module may be loaded into it, and that it is not there afterwards.

`root` is "/" but in tests, which never load anything.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kernel.lanes.errors import Refused
from kernel.lanes.session import Session
from kernel.lanes.words import last_line, listed

COMMANDS = ("insmod", "rmmod", "setpriv")
MODULE = "tfmbench"

# Documentation/admin-guide/tainted-kernels.rst: bits that a module of another licence, from outside the tree or without a signature sets.
_HARMLESS_TAINT = {0: "P", 12: "O", 13: "E"}
_TAINTS = "PFSRMBUDAWCIOELKXTN"


class Running:
    def __init__(self, session: Session, root: Path = Path("/"), user: int | None = None) -> None:
        self._session = session
        self._root = root
        self._user = os.geteuid() if user is None else user
        self.release = self._read("proc/sys/kernel/osrelease") or platform.release()

    def _read(self, path: str) -> str:
        try:
            return (self._root / path).read_text(errors="replace").strip()
        except OSError:
            return ""

    @property
    def headers(self) -> Path:
        return self._root / "lib/modules" / self.release / "build"

    @property
    def configuration(self) -> bytes | None:
        for path in (self._root / f"boot/config-{self.release}", self.headers / ".config"):
            if path.is_file():
                return path.read_bytes()
        return None

    def check(self) -> None:
        """Refuses where loading is not possible, or would leave a kernel that cannot be trusted to be what it was."""
        if self._user != 0:
            raise Refused("the lane host loads a module into the running kernel: it needs root")
        if not (self.headers / "Makefile").is_file():
            raise Refused(f"{self.headers}: no headers of the running kernel: install linux-headers-{self.release}")
        lockdown = re.search(r"\[(\w+)\]", self._read("sys/kernel/security/lockdown"))
        if lockdown and lockdown[1] != "none":
            raise Refused(f"kernel lockdown is {lockdown[1]}: it takes no module from outside; /sys/kernel/security/lockdown must be none")
        if self._read("sys/module/module/parameters/sig_enforce") in {"Y", "1"}:
            raise Refused("the kernel takes signed modules only (/sys/module/module/parameters/sig_enforce), and ours is not signed")
        if self._read("proc/sys/kernel/modules_disabled") == "1":
            raise Refused("the kernel takes no more modules (/proc/sys/kernel/modules_disabled)")
        taint = self._taint()
        if taint:
            raise Refused(f"the kernel is tainted {taint} (/proc/sys/kernel/tainted): its figures say little, only O, E and P are harmless; reboot")
        if MODULE in self._loaded():
            raise Refused(f"a module {MODULE} is loaded already: rmmod {MODULE}")

    def _taint(self) -> str:
        text = self._read("proc/sys/kernel/tainted")
        if not text.isdecimal():
            raise Refused(f"{self._root / 'proc/sys/kernel/tainted'} holds no number: the kernel's state is not known")
        bits = [bit for bit in range(int(text).bit_length()) if int(text) >> bit & 1 and bit not in _HARMLESS_TAINT]
        return "".join(_TAINTS[bit] if bit < len(_TAINTS) else f"bit {bit}" for bit in bits)

    def _loaded(self) -> set[str]:
        return {line.split()[0] for line in self._read("proc/modules").splitlines() if line.strip()}

    def check_needed(self, module: Path) -> None:
        """The lane loads nothing but its own module: what that needs must be there."""
        found = re.search(rb"\0depends=([^\0]*)\0", module.read_bytes())
        needed = [name for name in (found[1].decode() if found else "").split(",") if name]
        absent = [name for name in needed if name.replace("-", "_") not in self._loaded()]
        if absent:
            raise Refused(f"the module needs {listed(absent)}, not loaded here: modprobe {' '.join(absent)}")

    def load(self, module: Path, *parameters: str) -> str:
        """Loads the module, which does its work meanwhile, and unloads it. What it said in the kernel's log."""
        with self._log() as said, self._unloaded():
            done = self._session.processes.run(("insmod", module, *parameters))
            text = said()
        if done.returncode != 0 and "@@" not in text:
            raise Refused(f"insmod {module.name}: {last_line(done.stderr)}; the kernel's log says why")
        return text

    @contextmanager
    def _unloaded(self) -> Iterator[None]:
        """Whatever happens, Ctrl-C too. A child that loads cannot be killed while it is in the kernel: it ended before this."""
        try:
            yield
        finally:
            if MODULE in self._loaded():
                done = self._session.processes.run(("rmmod", MODULE), undo=True)
                if done.returncode != 0:
                    raise Refused(f"rmmod {MODULE}: {last_line(done.stderr)}; it is still loaded")

    @contextmanager
    def _log(self) -> Iterator["_Reader"]:
        fd = os.open(self._root / "dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        try:
            os.lseek(fd, 0, os.SEEK_END)
            yield _Reader(fd)
        finally:
            os.close(fd)


class _Reader:
    """What the kernel's log got since it was opened: a read() of /dev/kmsg is one record, `numbers;text` and lines with a blank before."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def __call__(self) -> str:
        records: list[str] = []
        while True:
            try:
                part = os.read(self._fd, 1 << 16)
            except BlockingIOError:
                break
            except BrokenPipeError as error:
                raise Refused("the kernel's log was overrun: a larger one (log_buf_len=4M on its command line) holds what a turn says") from error
            if not part:
                break
            records.append(part.decode(errors="replace"))
        return "\n".join(line.partition(";")[2] for line in "".join(records).splitlines() if not line.startswith(" "))

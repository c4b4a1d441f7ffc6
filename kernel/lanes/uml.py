# SPDX-License-Identifier: MIT
"""One boot of User-mode Linux: a kernel that runs as a program of this machine, in about a second."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kernel.lanes.console import Console, Seen
from kernel.lanes.errors import Refused
from kernel.lanes.session import Session
from kernel.lanes.words import last_line

MEMORY_MIB = 512

BOOT_SECONDS = 60.0
"""Until init's first line. About 0.2 on an idle machine."""

SILENT_SECONDS = 900.0
"""Between two lines of the console after that. An algorithm's times come in one piece."""

COMMANDS = ("sh", "nice")

_PLACES = ("/dev/shm", "/tmp", "/var/tmp")

# What the machine does beside it lengthens turns: so it comes first, by the priority of its session and by its own. Who may not raise a
# priority (root may) runs without.
_START = '{ echo -20 >/proc/self/autogroup; } 2>/dev/null; exec nice -n -20 "$@" >console'


@dataclass(frozen=True)
class Boot:
    name: str
    program: Path
    initrd: Path
    words: tuple[str, ...]
    """For the kernel, and as NAME=value for init."""

    boot_seconds: float = BOOT_SECONDS
    silent_seconds: float = SILENT_SECONDS


def memory_place(places: Sequence[str] = _PLACES) -> str:
    """Where the guest's memory can lie: a file that is mapped and run, and has no name once it is open."""
    for place in places:
        try:
            found = os.statvfs(place)
        except OSError:
            continue
        if not found.f_flag & os.ST_NOEXEC and found.f_bavail * found.f_frsize >= MEMORY_MIB << 20 and os.access(place, os.W_OK | os.X_OK):
            return place
    raise Refused(f"User-mode Linux keeps its memory in a file: none of {', '.join(places)} has {MEMORY_MIB} MB free and lets files be run")


def boot(session: Session, what: Boot, seen: Seen = lambda text: None) -> str:
    """Boots, waits until the guest powers off, and returns its console."""
    folder = session.cache.scratch(what.name)
    place = memory_place()
    console = Console(what.name, folder / "console", what.boot_seconds, what.silent_seconds, seen)
    kernel: list[str | Path] = [what.program, f"mem={MEMORY_MIB}M", f"initrd={what.initrd}", f"uml_dir={folder}/", "con=null", "con0=null,fd:1", "quiet", *what.words]
    command = ["sh", "-c", _START, "sh", *kernel]
    done = session.processes.run(command, folder, {"HOME": str(folder), "TMPDIR": place}, console.stuck)
    console.check()
    text = console.text()
    if done.returncode != 0:
        raise Refused(f"{what.name}: User-mode Linux ended with {done.returncode}: {last_line(done.stderr or text)}")
    return text

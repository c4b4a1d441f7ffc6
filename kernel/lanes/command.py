# SPDX-License-Identifier: MIT
"""What the commands have in common: signals, errors, and a lane from its first step to its files.

Exit codes: 0 done, 2 bad arguments or it cannot be done, 3 interrupted. An error is one line on stderr.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from kernel.lanes import cache, machine, results
from kernel.lanes.cache import Cache
from kernel.lanes.errors import Refused
from kernel.lanes.process import missing
from kernel.lanes.results import Measured
from kernel.lanes.session import Session
from kernel.lanes.words import duration


@dataclass(frozen=True)
class Task:
    """A lane that is to be measured."""

    lane: str
    commands: tuple[str, ...]
    """Programs that must be installed."""

    out: Path
    command_line: list[str]
    """The words after the program's name."""

    full: bool
    measure: Callable[[Session], Measured]


def out_of(given: str | None, default: str, lane: str) -> Path:
    """The folder of the results, in which there is room for the lane."""
    if given == "":
        raise Refused("--out must name a folder")
    out = Path(given or f"results/local/{default}-{time.strftime('%Y%m%dT%H%M%S')}")
    results.check_free(out, lane)
    return out


def measure(task: Task) -> None:
    absent = missing(task.commands)
    if absent:
        raise Refused(f"the lane {task.lane} needs {', '.join(absent)}, which {'is' if len(absent) == 1 else 'are'} not installed")
    began = time.time()
    with Cache(cache.default_folder()) as the_cache:
        session = Session(the_cache)
        try:
            measured = task.measure(session)
            folder = results.write(task.out, task.lane, _run(session, task, began, measured), measured.rounds)
        except OSError as error:
            raise Refused(f"{error.filename or the_cache.folder}: {error.strerror}") from error
        finally:
            session.processes.stop()
            session.progress.wipe()
            _ignore_signals()  # what follows cleans up, and takes no second
    print(f"{measured.table}\n\n{len(measured.rounds)} rounds in {duration(time.time() - began)}: {folder}")
    print(f"Next: tfmbench report RUN --kernel {task.out}")


def _run(session: Session, task: Task, began: float, measured: Measured) -> dict[str, Any]:
    return {
        "run": task.out.resolve().name or "kernel",
        "full": task.full,
        "asked": {"command_line": task.command_line},
        "git": machine.git(session),
        "start": results.utc(began),
        "machine": machine.machine(),
        "tools": measured.tools,
        "kernels": measured.kernels,
        "warnings": session.warnings,
    }


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def guarded(program: str, work: Callable[[], None]) -> int:
    """Does the work. Returns the exit code, but for an interrupt, which is raised."""
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _interrupt)
    try:
        work()
        sys.stdout.flush()
        return 0
    except Refused as error:
        line = str(error)
    except OSError as error:
        if error.filename is None:  # stdout's
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            if error.errno == errno.EPIPE:
                return 2
        line = f"{error.filename or 'standard output'}: {error.strerror}"
    print(f"{program}: {' '.join(line.split())}", file=sys.stderr)
    return 2

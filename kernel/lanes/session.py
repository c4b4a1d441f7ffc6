# SPDX-License-Identifier: MIT
"""What all parts of a run share, and its threads: one downloads; as many as there are cores compute."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from kernel.lanes.cache import Cache
from kernel.lanes.process import Processes
from kernel.lanes.progress import Progress

SOURCE = Path(__file__).resolve().parents[2]
"""The root of the repository."""

T = TypeVar("T")


def cores() -> int:
    return len(os.sched_getaffinity(0))


class Session:
    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self.processes = Processes(cache.temporary)
        self.progress = Progress()
        self.warnings: list[str] = []
        self._core = threading.BoundedSemaphore(cores())
        self._network = threading.Lock()

    def warn(self, line: str) -> None:
        self.warnings.append(line)
        self.progress.note(f"warning: {line}")

    @contextmanager
    def computing(self, step: str) -> Iterator[None]:
        """Waits for a core; then the step runs."""
        with self._core, self.progress.step(step):
            yield

    @contextmanager
    def downloading(self, step: str) -> Iterator[None]:
        """Waits for the network: one download at a time gets all of it, so the first is there early."""
        with self._network, self.progress.step(step):
            yield

    def all(self, tasks: Sequence[Callable[[], T]]) -> list[T]:
        """Runs tasks in a thread each. The first that fails, or Ctrl-C, ends the others, and is raised."""
        with ThreadPoolExecutor(max(1, len(tasks))) as pool:
            futures = [pool.submit(task) for task in tasks]
            try:
                self._watch(futures)
            except BaseException:
                self.processes.stop()
                raise
            return [future.result() for future in futures]

    def _watch(self, futures: list[Future[T]]) -> None:
        left = set(futures)
        while left:
            done, left = wait(left, timeout=0.2, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            self.progress.tick()

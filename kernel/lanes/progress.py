# SPDX-License-Identifier: MIT
"""The progress line on stderr, as `tfmbench run` has it: what is done, how long it will take, what runs now.

On a terminal it is one line that is drawn again; elsewhere it is printed for each tenth, and every 30 seconds.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kernel.lanes.words import duration, listed


class Progress:
    """Steps have a weight: about their seconds on one core. Any thread can report; the main thread calls tick()."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._weights: dict[str, float] = {}
        self._parts: dict[str, float] = {}
        self._running: list[str] = []
        self._terminal = sys.stderr.isatty()
        self._began = self._printed = time.monotonic()
        self._printed_tenth = 0

    def plan(self, step: str, weight: float) -> None:
        with self._lock:
            self._weights[step] = weight
            self._parts[step] = 0.0

    @contextmanager
    def step(self, step: str) -> Iterator[None]:
        with self._lock:
            self._running.append(step)
        try:
            yield
        finally:
            with self._lock:
                self._running.remove(step)
        self.part(step, 1.0)

    def part(self, step: str, share: float) -> None:
        with self._lock:
            if step in self._parts:
                self._parts[step] = max(self._parts[step], min(1.0, share))

    def _text(self) -> tuple[str, float]:
        with self._lock:
            whole = sum(self._weights.values())
            done = sum(self._weights[step] * part for step, part in self._parts.items())
            steps = sum(part >= 1 for part in self._parts.values())
            if not self._parts:  # what there is to do is not known yet
                return listed(self._running), 0.0
            text = f"{steps}/{len(self._parts)} steps done"
            # A first guess needs something that it can be made from.
            if 0.1 * whole <= done < whole:
                text += f", about {duration((time.monotonic() - self._began) * (whole - done) / done)} left"
            if self._running:
                text += f": {listed(self._running)}"
            return text, done / whole

    def tick(self) -> None:
        text, share = self._text()
        now, tenth = time.monotonic(), int(10 * share)
        if not self._terminal and tenth <= self._printed_tenth and now - self._printed < 30:
            return
        self._printed, self._printed_tenth = now, tenth
        if self._terminal:
            # A line that wraps cannot be erased. Some terminals do not know their width.
            print(f"\r\x1b[K{text[: (os.get_terminal_size(2).columns or 80) - 1]}", end="", file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)

    def note(self, line: str) -> None:
        self.wipe()
        print(line, file=sys.stderr, flush=True)

    def wipe(self) -> None:
        if self._terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

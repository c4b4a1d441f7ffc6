# SPDX-License-Identifier: MIT
"""How to repeat a run: the commands that do, and what they do not repeat. Where no command is right, none is given."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from plots.drawing import words
from plots.run.model import Run


@dataclass(frozen=True)
class Reproduce:
    commands: tuple[str, ...]
    notes: tuple[str, ...]
    """Sentences."""


def _code(run: Run) -> tuple[list[str], list[str]]:
    """The commands that build the run's code, and what they lack. Without a revision no command gets it."""
    build = "cmake --preset release && cmake --build --preset release"
    revision = run.git["revision"]
    if revision in (None, "unknown"):
        return [build], ["The revision of the code is not known: this repeats the matrix, not the code."]
    if run.git["dirty"]:
        return (
            [f"git checkout {revision}", build],
            ["The code had local changes beside this revision: this repeats the matrix, not the code."],
        )
    return [f"git checkout {revision}", build], []


def _cpus(run: Run, command_line: tuple[str, ...]) -> str:
    """--cpus, if the run was given it. Else the cores are chosen, as they were."""
    given = any(word.split("=")[0] == "--cpus" for word in command_line)
    return f" --cpus {','.join(map(str, run.pinned_cores))}" if given else ""


def reproduce(run: Run) -> Reproduce:
    commands, notes = _code(run)
    if run.asked is None:
        notes.append(
            f"No command repeats the matrix: the run is older than `tfmbench run --from`, and its run.json does not keep what it was "
            f"asked for. Its matrix was called {run.matrix}, with {words.plural(run.rounds, 'round')} and seed {run.seed}. run.json "
            "lists the blocks that were run."
        )
        return Reproduce(tuple(commands), tuple(notes))
    commands.append(f"build/release/tfmbench run --from {shlex.quote(str(run.path))}{_cpus(run, run.asked.command_line)}")
    notes.append(
        f"{run.path} is the folder of this run; its run.json is enough. It keeps the matrix and what narrowed it. The run was started by: "
        f"tfmbench {shlex.join(run.asked.command_line)}"
        + "".join(f", and continued by: tfmbench {shlex.join(one.command_line)}" for one in run.additions)
    )
    return Reproduce(tuple(commands), tuple(notes))

# SPDX-License-Identifier: MIT
"""Conditions, limits and commands in a few lines, for the mail and for pull requests. review-full.txt has all of them."""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import words
from plots.report.provenance import hypervisor
from plots.report.reproduce import reproduce
from plots.run.model import Run
from plots.verdicts import sittings
from plots.verdicts.question import Question
from plots.verdicts.results import Results


def _machine(run: Run) -> str:
    machine = run.machine
    virtual = machine["hypervisor"] not in (None, "none")
    parts = [
        str(machine["cpu"] or "CPU not known"),
        words.plural(machine["cores"], "core") if machine["cores"] else "cores not known",
        str(machine["kernel"] or "kernel not known"),
        *([f"virtual ({hypervisor(str(machine['hypervisor']))})"] if virtual else []),
    ]
    return ", ".join(parts)


def _rounds(results: Results) -> str:
    run = results.run
    aa = results.aa
    compared = f"; A/A {aa.called_different} of {aa.comparisons} called different" if aa.comparisons else ""
    return f"{words.plural(len(run.blocks), 'block')}, {_each(results)}, {words.plural(len(sittings.sittings(run)), 'sitting')}{compared}"


def _each(results: Results) -> str:
    """7 rounds each; with a precision, of timed blocks: 8 to 23 rounds each."""
    had = sorted(block.look.rounds for block in results.blocks if block.look)
    if had and had[0] != had[-1]:
        return f"{had[0]} to {had[-1]} rounds each"
    return f"{words.plural(had[0] if had else results.run.rounds, 'round')} each"


def conditions(results: Results) -> list[str]:
    """Three lines: the machine; the build; the rounds."""
    run = results.run
    revision = str(run.git["revision"] or "not known")[:12]
    dirty = " with local changes" if run.git["dirty"] else ""
    nettle = f", nettle {run.libraries['nettle']}" if run.libraries.get("nettle") else ""
    return [_machine(run), f"revision {revision}{dirty}, {run.build['compiler']} {run.build['type']}{nettle}", _rounds(results)]


LIMITS = (
    "what interrupts cost (this is userspace, a model of the kernel); what another machine does (an interval holds for this one); how "
    "often a real machine runs out of memory."
)
"""What cannot be concluded, whatever the run."""


def wrong(results: Results, questions: Sequence[Question]) -> list[str]:
    """What is wrong with this run: packets judged wrongly, rounds that are missing."""
    judged = sum(s.forged_accepted + s.genuine_refused for b in results.blocks for s in b.strategies)
    said = [f"{words.plural(judged, 'packet')} judged wrongly: do not trust this run."] if judged else []
    return [*said, *(line for question in questions for line in question.missing(results))]


def commands(run: Run) -> list[str]:
    """The command that repeats the run, in its checkout. Empty if none does."""
    return list(reproduce(run).commands[-1:]) if run.asked else []

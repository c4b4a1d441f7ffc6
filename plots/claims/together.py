# SPDX-License-Identifier: MIT
"""Which runs are judged together: those of one revision, build and kind of machine."""

from __future__ import annotations

from collections.abc import Sequence

from plots.run.files import BadInput
from plots.run.model import Run
from plots.verdicts.results import Results


def _code(run: Run) -> str:
    changed = " with local changes" if run.git["dirty"] else ""
    return f"revision {str(run.git['revision'] or 'not known')[:12]}{changed}"


def _differs(run: Run, first: Run) -> str | None:
    """What keeps a run apart from the first one, in words. None: they belong together."""
    if (run.git["revision"], run.git["dirty"]) != (first.git["revision"], first.git["dirty"]):
        return f"{_code(run)}, not {_code(first)}"
    if run.build.get("hash") != first.build.get("hash"):
        return f"another build ({run.build.get('hash') or 'not known'}, not {first.build.get('hash') or 'not known'})"
    if run.machine.get("kind") != first.machine.get("kind"):
        return f"another kind of machine ({run.machine.get('kind') or 'not known'}, not {first.machine.get('kind') or 'not known'})"
    if run.baseline != first.baseline:
        return f"another baseline ({run.baseline}, not {first.baseline})"
    return None


def together(runs: Sequence[Results]) -> tuple[list[Results], list[str]]:
    """(The runs that belong to the first one, it among them; a line for each that is set apart.) BadInput if a run is given twice,
    or if two have one name: then a block's name would not tell them apart."""
    for place, one in enumerate(runs):
        for other in runs[:place]:
            if other.run.path.resolve() == one.run.path.resolve():
                raise BadInput(f"{one.run.path}: given twice: name each run once")
            if other.run.name == one.run.name:
                raise BadInput(f"{one.run.path}: its run is called {one.run.name}, as that of {other.run.path} is: leave one of them out")
    first = runs[0].run
    differing = [(one, _differs(one.run, first)) for one in runs]
    apart = [f"{one.run.name} is set apart: {why}" for one, why in differing if why]
    return [one for one, why in differing if not why], apart

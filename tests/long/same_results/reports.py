# SPDX-License-Identifier: MIT
"""Compares the reports that both checkouts draw of the reference runs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

from rounds import differences


def draw(checkout: Path, run: Path, folder: Path) -> Path:
    """Draws a report and returns its folder."""
    folder.mkdir(parents=True)
    shutil.copy(run / "run.json", folder)
    (folder / "rounds").symlink_to(run / "rounds")
    command: list[str | Path] = ["/usr/bin/python3", "-m", "plots", "report", folder]
    subprocess.run(command, check=True, capture_output=True, cwd=checkout)
    return folder / "report"


def _text(path: Path) -> list[str]:
    """The words of a mail, a page or a figure, without markup and without coordinates."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".txt":
        text = re.sub(r"(?s)<(style|defs|metadata)\b.*?</\1>|<[^>]*>", "\n", text)
    return [line.strip() for line in text.splitlines() if line.strip()]


def compare(before: Path, after: Path, folder: Path) -> bool:
    """Whether every number in every summary is the same. Prints the differences; for texts the number of lines."""
    same = True
    for run in sorted(path.parent for path in (after / "results/reference").glob("*/run.json")):
        # Both folders have the run's name, because reports print it.
        old, new = (draw(checkout, run, folder / side / run.name) for side, checkout in (("before", before), ("after", after)))
        summaries = [json.loads((report / "summary.json").read_text(encoding="utf-8")) for report in (old, new)]
        lines = list(differences(*summaries))
        same &= not lines
        for line in lines[:10]:
            print(f"  {run.name}: summary.json{line}")
        print(f"  {run.name}: summary.json {'differs' if lines else 'has the same numbers'}; {_texts(old, new)}")
    return same


def _texts(old: Path, new: Path) -> str:
    said = []
    for name in ("review-full.txt", "report.html"):
        before, after = _text(old / name), _text(new / name)
        changed = len(set(before) ^ set(after))
        said.append(f"{name}: {changed} lines differ" if changed else f"{name}: the same text")
    figures = [{path.name for path in (report / "figures").glob("*.svg")} for report in (old, new)]
    both = figures[0] & figures[1]
    redrawn = sum((old / "figures" / name).read_bytes() != (new / "figures" / name).read_bytes() for name in both)
    said.append(f"{len(both)} figures, {redrawn} with other bytes, {len(figures[0] ^ figures[1])} in one of them alone")
    return "; ".join(said)

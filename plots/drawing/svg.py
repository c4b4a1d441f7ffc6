# SPDX-License-Identifier: MIT
"""Figures as files, and as SVG inside a page, where their colours follow the page, light or dark."""

from __future__ import annotations

import io
import re
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib
from matplotlib import pyplot as plt

from plots.drawing.drawn import Drawn
from plots.drawing.palette import DARK, MARKS, OWNER_MARKS, PHASE_MARKS, mark
from plots.output import write_bytes, write_text

_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def render(drawn: Drawn) -> str:
    """The figure's SVG; the same bytes for the same data."""
    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": drawn.name}):
        drawn.figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
    return buffer.getvalue()


def save(drawn: Drawn, folder: Path, png: bool) -> str:
    """Writes NAME.svg (and NAME.png), closes the figure, and returns the SVG."""
    svg = render(drawn)
    write_text(folder / f"{drawn.name}.svg", svg)
    if png:
        buffer = io.BytesIO()
        drawn.figure.savefig(buffer, format="png", dpi=160)
        write_bytes(folder / f"{drawn.name}.png", buffer.getvalue())
    plt.close(drawn.figure)
    return svg


def _variable(colour: str) -> str:
    return f"--c{colour.removeprefix('#')}"


def _dark() -> dict[str, str]:
    marks = [*MARKS.values(), mark("")]
    return {**DARK, **dict(OWNER_MARKS.values()), **dict(PHASE_MARKS.values()), **{one.light: one.dark for one in marks}}


def colour_rules() -> tuple[str, str]:
    """CSS declarations of the figures' colours for a light page, and for a dark one."""
    dark = _dark()
    light_rules = ";".join(f"{_variable(colour)}:{colour}" for colour in dark)
    return light_rules, ";".join(f"{_variable(colour)}:{value}" for colour, value in dark.items())


def inline(svg: str, drawn: Drawn, prefix: str) -> str:
    """The SVG for a page: no prologue, ids with a prefix, colours as CSS variables, a label for screen readers."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.S)
    # The page has its own background.
    body = re.sub(r'<g id="patch_1">.*?</g>', "", body, count=1, flags=re.S)
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', body))
    body = re.sub(r' id="([^"]+)"', lambda m: f' id="{prefix}{m[1]}"' if m[1] in used else "", body)
    body = re.sub(r'(url\(#|href="#)', rf"\g<1>{prefix}", body)
    for colour in _dark():
        body = re.sub(colour, f"var({_variable(colour)})", body, flags=re.I)
    body = body.replace("'DejaVu Sans'", "var(--sans)")
    head, rest = body.split(">", 1)
    width = re.search(r' width="([\d.]+)', head)
    view = re.search(r'viewBox="[^"]+"', head)
    label = escape(f"{drawn.title}: {drawn.subtitle}", {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{view[0] if view else ""} role="img" aria-label="{label}" style="max-width:{float(width[1]) * 1.45 if width else 480:.0f}px">{rest}'
    )

# SPDX-License-Identifier: MIT
"""Text for a mail: plain ASCII, 72 columns."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from plots.drawing import words

WIDTH = 72

NAME, _LEAST = 18, 9
"""Columns of a strategy's name, and the fewest columns of a number."""


def wrap(text: str, first: str, rest: str, width: int = WIDTH) -> list[str]:
    """Wrapped with these indents, plain ASCII."""
    lines = textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [words.ascii_text(line) for line in lines]


def fill(text: str, indent: str = "") -> list[str]:
    """Wrapped to 72 columns, plain ASCII."""
    return wrap(text, indent, indent) or [""]


def command(text: str) -> list[str]:
    """A line for the shell. If it is too long for a mail, it continues after a backslash."""
    pieces = wrap(text, "  ", "    ", WIDTH - 2)
    return [f"{piece} \\" for piece in pieces[:-1]] + pieces[-1:]


def underlined(text: str) -> list[str]:
    """A heading, after an empty line."""
    lines = fill(text)
    return ["", *lines, "-" * max(map(len, lines))]


@dataclass(frozen=True)
class Table:
    """A row for each strategy, its name first. A cell of two lines has a line break in it."""

    heading: str
    columns: list[str]
    rows: list[tuple[str, list[str]]]
    notes: list[str]
    first: str = "strategy"
    """The heading of the rows' names."""


def beside(table: Table, name: int = NAME) -> list[str]:
    """A table as lines. All columns are equally wide; if there is no room for that, each is as narrow as it can be.

    If there is no room for that either, only some columns are shown, among them the first and the last. A heading of two
    words takes two lines.
    """
    heads = [column.split(" ", 1) if max(map(len, table.columns)) > _LEAST else [column] for column in table.columns]
    split = [(name, [cell.split("\n") for cell in cells]) for name, cells in table.rows]
    widths = [
        1 + max(len(text) for text in (*head, *(text for _, cells in split for text in cells[i]))) for i, head in enumerate(heads)
    ]
    shown = list(range(len(heads)))
    room, even = WIDTH - name, max(_LEAST, *widths)
    if even * len(heads) <= room or sum(widths) > room:
        last, gaps = len(heads) - 1, min(len(heads), room // even) - 1
        shown = [round(i * last / gaps) for i in range(gaps + 1)] if gaps else [last]
        widths = [even] * len(heads)
    above = [[""] * (max(map(len, heads)) - len(head)) + head for head in heads]
    below = [
        (name if not number else "", [cell[number] if number < len(cell) else "" for cell in cells])
        for name, cells in split for number in range(max(map(len, cells), default=1))
    ]  # fmt: skip
    rows = [*(("", list(line)) for line in zip(*above)), *below]
    lines = ["", *fill(table.heading)]
    lines += [f"{row:<{name}.{name}}" + "".join(f"{cells[i]:>{widths[i]}}" for i in shown) for row, cells in rows]
    return lines + [line for note in table.notes for line in fill(f"! {note}")]

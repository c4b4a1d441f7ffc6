# SPDX-License-Identifier: MIT
"""report/review.txt: the answer for a mail to a kernel list. Plain ASCII, 72 columns, at most 60 lines; review-full.txt has the rest."""

from __future__ import annotations

from collections.abc import Sequence

from plots.claims import lines as said
from plots.claims.judge import Judged
from plots.drawing import words
from plots.drawing.layout import NAME, WIDTH, fill, wrap
from plots.report import brief
from plots.verdicts.question import Column, Question
from plots.verdicts.results import Results

LINES = 60


def _claims(judged: Sequence[Judged], common: Sequence[str]) -> list[str]:
    lines = []
    for one in judged:
        if one.verdict != "not measured":
            lines += wrap(said.brief(one, common), f"{one.claim.id:<4}", "    ")
    absent = said.not_measured(judged)
    return lines + (wrap(absent, "Not measured: ", "    ") if absent else [])


def legend(columns: Sequence[Column], common: str = "") -> str:
    """What the columns are, and where they were measured, if that is not the common place."""
    by_place: dict[str, list[str]] = {}
    for column in columns:
        if column.says:
            by_place.setdefault(column.where, []).append(column.says)
    if list(by_place) == [common]:
        return "; ".join(by_place[common])
    return "; ".join(f"{'; '.join(said)} ({place})" for place, said in by_place.items())


def strategies(names: Sequence[str], columns: Sequence[Column], common: Sequence[str], room: int) -> list[str]:
    """The table of strategies, of at most `room` lines. It says how many do not fit."""
    shown = [name for name in names if any(name in column.cells for column in columns)]
    if not shown:
        return []
    lines = fill(legend(columns, ", ".join(common)))
    lines.append(f"{'':<{NAME}}" + "".join(f"{column.heading:>{column.width}}" for column in columns))
    rows = [f"{name:<{NAME}.{NAME}}" + "".join(f"{column.cells.get(name, '-'):>{column.width}}" for column in columns) for name in shown]
    left = room - len(lines)
    if len(rows) <= left:
        return lines + rows
    return lines + rows[: left - 1] + [f"{len(rows) - left + 1} more are in review-full.txt."]


def _command(text: str) -> list[str]:
    """A line for the shell. If it is too long for a mail, it continues after a backslash."""
    pieces = wrap(text, "  ", "    ", WIDTH - 2)
    return [f"{piece} \\" for piece in pieces[:-1]] + pieces[-1:]


def review(results: Results, questions: Sequence[Question], judged: Sequence[Judged]) -> str:
    """The whole text."""
    run = results.run
    common = said.usual(judged)
    head = [words.ascii_text(f"tfmbench: {run.matrix} ({run.name})")[:WIDTH], *fill(said.QUESTION)]
    for sentence in said.answer(judged):
        head += wrap(sentence, "* ", "  ")
    claims = _claims(judged, common)
    if any(one.verdict != "not measured" for one in judged):
        claims = [*fill(said.legend(common)), *claims]
    tail = [line for text in brief.wrong(results, questions) for line in wrap(text, "! ", "  ")]
    tail += [line for text in brief.conditions(results) for line in fill(text)]
    tail += fill(f"Cannot be concluded: {brief.LIMITS}")
    tail += [line for command in brief.commands(run) for line in _command(command)]
    room = LINES - len(head) - len(claims) - len(tail) - 3
    columns = [column for question in questions for column in question.columns(results)]
    table = strategies(run.strategies, columns, common, room)
    lines = [*head, "", *claims, "", *table, *([""] if table else []), *tail]
    return words.ascii_text("\n".join(line.rstrip() for line in lines) + "\n")

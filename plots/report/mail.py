# SPDX-License-Identifier: MIT
"""report/review.txt: the answer for a mail to a kernel list. Plain ASCII, 72 columns, at most 60 lines; review-full.txt has the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plots.claims import lines as said
from plots.claims.judge import Judged
from plots.drawing import words
from plots.drawing.layout import NAME, WIDTH, command, fill, wrap
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
    lines = fill(words.whole(legend(columns, ", ".join(common))))
    lines.append(f"{'':<{NAME}}" + "".join(f"{column.heading:>{column.width}}" for column in columns))
    rows = [f"{name:<{NAME}.{NAME}}" + "".join(f"{column.cells.get(name, '-'):>{column.width}}" for column in columns) for name in shown]
    left = room - len(lines)
    if len(rows) <= left:
        return lines + rows
    return lines + rows[: left - 1] + [f"{len(rows) - left + 1} more are in review-full.txt."]


def tail(wrong: Sequence[str], conditions: Sequence[str], commands: Sequence[str]) -> list[str]:
    """What is wrong, where it was measured, what cannot be concluded, and what repeats it."""
    lines = [line for text in wrong for line in wrap(text, "! ", "  ")]
    lines += [line for text in conditions for line in fill(text)]
    lines += fill(f"Cannot be concluded: {brief.LIMITS}")
    return lines + [line for one in commands for line in command(one)]


def text(title: str, judged: Sequence[Judged], table: Callable[[int], list[str]], end: Sequence[str]) -> str:
    """The whole mail. `table` makes the table of strategies of at most so many lines; it can be empty."""
    head = [words.ascii_text(title)[:WIDTH], *fill(said.QUESTION)]
    for sentence in said.answer(judged):
        head += wrap(sentence, "* ", "  ")
    claims = _claims(judged, said.usual(judged))
    if any(one.verdict != "not measured" for one in judged):
        claims = [*fill(said.legend(said.usual(judged))), *claims]
    shown = table(LINES - len(head) - len(claims) - len(end) - 3)
    lines = [*head, "", *claims, "", *shown, *([""] if shown else []), *end]
    return words.ascii_text("\n".join(line.rstrip() for line in lines) + "\n")


def review(results: Results, questions: Sequence[Question], judged: Sequence[Judged]) -> str:
    """The mail of one run."""
    run, common = results.run, said.usual(judged)
    columns = [column for question in questions for column in question.columns(results)]
    end = tail(brief.wrong(results, questions), brief.conditions(results), brief.commands(run))
    return text(f"tfmbench: {run.matrix} ({run.name})", judged, lambda room: strategies(run.strategies, columns, common, room), end)

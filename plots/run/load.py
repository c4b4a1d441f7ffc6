# SPDX-License-Identifier: MIT
"""Reads a run folder: run.json and all rounds that belong to it. No file is skipped silently."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from plots.run.axes import Axes
from plots.run.files import BadInput, read_json
from plots.run.model import MAINLINE, Addition, Asked, Block, Lines, LinesOfCode, NotRun, Precision, Run
from plots.run.rounds import Cell, Pass, Round


def _time(text: str) -> datetime:
    """UTC. ValueError if there is no such time."""
    return datetime.fromisoformat(text.removesuffix("Z"))


def _axes(path: Path, data: dict[str, Any]) -> Axes:
    try:
        return Axes(data)
    except ValueError as error:
        raise BadInput(f"{path}: axes: {error}") from None


def _left_out(path: Path, block: dict[str, Any], matrix: dict[str, Any]) -> dict[str, str]:
    """The strategies of the matrix that a block leaves out, each with the reason. Older files leave out none."""
    reasons = {out["strategy"]: out["reason"] for out in block.get("left_out", [])}
    unknown = sorted(set(reasons) - set(matrix["strategies"]))
    if unknown or matrix["baseline"] in reasons:
        name = unknown[0] if unknown else matrix["baseline"]
        why = "is not among matrix.strategies" if unknown else "is the baseline, which every block has"
        raise BadInput(f"{path}: matrix.blocks: left_out of '{block['id']}': '{name}' {why}")
    return reasons


def _lines_of_code(data: dict[str, Any] | None) -> LinesOfCode | None:
    def of(entries: dict[str, dict[str, int]]) -> dict[str, Lines]:
        return {name: Lines(lines["own"], lines["shared"]) for name, lines in entries.items()}

    return LinesOfCode(of(data["strategies"]), of(data["protocols"])) if data else None


def _belongs(path: Path, found: dict[str, Any], matrix: dict[str, Any], blocks: dict[str, Block]) -> None:
    """BadInput unless it is a round of one of these blocks, against the same baseline."""
    block, baseline = found["block_id"], matrix["baseline"]
    if block not in blocks or found["baseline"] != baseline:
        raise BadInput(f"{path}: not of this run: block '{block}' with baseline '{found['baseline']}' is not in run.json")
    if _axes(path, found["axes"]) != blocks[block].axes:
        raise BadInput(f"{path}: axes differ from those of block '{block}' in run.json")
    names = [cell["name"] for cell in found["cells"]]
    if len(set(names)) < len(names):
        raise BadInput(f"{path}: cells: a name appears twice")
    if baseline not in names:
        raise BadInput(f"{path}: cells: the baseline '{baseline}' is missing")


def _of_this_machine(path: Path, found: dict[str, Any], run: dict[str, Any]) -> None:
    """BadInput unless it was measured on the run's kind of machine, by its revision and its build. Older files do not say."""
    machine, origin = run["machine"], found.get("origin")
    if "kind" not in machine and origin is None:
        return
    for name, there, here in (
        ("kind of machine", origin and origin["kind"], machine.get("kind")),
        ("git revision", origin and origin["revision"], run["git"]["revision"]),
        ("build", origin and origin.get("build"), run["build"].get("hash")),
    ):
        if there != here:
            raise BadInput(f"{path}: its {name} is {there or 'not known'}, that of run.json is {here or 'not known'}")


def _sitting(number: int, matrix: dict[str, Any]) -> int:
    """The sitting of a round, both counted from 0, as sitting_of() in bench/driver/sittings.cpp has it."""
    if "sitting_begins" in matrix:
        return bisect_right(matrix["sitting_begins"], number) - 1
    if "precision" in matrix:
        return 0
    return number * int(matrix.get("sittings", 1)) // int(matrix["rounds"])


def _precision(path: Path, data: dict[str, Any] | None) -> Precision | None:
    if data is None:
        return None
    looks = tuple(data["looks"])
    if list(looks) != sorted(set(looks)):
        raise BadInput(f"{path}: matrix.precision.looks: {list(looks)} do not rise")
    return Precision(data["percent"], data["max_time_seconds"], looks)


def _most_rounds(matrix: dict[str, Any], block: Block, kind: str) -> int:
    if "precision" in matrix and kind == "timed" and not block.axes.open_loop:
        return int(matrix["precision"]["looks"][-1])
    return int(matrix["rounds"])


def _whole(path: Path, found: dict[str, Any], most: int, wanted: set[str]) -> None:
    """BadInput unless its number is one of the `most` rounds of its block and it has exactly the wanted cells."""
    if found["round"] >= most:
        raise BadInput(f"{path}: round {found['round']}: the matrix has {most} rounds, counted from 0")
    named = {cell["name"] for cell in found["cells"]}
    if named != wanted:
        missing, more = (", ".join(sorted(names)) or "none" for names in (wanted - named, named - wanted))
        raise BadInput(f"{path}: cells: not the matrix's strategies and A/A copies (missing: {missing}; unexpected: {more})")


class _Rounds:
    """Collects the rounds of a run while their files are read."""

    def __init__(self, run: dict[str, Any], blocks: dict[str, Block], passes: Iterable[Pass]) -> None:
        self._run, self._matrix, self._blocks = run, run["matrix"], blocks
        self._passes = {one.name: one for one in passes}
        self._seen: dict[tuple[str, int | str], Path] = {}
        self.of: dict[str, list[tuple[int, Round[Cell]]]] = {block: [] for block in blocks}

    def has(self, block: str, kind: str, number: int | None) -> bool:
        """Whether the round was read. `number` is None for a pass with one round of each block."""
        return (block, kind if number is None else number) in self._seen

    def add(self, path: Path) -> None:
        matrix, found = self._matrix, read_json(path, "round")
        kind = self._passes.get(found["kind"])
        if kind is None:
            raise BadInput(f"{path}: kind '{found['kind']}' is not one of {', '.join(self._passes)}")
        _belongs(path, found, matrix, self._blocks)
        _of_this_machine(path, found, self._run)
        block = found["block_id"]
        before = self._seen.setdefault((block, kind.name if kind.once else found["round"]), path)
        if before is not path and kind.once:
            raise BadInput(f"{path}: a second {kind.name} round of block '{block}'; the first is {before.name}")
        if before is not path:
            raise BadInput(f"{path}: round {found['round']} of block '{block}' appears twice; the first is {before.name}")
        if not kind.once:
            copies = {f"{matrix['baseline']}#{2 + i}" for i in range(matrix["aa_copies"])} if kind.copies else set()
            most = _most_rounds(matrix, self._blocks[block], kind.name)
            _whole(path, found, most, set(matrix["strategies"]) - set(self._blocks[block].left_out) | copies)
        number = found.get("round", 0)
        try:
            read = replace(
                kind.read(path, found),
                start=_time(found["start"]) if "start" in found else None,
                host=found["origin"]["host"] if "origin" in found else None,
                sitting=_sitting(number, matrix),
            )
            self.of[block].append((number, read))
        except ValueError as error:
            raise BadInput(f"{path}: {error}") from None


def _second_baseline(path: Path, matrix: dict[str, Any]) -> str | None:
    """The one that the matrix names. Else MAINLINE, if it was measured and is not the baseline."""
    named: str | None = matrix.get("second_baseline")
    if named is None:
        return MAINLINE if MAINLINE in matrix["strategies"] and MAINLINE != matrix["baseline"] else None
    if named not in matrix["strategies"] or named == matrix["baseline"]:
        raise BadInput(f"{path}: matrix.second_baseline: '{named}' is not one of matrix.strategies, or is the baseline")
    return named


def _matrix(path: Path, matrix: dict[str, Any]) -> dict[str, Block]:
    """The matrix's blocks by id, still without rounds."""
    if matrix["baseline"] not in matrix["strategies"]:
        raise BadInput(f"{path}: matrix.baseline: '{matrix['baseline']}' is not among matrix.strategies")
    blocks = {
        block["id"]: Block(
            id=block["id"],
            passes=tuple(block["passes"]),
            axes=_axes(path, block["axes"]),
            left_out=_left_out(path, block, matrix),
            rounds=(),
        )
        for block in matrix["blocks"]
    }
    if len(blocks) < len(matrix["blocks"]):
        raise BadInput(f"{path}: matrix.blocks: an id appears twice")
    return blocks


def _asked(data: dict[str, Any] | None) -> Asked | None:
    return Asked(tuple(data["command_line"]), data["matrix_text"]) if data else None


def _additions(path: Path, data: list[dict[str, Any]]) -> tuple[Addition, ...]:
    try:
        return tuple(Addition(one.get("rounds_before"), _time(one["time"]), tuple(one["command_line"])) for one in data)
    except ValueError as error:
        raise BadInput(f"{path}: additions: {error}") from None


def _not_run(folder: Path, run: dict[str, Any], blocks: dict[str, Block], rounds: _Rounds) -> tuple[NotRun, ...]:
    """The notes of rounds that could not run. A round that ran later, in this folder or in a shard's, is left out."""
    found = []
    for path in sorted((folder / "not_run").glob("*.json")):
        note = read_json(path, "not_run")
        if note["block_id"] not in blocks:
            raise BadInput(f"{path}: not of this run: block '{note['block_id']}' is not in run.json")
        _of_this_machine(path, note, run)
        one = NotRun(note["block_id"], note["kind"], note.get("round"), note["reason"])
        if not rounds.has(one.block, one.kind, one.round):
            found.append(one)
    order = list(blocks)
    return tuple(sorted(found, key=lambda one: (order.index(one.block), one.kind, one.round or 0)))


def load_run(folder: Path, passes: Iterable[Pass]) -> Run:
    """The run in a folder, with its rounds of these passes. BadInput if anything is wrong."""
    run_path = folder / "run.json"
    if not run_path.exists():
        file_or_none = "a file, not the folder of a run" if folder.exists() else "no such folder"
        wrong = "not the folder of a run: no run.json in it" if folder.is_dir() else file_or_none
        raise BadInput(f"{folder}: {wrong}; a run's folder holds run.json and rounds/")
    data = read_json(run_path, "run")
    matrix = data["matrix"]
    blocks = _matrix(run_path, matrix)
    rounds = _Rounds(data, blocks, passes)
    for path in sorted((folder / "rounds").glob("*.json")):
        rounds.add(path)
    not_run = _not_run(folder, data, blocks, rounds)
    if not any(rounds.of.values()):
        why = f" ({not_run[0].kind} round of {not_run[0].block}: {not_run[0].reason})" if not_run else ""
        raise BadInput(f"{folder / 'rounds'}: no rounds; let `tfmbench run` finish at least one{why}")
    return Run(
        path=folder,
        name=data["run"],
        matrix=matrix["name"],
        baseline=matrix["baseline"],
        strategies=tuple(matrix["strategies"]),
        rounds=matrix["rounds"],
        precision=_precision(run_path, matrix.get("precision")),
        sittings=len(matrix["sitting_begins"]) if "sitting_begins" in matrix else matrix.get("sittings", 1),
        second_baseline=_second_baseline(run_path, matrix),
        margin_percent=matrix["margin_percent"],
        seed=data["seed"],
        pinned_cores=tuple(data["pinned_cores"]),
        git=data["git"],
        build=data["build"],
        libraries=data["libraries"],
        machine=data["machine"],
        warnings=tuple(data["warnings"]),
        lines_of_code=_lines_of_code(data.get("lines_of_code")),
        asked=_asked(data.get("asked")),
        additions=_additions(run_path, data.get("additions", [])),
        not_run=not_run,
        blocks=tuple(
            replace(block, rounds=tuple(r for _, r in sorted(rounds.of[block.id], key=lambda found: found[0])))
            for block in blocks.values()
        ),
    )

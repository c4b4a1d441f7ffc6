# SPDX-License-Identifier: MIT
"""Reads a run folder. Whatever is wrong with a file is said in one line that names it; nothing is skipped in silence."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import jsonschema

from plots.run.model import (
    OWNERS,
    Axes,
    Block,
    Charge,
    CountedCell,
    CountedRound,
    Counters,
    Histogram,
    Lines,
    LinesOfCode,
    Memory,
    Moment,
    Resident,
    Run,
    TimedCell,
    TimedRound,
)
from plots.in_flight import estimates as in_flight
from plots.in_flight.estimates import InFlightRound
from plots.pressure.estimates import PressureRound, cell_of

FORMAT = 1
SCHEMAS = Path(__file__).resolve().parents[2] / "results" / "schema"


class BadInput(Exception):
    """One line: what, where, what would be right."""


@functools.cache
def validator(name: str) -> Any:
    """A validator for results/schema/NAME.schema.json."""
    schemas: dict[str, Any] = {}
    for path in SCHEMAS.glob("*.schema.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        schemas[schema["$id"]] = schema
    schema = schemas[f"{name}.schema.json"]
    resolver = jsonschema.RefResolver(schema["$id"], schema, store=schemas)
    return jsonschema.Draft202012Validator(schema, resolver=resolver)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number that JSON has")


def read_json(path: Path, schema: str) -> dict[str, Any]:
    """One file, checked against its schema."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise BadInput(f"{path}: cannot be read: {reason}") from None
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        raise BadInput(f"{path}: truncated or not JSON: {error}") from None
    except RecursionError:
        raise BadInput(f"{path}: truncated or not JSON: nested too deep") from None
    if not isinstance(data, dict) or "format" not in data:
        raise BadInput(f"{path}: not a tfmbench result (no key 'format')")
    if data["format"] != FORMAT or isinstance(data["format"], bool):
        raise BadInput(f"{path}: format {data['format']!r} is not known, this version reads format {FORMAT}")
    fault = jsonschema.exceptions.best_match(validator(schema).iter_errors(data))
    if fault:
        raise BadInput(f"{path}: {fault.json_path}: {_short(fault.message)} (results/schema/{schema}.schema.json)")
    return data


def _short(message: str, limit: int = 160) -> str:
    line = " ".join(message.split())
    return line if len(line) <= limit else f"{line[: limit // 2]} … {line[-limit // 2 :]}"


def _axes(path: Path, data: dict[str, Any]) -> Axes:
    try:
        return Axes.of(data)
    except TypeError as error:
        raise BadInput(f"{path}: axes: {error}") from None


def _counters(cell: dict[str, Any]) -> Counters:
    return Counters(**{name: cell[name] for name in Counters.__dataclass_fields__})


def _histogram(data: dict[str, Any]) -> Histogram:
    return Histogram(**{name: data[name] for name in Histogram.__dataclass_fields__})


def _timed_cell(cell: dict[str, Any]) -> TimedCell:
    latency = cell["latency"]
    return TimedCell(
        name=cell["name"],
        strategy=cell["strategy"],
        aa=cell["aa"],
        turn_ns_per_packet=tuple(cell["turn_ns_per_packet"]),
        batches=cell["batches"],
        batches_disturbed=cell["batches_disturbed"],
        rss_bytes=cell["rss_bytes"],
        latency={kind: _histogram(latency[kind]) for kind in ("response", "service", "lateness")} if latency else None,
        open_loop_turns=latency["turns"] if latency else 0,
        open_loop_turns_disturbed=latency["turns_disturbed"] if latency else 0,
        counters=_counters(cell),
    )


def _charge(data: dict[str, Any]) -> Charge:
    return Charge(data["bytes"], data.get("rounded_bytes"), data.get("blocks"))


def _moment(data: dict[str, Any]) -> Moment:
    return Moment(_charge(data["total"]), {owner: _charge(data[owner]) for owner in OWNERS if owner in data})


def _resident(data: dict[str, Any]) -> Resident:
    return Resident(**{name: data[name] for name in Resident.__dataclass_fields__})


def _memory(data: dict[str, Any]) -> Memory:
    left, resident = data.get("left"), data.get("resident")
    return Memory(
        sockets_half=data["sockets_half"],
        sockets=data["sockets"],
        sockets_open=data.get("sockets_open", data["sockets"]),
        open_error=data.get("open_error"),
        idle=_moment(data["idle"]),
        half=_moment(data["half"]),
        open=_moment(data["open"]),
        peak=_moment(data["peak"]),
        left=_moment(left) if left else None,
        resident={moment: _resident(resident[moment]) for moment in ("before", "open", "closed")} if resident else None,
    )


def _counted_cell(cell: dict[str, Any]) -> CountedCell:
    fast_path = cell["fast_path"]
    return CountedCell(
        name=cell["name"],
        strategy=cell["strategy"],
        aa=cell["aa"],
        memory=_memory(cell["memory"]),
        allocations_per_packet=fast_path["allocations"] / fast_path["packets"] if fast_path["packets"] else None,
        skb_headroom_bytes=cell["memory"].get("skb_headroom_bytes"),
        counters=_counters(cell),
    )


def _belongs(path: Path, data: dict[str, Any], matrix: dict[str, Any], wanted: set[str]) -> None:
    """BadInput unless it is one of the matrix's rounds and holds the cells it should."""
    if data["round"] >= matrix["rounds"]:
        raise BadInput(f"{path}: round {data['round']} is none of the matrix's {matrix['rounds']}, which count from 0")
    named = {cell["name"] for cell in data["cells"]}
    if named != wanted:
        missing, foreign = (", ".join(sorted(names)) or "none" for names in (wanted - named, named - wanted))
        raise BadInput(f"{path}: cells: not the matrix's strategies and A/A copies (missing: {missing}; foreign: {foreign})")


def _watched(path: Path, data: dict[str, Any]) -> dict[str, Any]:
    """What every round says of its process and machine."""
    machine = {name: data["machine"][name] for name in ("steal_percent", "involuntary_switches", "migrations", "pinned")}
    return {"path": path, "round": data["round"], "stamp_ns": data["stamp_ns"], **machine}


def _timed_round(path: Path, data: dict[str, Any], matrix: dict[str, Any], strategies: set[str]) -> TimedRound:
    _belongs(path, data, matrix, strategies | {f"{matrix['baseline']}#{2 + i}" for i in range(matrix["aa_copies"])})
    cells = tuple(_timed_cell(cell) for cell in data["cells"])
    laps = {len(cell.turn_ns_per_packet) for cell in cells}
    if len(laps) > 1:
        raise BadInput(f"{path}: cells have {sorted(laps)} turns, every cell of a round must have as many")
    return TimedRound(**_watched(path, data), cells=cells, offered_pps=data["offered_pps"])


def _pressure_round(path: Path, data: dict[str, Any], matrix: dict[str, Any], strategies: set[str]) -> PressureRound:
    _belongs(path, data, matrix, strategies)
    try:
        cells = tuple(cell_of(cell, _counters(cell)) for cell in data["cells"])
    except ValueError as error:
        raise BadInput(f"{path}: cells: {error}") from None
    return PressureRound(**_watched(path, data), cells=cells)


def _in_flight_round(path: Path, data: dict[str, Any], matrix: dict[str, Any], strategies: set[str]) -> InFlightRound:
    _belongs(path, data, matrix, strategies)
    return InFlightRound(**_watched(path, data), cells=tuple(in_flight.cell_of(cell, _counters(cell)) for cell in data["cells"]))


def _left_out(path: Path, block: dict[str, Any], matrix: dict[str, Any]) -> dict[str, str]:
    """Which of the matrix's strategies a block does without (none in older files), and why."""
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


def load_run(folder: Path) -> Run:
    """The run in a folder, or BadInput."""
    run_path = folder / "run.json"
    if not run_path.exists():
        file_or_none = "a file, not the folder of a run" if folder.exists() else "no such folder"
        wrong = "not the folder of a run: no run.json in it" if folder.is_dir() else file_or_none
        raise BadInput(f"{folder}: {wrong}; a run's folder holds run.json and rounds/")
    data = read_json(run_path, "run")
    matrix = data["matrix"]
    if matrix["baseline"] not in matrix["strategies"]:
        raise BadInput(f"{run_path}: matrix.baseline: '{matrix['baseline']}' is not among matrix.strategies")
    asked = {block["id"]: _axes(run_path, block["axes"]) for block in matrix["blocks"]}
    if len(asked) < len(matrix["blocks"]):
        raise BadInput(f"{run_path}: matrix.blocks: an id is there twice")
    left_out = {block["id"]: _left_out(run_path, block, matrix) for block in matrix["blocks"]}
    timed: dict[str, list[TimedRound]] = {}
    pressure: dict[str, list[PressureRound]] = {}
    flights: dict[str, list[InFlightRound]] = {}
    rounds_of: dict[str, dict[int, Path]] = {}
    counted: dict[str, CountedRound] = {}
    for path in sorted((folder / "rounds").glob("*.json")):
        found = read_json(path, "round")
        block = found["block_id"]
        if block not in asked or found["baseline"] != matrix["baseline"]:
            raise BadInput(f"{path}: not of this run: block '{block}' against '{found['baseline']}' is not in run.json")
        if _axes(path, found["axes"]) != asked[block]:
            raise BadInput(f"{path}: axes differ from those of block '{block}' in run.json")
        names = [cell["name"] for cell in found["cells"]]
        if len(set(names)) < len(names):
            raise BadInput(f"{path}: cells: a name is there twice")
        if matrix["baseline"] not in names:
            raise BadInput(f"{path}: cells: the baseline '{matrix['baseline']}' is missing")
        if found["kind"] == "counted":
            if block in counted:
                raise BadInput(f"{path}: a second counted round of block '{block}', beside {counted[block].path.name}")
            counted[block] = CountedRound(path, tuple(_counted_cell(cell) for cell in found["cells"]))
            continue
        numbers = rounds_of.setdefault(block, {})
        if found["round"] in numbers:
            raise BadInput(
                f"{path}: round {found['round']} of block '{block}' is there twice, beside {numbers[found['round']].name}"
            )
        numbers[found["round"]] = path
        strategies = set(matrix["strategies"]) - set(left_out[block])
        if found["kind"] == "pressure":
            pressure.setdefault(block, []).append(_pressure_round(path, found, matrix, strategies))
        elif found["kind"] == "in_flight":
            flights.setdefault(block, []).append(_in_flight_round(path, found, matrix, strategies))
        else:
            timed.setdefault(block, []).append(_timed_round(path, found, matrix, strategies))
    if not timed and not counted and not pressure and not flights:
        raise BadInput(f"{folder / 'rounds'}: no rounds; let `tfmbench run` finish at least one")
    return Run(
        path=folder,
        name=data["run"],
        matrix=matrix["name"],
        baseline=matrix["baseline"],
        strategies=tuple(matrix["strategies"]),
        rounds=matrix["rounds"],
        margin_percent=matrix["margin_percent"],
        seed=data["seed"],
        pinned_cores=tuple(data["pinned_cores"]),
        git=data["git"],
        build=data["build"],
        libraries=data["libraries"],
        machine=data["machine"],
        warnings=tuple(data["warnings"]),
        lines_of_code=_lines_of_code(data.get("lines_of_code")),
        blocks=tuple(
            Block(
                id=block["id"],
                passes=tuple(block["passes"]),
                axes=asked[block["id"]],
                left_out=left_out[block["id"]],
                timed=tuple(sorted(timed.get(block["id"], []), key=lambda r: r.round)),
                counted=counted.get(block["id"]),
                pressure=tuple(sorted(pressure.get(block["id"], []), key=lambda r: r.round)),
                in_flight=tuple(sorted(flights.get(block["id"], []), key=lambda r: r.round)),
            )
            for block in matrix["blocks"]
        ),
    )

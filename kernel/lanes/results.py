# SPDX-License-Identifier: MIT
"""A lane's files, DIR/LANE/run.json and DIR/LANE/rounds/: the lane as a whole, or nothing of it."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel.lanes.errors import Refused
from kernel.lanes.names import in_file_name

FORMAT = 2


@dataclass(frozen=True)
class Measured:
    """What a lane found. `lane`, `format` and `kind` are added when it is written."""

    kernels: list[dict[str, Any]]
    rounds: list[dict[str, Any]]
    tools: dict[str, str | None]
    table: str
    """For the user, printed at the end."""


def utc(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def cell_names(name: str) -> dict[str, str]:
    strategy, _, form = name.partition("/")
    return {"name": name, "strategy": strategy, "form": form}


def check_free(out: Path, lane: str) -> None:
    """Before anything is measured: nothing is overwritten, and DIR can be written."""
    if (out / lane).exists():
        raise Refused(f"{out / lane} is there already: choose another --out")
    place = out
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise Refused(f"{place} is not a folder: choose another --out")
    if not os.access(place, os.W_OK | os.X_OK):
        raise Refused(f"{place} cannot be written: choose another --out")


def round_name(body: dict[str, Any]) -> str:
    if "block_id" in body:
        return f"{body['block_id']}.r{body['round']:02}.json"
    return f"{body['kernel']}.{in_file_name(body['algorithm'])}.r{body['round']:02}.json"


def write(out: Path, lane: str, run: dict[str, Any], rounds: Sequence[dict[str, Any]]) -> Path:
    """Fills a folder beside the lane's and renames it. A folder DIR that was made for it goes if that fails."""
    head = {"format": FORMAT, "kind": "kernel", "lane": lane}
    files = {"run.json": {**head, **run}}
    for body in rounds:
        name = f"rounds/{round_name(body)}"
        if name in files:
            raise Refused(f"two rounds are named {name}: this is a fault of tfmbench kernel")
        files[name] = {**head, **body}
    made = [path for path in (out, *out.parents) if not path.exists()]
    part = out / f".{lane}.{os.getpid()}.tmp"
    try:
        (part / "rounds").mkdir(parents=True)
        for name, body in files.items():
            _write(part / name, body)
        for folder in (part / "rounds", part):
            _sync(folder)
        part.rename(out / lane)
        _sync(out)
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        for path in made:
            try:
                path.rmdir()
            except OSError:
                break
        if isinstance(error, OSError):
            raise Refused(f"{out / lane} cannot be written: {error.strerror}") from error
        raise
    return out / lane


def text_of(body: dict[str, Any]) -> str:
    """JSON with a line for each value, and for each item of a list: a round has hundreds of cells."""

    def value(item: object) -> str:
        if isinstance(item, list) and item and isinstance(item[0], dict):
            return "[\n  " + ",\n  ".join(json.dumps(one, allow_nan=False) for one in item) + "\n ]"
        return json.dumps(item, allow_nan=False)

    return "{\n" + ",\n".join(f" {json.dumps(name)}: {value(item)}" for name, item in body.items()) + "\n}\n"


def _write(path: Path, body: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text_of(body))
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)

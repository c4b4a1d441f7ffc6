# SPDX-License-Identifier: MIT
"""What `tfmbench count` hands over: the blocks to count, each with the program that runs its packets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel.lanes.errors import Refused


@dataclass(frozen=True)
class Block:
    """One block, its round's program, and what that is asked."""

    program: Path
    id: str
    axes: dict[str, Any]
    strategies: tuple[str, ...]
    request: str


@dataclass(frozen=True)
class Plan:
    command_line: tuple[str, ...]
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...]


def _block(program: Path, request: dict[str, Any]) -> Block:
    return Block(program, request["block_id"], request["block"], tuple(request["strategies"]), json.dumps(request))


def parse(text: str) -> Plan:
    try:
        value = json.loads(text)
        blocks = tuple(_block(Path(one["program"]), one["request"]) for one in value["blocks"])
        return Plan(tuple(value["command_line"]), blocks, tuple(value["warnings"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("standard input holds no plan: `tfmbench count` starts this") from error

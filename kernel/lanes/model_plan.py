# SPDX-License-Identifier: MIT
"""What `tfmbench count` hands over: the blocks to count, and the program that runs their packets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel.lanes.errors import Refused


@dataclass(frozen=True)
class Block:
    """One block, and what its round's program is asked."""

    id: str
    axes: dict[str, Any]
    strategies: tuple[str, ...]
    request: str


@dataclass(frozen=True)
class Plan:
    program: Path
    command_line: tuple[str, ...]
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...]


def parse(text: str) -> Plan:
    try:
        value = json.loads(text)
        blocks = tuple(
            Block(request["block_id"], request["block"], tuple(request["strategies"]), json.dumps(request)) for request in value["requests"]
        )
        return Plan(Path(value["program"]), tuple(value["command_line"]), blocks, tuple(value["warnings"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("standard input holds no plan: `tfmbench count` starts this") from error

# SPDX-License-Identifier: MIT
"""A block's axes. results/schema/axes.schema.json lists them, in order, each with its default, and with what an older file
means if that is something else (`x-before`).

A new axis in the schema needs no edit here: it distinguishes blocks, forms families, and appears in the summary and, as
name and value, in texts (plots/drawing/conditions.py). Only axes that code acts on are named below.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

SCHEMAS = Path(__file__).resolve().parents[2] / "results" / "schema"

TRAFFICS = ("keepalive", "bgp_update", "imix", "mtu")
"""In order of size."""

_PROPERTIES: dict[str, Any] = json.loads((SCHEMAS / "axes.schema.json").read_text(encoding="utf-8"))["properties"]

_Self = TypeVar("_Self", bound="_Values")


class _Values:
    """Named values, immutable, in the order of a schema's properties; equal and hashed by value."""

    _properties: dict[str, Any]

    def __init__(self, values: Mapping[str, Any]) -> None:
        """From a file's keys. A missing key has the schema's `x-before`, or its default.

        ValueError for an unknown key, since it could distinguish cells, and for a missing key without a default.
        """
        unknown = sorted(set(values) - set(self._properties))
        if unknown:
            raise ValueError(f"'{unknown[0]}' is not in results/schema/axes.schema.json")
        for name, said in self._properties.items():
            if name not in values and "default" not in said:
                raise ValueError(f"'{name}' is missing")
            self.__dict__[name] = values[name] if name in values else said.get("x-before", said["default"])

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name}: axes are immutable; but() makes a changed copy")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.__dict__})"

    def but(self: _Self, **changes: Any) -> _Self:
        """A copy with these values changed."""
        return type(self)({**self.__dict__, **changes})

    def plain(self) -> dict[str, Any]:
        """The values as a file has them."""
        return {name: value.plain() if isinstance(value, _Values) else value for name, value in self.__dict__.items()}


class Faults(_Values):
    """failslab's parameters; `seed`, `kth` and `gfp` are ours."""

    _properties = _PROPERTIES["faults"]["properties"]
    probability: float
    interval: int
    times: int
    seed: int
    space: int
    kth: int
    gfp: str


class Axes(_Values):
    """A value for every axis except the strategy."""

    _properties = _PROPERTIES
    workload: str
    algorithm: str
    provider: str
    api: str
    spectre_v2: str
    allocator: str
    sockets: int
    cpus: int
    possible_cpus: int
    cache: str
    load: str
    ip: str
    options: str
    choice: str
    flow_run: int
    tx: str
    key: str
    forged_percent: float
    churn_percent: float
    algorithms: int
    scratch: str
    heap: str
    page_size: str
    pages: int
    ring: int
    in_flight: int
    engine_ns: int
    openssl: str
    faults: Faults | None

    def __init__(self, values: Mapping[str, Any]) -> None:
        faults = values.get("faults")
        super().__init__({**values, "faults": Faults(faults) if isinstance(faults, dict) else faults})

    @property
    def protocol(self) -> str:
        return self.workload.split("/")[0]

    @property
    def traffic(self) -> str:
        return self.workload.split("/")[1]

    @property
    def probability(self) -> float:
        return self.faults.probability if self.faults else 0.0

    @property
    def open_loop(self) -> bool:
        return self.load != "closed"


def names() -> list[str]:
    """The names of all axes, in the schema's order."""
    return list(_PROPERTIES)


def value(axes: Axes, name: str) -> Any:
    """The value of an axis that is not named above, by its name."""
    return axes.__dict__[name]


def usual(name: str) -> Any:
    """An axis's default. None if that is null, or if the schema has no default: then a matrix must give a value."""
    return _PROPERTIES[name].get("default")

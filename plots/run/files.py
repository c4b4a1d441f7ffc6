# SPDX-License-Identifier: MIT
"""Reads one file of a run. An error is one line that names the file."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import jsonschema

from plots.run.axes import SCHEMAS
from plots.run.schemas import Accepts, Schemas, UnknownKeyword

FORMATS = (1, 2)
"""Format 1 has no axis `page_size`, and means base pages."""


class BadInput(Exception):
    """One line: what is wrong, where, and what would be right."""


@functools.cache
def _store() -> dict[str, Any]:
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("*.schema.json")}


@functools.cache
def validator(name: str) -> Any:
    """A validator for results/schema/NAME.schema.json, cached, since making it takes longer than using it."""
    store, file = _store(), f"{name}.schema.json"
    return jsonschema.Draft202012Validator(store[file], resolver=jsonschema.RefResolver(file, store[file], store=store))


@functools.cache
def quick(name: str) -> Accepts:
    """A fast check. True: the value fits the schema. False: only the validator can say."""
    try:
        return Schemas(_store()).accepts(f"{name}.schema.json")
    except UnknownKeyword:
        return lambda value: False


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a number in JSON")


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
    if data["format"] not in FORMATS or isinstance(data["format"], bool):
        known = " and ".join(map(str, FORMATS))
        raise BadInput(f"{path}: format {data['format']!r} is not known, this version reads formats {known}")
    fault = None if quick(schema)(data) else jsonschema.exceptions.best_match(validator(schema).iter_errors(data))
    if fault:
        raise BadInput(f"{path}: {fault.json_path}: {_short(fault.message)} (results/schema/{schema}.schema.json)")
    return data


def _short(message: str, limit: int = 160) -> str:
    line = " ".join(message.split())
    return line if len(line) <= limit else f"{line[: limit // 2]} … {line[-limit // 2 :]}"

# SPDX-License-Identifier: MIT
"""Whether a value fits a schema: a quick yes, and no word on why it does not.

jsonschema walks a file value by value, which takes seconds for a run's thousands of numbers. This turns a schema into one
function, for the keywords that ours have. It says yes only to what jsonschema accepts; of the rest jsonschema decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Fits = Callable[[Any], bool]

_SILENT = {"$schema", "$id", "$comment", "$defs", "title", "description", "default"}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,), "null": (type(None),), "integer": (int,),
    "number": (int, float),
}  # fmt: skip


class UnknownKeyword(Exception):
    """The schema has one that is not known here."""


def _all(of: list[Fits]) -> Fits:
    return of[0] if len(of) == 1 else lambda value: all(fits(value) for fits in of)


def _type(names: str | list[str]) -> Fits:
    types = {one for name in ([names] if isinstance(names, str) else names) for one in _TYPES[name]}
    return lambda value: type(value) in types


def _number(fits: Fits) -> Fits:
    return lambda value: type(value) not in (int, float) or fits(value)


def _properties(of: dict[str, Fits]) -> Fits:
    return lambda value: type(value) is not dict or all(fits(value[name]) for name, fits in of.items() if name in value)


def _required_with(of: dict[str, list[str]]) -> Fits:
    return lambda value: type(value) is not dict or all(name not in value or all(n in value for n in need) for name, need in of.items())


def _others(named: set[str], fits: Fits) -> Fits:
    return lambda value: type(value) is not dict or all(fits(value[name]) for name in value if name not in named)


class Schemas:
    """Functions for the schemas of a folder, by file name."""

    def __init__(self, store: dict[str, Any]) -> None:
        self._store = store

    def fits(self, file: str, schema: Any = None) -> Fits:
        """UnknownKeyword if it, or one that it refers to, has one."""
        schema = self._store[file] if schema is None else schema
        if isinstance(schema, bool):
            always: bool = schema
            return lambda value: always
        known = [self._keyword(file, schema, name) for name in schema if name not in _SILENT]
        return _all([fits for fits in known if fits]) if any(known) else lambda value: True

    def _reference(self, file: str, to: str) -> Fits:
        name, _, pointer = to.partition("#")
        schema = self._store[name or file]
        for key in pointer.split("/")[1:]:
            schema = schema[key]
        return self.fits(name or file, schema)

    def _keyword(self, file: str, schema: dict[str, Any], name: str) -> Fits | None:
        """One keyword's part; None where another's holds it."""
        said = schema[name]
        match name:
            case "type":
                return _type(said)
            case "const":
                return lambda value: type(value) is type(said) and value == said
            case "enum":
                return lambda value: any(type(value) is type(one) and value == one for one in said)
            case "minimum":
                return _number(lambda value: bool(value >= said))
            case "maximum":
                return _number(lambda value: bool(value <= said))
            case "exclusiveMinimum":
                return _number(lambda value: bool(value > said))
            case "minLength":
                return lambda value: type(value) is not str or len(value) >= said
            case "pattern":
                search = re.compile(said).search
                return lambda value: type(value) is not str or search(value) is not None
            case "minItems":
                return lambda value: type(value) is not list or len(value) >= said
            case "maxItems":
                return lambda value: type(value) is not list or len(value) <= said
            case "uniqueItems":
                return lambda value: type(value) is not list or len(set(map(repr, value))) == len(value)
            case "items":
                each = self.fits(file, said)
                return lambda value: type(value) is not list or all(map(each, value))
            case "required":
                return lambda value: type(value) is not dict or all(key in value for key in said)
            case "dependentRequired":
                return _required_with(said)
            case "properties":
                return _properties({key: self.fits(file, of) for key, of in said.items()})
            case "additionalProperties":
                return _others(set(schema.get("properties", {})), self.fits(file, said))
            case "$ref":
                return self._reference(file, said)
            case "allOf":
                return _all([self.fits(file, one) for one in said])
            case "anyOf":
                some = [self.fits(file, one) for one in said]
                return lambda value: any(fits(value) for fits in some)
            case "if":
                asked, then = self.fits(file, said), self.fits(file, schema["then"])
                return lambda value: not asked(value) or then(value)
            case "then" if "if" in schema:
                return None
        raise UnknownKeyword(name)

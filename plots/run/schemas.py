# SPDX-License-Identifier: MIT
"""A fast check whether a value fits a schema. It does not say why a value does not fit.

jsonschema walks a file value by value, which takes seconds for a run's thousands of numbers. This module turns a schema
into one function, for the keywords that our schemas use. The function accepts only what jsonschema accepts. If it
refuses, jsonschema decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Accepts = Callable[[Any], bool]

_SILENT = {"$schema", "$id", "$comment", "$defs", "title", "description", "default"}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,), "null": (type(None),), "integer": (int,),
    "number": (int, float),
}  # fmt: skip


class UnknownKeyword(Exception):
    """The schema has a keyword that this module does not know."""


def _all(of: list[Accepts]) -> Accepts:
    return of[0] if len(of) == 1 else lambda value: all(accepts(value) for accepts in of)


def _type(names: str | list[str]) -> Accepts:
    types = {one for name in ([names] if isinstance(names, str) else names) for one in _TYPES[name]}
    return lambda value: type(value) in types


def _number(accepts: Accepts) -> Accepts:
    return lambda value: type(value) not in (int, float) or accepts(value)


def _properties(of: dict[str, Accepts]) -> Accepts:
    return lambda value: type(value) is not dict or all(accepts(value[name]) for name, accepts in of.items() if name in value)


def _required_with(of: dict[str, list[str]]) -> Accepts:
    return lambda value: type(value) is not dict or all(name not in value or all(n in value for n in need) for name, need in of.items())


def _others(named: set[str], accepts: Accepts) -> Accepts:
    return lambda value: type(value) is not dict or all(accepts(value[name]) for name in value if name not in named)


class Schemas:
    """Functions for the schemas of a folder, by file name."""

    def __init__(self, store: dict[str, Any]) -> None:
        self._store = store

    def accepts(self, file: str, schema: Any = None) -> Accepts:
        """A function that checks a value. UnknownKeyword if the schema, or one that it refers to, has an unknown keyword."""
        schema = self._store[file] if schema is None else schema
        if isinstance(schema, bool):
            always: bool = schema
            return lambda value: always
        known = [self._keyword(file, schema, name) for name in schema if name not in _SILENT and not name.startswith("x-")]
        return _all([accepts for accepts in known if accepts]) if any(known) else lambda value: True

    def _reference(self, file: str, to: str) -> Accepts:
        name, _, pointer = to.partition("#")
        schema = self._store[name or file]
        for key in pointer.split("/")[1:]:
            schema = schema[key]
        return self.accepts(name or file, schema)

    def _keyword(self, file: str, schema: dict[str, Any], name: str) -> Accepts | None:
        """The check for one keyword. None if the check for another keyword includes it."""
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
                each = self.accepts(file, said)
                return lambda value: type(value) is not list or all(map(each, value))
            case "minProperties":
                return lambda value: type(value) is not dict or len(value) >= said
            case "required":
                return lambda value: type(value) is not dict or all(key in value for key in said)
            case "dependentRequired":
                return _required_with(said)
            case "properties":
                return _properties({key: self.accepts(file, of) for key, of in said.items()})
            case "additionalProperties":
                return _others(set(schema.get("properties", {})), self.accepts(file, said))
            case "$ref":
                return self._reference(file, said)
            case "allOf":
                return _all([self.accepts(file, one) for one in said])
            case "anyOf":
                some = [self.accepts(file, one) for one in said]
                return lambda value: any(accepts(value) for accepts in some)
            case "if":
                asked, then, other = (self.accepts(file, one) for one in (said, schema.get("then", True), schema.get("else", True)))
                return lambda value: then(value) if asked(value) else other(value)
            case "then" | "else" if "if" in schema:
                return None
        raise UnknownKeyword(name)

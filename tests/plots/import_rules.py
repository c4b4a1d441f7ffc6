# SPDX-License-Identifier: MIT
"""Which module of plots/ may import which; and how long the longest chain of imports is.

    import_rules.py SOURCE_DIR

Between folders and inside each of them there is an order, and an import leads down in it. Questions do not know each other.
An import inside a function, or for types alone, counts like any other; so do the questions that registry.py names. Exit 1
names what broke the rule, one line each.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

_BASE = ("run", "statistics", "drawing", "verdicts")

BELOW: dict[str, tuple[str, ...]] = {
    "run": (),
    "statistics": (),
    "drawing": ("run", "statistics"),
    "verdicts": ("run", "statistics", "drawing"),
    "registry": ("run", "verdicts"),
    "claims": _BASE,
    "compare": _BASE,
    "report": (*_BASE, "claims"),
    "cli": ("run", "registry", "compare", "report"),
    "__main__": ("cli",),
}
"""By folder, or module of plots/ itself, the other ones that it may import. All others are questions."""

OF_QUESTIONS = _BASE
"""What a question may import; registry.py imports them all."""

IN_QUESTIONS = (
    "rounds", "fits", "estimates", "pairs", "faults", "words", "tables", "figures", "text", "page", "compression", "claims",
    "summary", "question",
)  # fmt: skip
"""The order inside each question."""

ORDER: dict[str, tuple[str, ...]] = {
    "run": ("axes", "rounds", "schemas", "files", "model", "load"),
    "statistics": ("stats", "verdict"),
    "drawing": ("palette", "drawn", "words", "conditions", "layout", "labels", "style", "svg", "html"),
    "verdicts": ("timed", "counted", "results", "paired", "families", "words", "evidence", "question", "evaluate"),
    "claims": ("claims",),
    "compare": ("compare", "benchmark_json"),
    "report": ("words", "provenance", "figures", "summary", "table", "mail", "page", "write"),
}
"""By folder that is no question, its modules: each may import those before it. A folder in it stands for its modules."""

Graph = dict[str, set[str]]


def graph(root: Path) -> Graph:
    """Of each module of plots/, by its dotted name without `plots.`, those that it imports."""
    files = {_name(path.relative_to(root / "plots")): path for path in sorted((root / "plots").rglob("*.py"))}
    return {module: _imports(path, module, set(files)) for module, path in files.items()}


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, module: str, known: set[str]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name if name.removeprefix("plots.") in known else node.module for name in names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif module == "registry" and isinstance(node, ast.Constant):
            found.add(f"plots.{node.value}.question")
    return {name.removeprefix("plots.") for name in found if name.startswith("plots.")} & known - {module}


def longest_chain(imports: Graph) -> list[str]:
    """Of modules that import one another, none twice; RuntimeError names a circle."""
    done: dict[str, list[str]] = {}

    def chain(module: str, above: tuple[str, ...]) -> list[str]:
        if module in above:
            raise RuntimeError(f"a circle of imports: {' -> '.join([*above[above.index(module) :], module])}")
        if module not in done:
            below = [chain(used, (*above, module)) for used in sorted(imports[module])]
            done[module] = [module, *max(below, key=len, default=[])]
        return done[module]

    return max((chain(module, ()) for module in sorted(imports)), key=len)


def _wrong(module: str, used: str) -> str | None:
    """Why a module may not import another, or None."""
    folder, _, place = module.partition(".")
    other, _, below = used.partition(".")
    if other != folder:
        may = BELOW.get(folder, OF_QUESTIONS)
        named = folder == "registry" and other not in BELOW
        return None if other in may or named else f"{folder} may import {', '.join(may) or 'none'}"
    place, below = place.partition(".")[0], below.partition(".")[0]
    order = ORDER.get(folder, IN_QUESTIONS)
    if place not in order or below not in order:
        return f"{place if place not in order else below} has no place in the order of {folder}"
    return None if order.index(below) <= order.index(place) else f"in {folder}, {below} comes after {place}"


def violations(imports: Graph) -> list[str]:
    found = [
        f"plots.{module}: imports plots.{used}: {why}"
        for module, uses in imports.items()
        for used in sorted(uses)
        if (why := _wrong(module, used))
    ]
    try:
        longest_chain(imports)
    except RuntimeError as error:
        found.append(str(error))
    return found


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.exit("usage: import_rules.py SOURCE_DIR")
    imports = graph(Path(arguments[0]))
    if not imports:
        sys.exit(f"{arguments[0]}: no plots/; is SOURCE_DIR the repository's root?")
    broken = violations(imports)
    print("\n".join(broken) or f"all {len(imports)} modules of plots keep the rules")
    if not any("circle" in line for line in broken):
        chain = longest_chain(imports)
        print(f"the longest chain of imports has {len(chain)} modules: {' -> '.join(chain)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

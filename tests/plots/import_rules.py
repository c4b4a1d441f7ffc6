# SPDX-License-Identifier: MIT
"""Checks which module of plots/ imports which, and prints the longest chain of imports.

    import_rules.py SOURCE_DIR

There is an order between folders and inside each folder; a module can only import modules below it. Questions do not import
each other. An import inside a function, or only for types, counts like any other. So do the questions that registry.py
names. Exit 1: each violation is printed on one line. tests/kernel/import_rules.py checks that plots/ and kernel/ share no code.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

_BASE = ("run", "statistics", "drawing", "verdicts")

BELOW: dict[str, tuple[str, ...]] = {
    "output": (),
    "run": (),
    "statistics": (),
    "drawing": ("output", "run", "statistics"),
    "verdicts": ("run", "statistics", "drawing"),
    "registry": ("run", "verdicts"),
    "claims": _BASE,
    "compare": _BASE,
    "report": ("output", *_BASE, "claims"),
    "cli": ("output", "run", "drawing", "registry", "compare", "report"),
    "__main__": ("cli",),
}
"""For each folder, and each module of plots/ itself: what it can import. All other folders are questions."""

OF_QUESTIONS = _BASE
"""What a question can import. registry.py imports all questions."""

IN_QUESTIONS = (
    "rounds", "counterparts", "fits", "estimates", "gains", "pairs", "instructions", "counters", "faults", "words", "instruction_words",
    "tables", "own", "figures", "text", "page",
    "compression", "claims", "parts", "columns", "summary", "question",
)  # fmt: skip
"""The order inside each question."""

ORDER: dict[str, tuple[str, ...]] = {
    "run": ("axes", "rounds", "schemas", "files", "kernel", "model", "load_kernel", "load"),
    "statistics": ("stats", "heaps", "ranks", "resolving", "verdict", "looks"),
    "drawing": ("palette", "drawn", "words", "conditions", "layout", "labels", "style", "svg", "html"),
    "verdicts": (
        "timed", "counted", "pages", "results", "stopping", "paired", "sittings", "families", "words", "evidence", "parts", "tally",
        "question", "evaluate",
    ),  # fmt: skip
    "claims": ("claims", "judge", "lines", "command", "together"),
    "compare": (
        "pairs", "conditions", "times", "counts", "compare", "gate", "text", "markdown", "as_json", "benchmark_json",
    ),  # fmt: skip
    "report": (
        "matplotlib_settings", "words", "provenance", "reproduce", "brief", "figures", "summary", "table", "mail", "markdown", "full",
        "page", "combined", "write",
    ),  # fmt: skip
}
"""The modules of each folder that is no question: a module can import those before it. A subfolder stands for its modules."""

Graph = dict[str, set[str]]


def graph(root: Path) -> Graph:
    """For each module of plots/, the modules that it imports; names are dotted, without `plots.`."""
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
    """The longest chain of modules, each imported by the one before. RuntimeError names a circle."""
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
    """The reason why a module must not import another, or None."""
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

# SPDX-License-Identifier: MIT
"""Checks that kernel/ shares no code with the rest, and which module of kernel/lanes imports which.

    import_rules.py SOURCE_DIR

kernel/lanes imports Python's standard library and itself; a module can only import modules before it. C files of kernel/ include no file of
the other folders. Neither plots/ nor bench/ nor the C++ folders use anything of kernel/. Exit 1: each violation is printed on one line.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ORDER = (
    "errors", "words", "names", "process", "cache", "progress", "session", "apt", "kernels", "strategies", "unpack", "build", "initrd", "log",
    "phases", "console", "qemu", "machine", "results", "cells", "table", "stock", "lane", "counted", "uml_source", "uml_build", "uml",
    "uml_ready", "native_table", "native", "sockets_log", "sockets_table", "sockets",
    "running", "host", "registry", "listing", "command", "cli", "__main__", "model_plan", "model_table", "model", "count",
)  # fmt: skip
"""The modules of kernel/lanes: each can import those before it."""

OTHERS = ("runtime", "strategies", "workloads", "bench", "plots")
_INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)


def imports(path: Path) -> list[str]:
    """The modules that a file imports, with their names in full."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found


def of_lanes(path: Path) -> list[str]:
    found = []
    for name in imports(path):
        head, *rest = name.split(".")
        if head == "kernel":
            used = rest[1] if len(rest) > 1 and rest[0] == "lanes" else ""
            if used not in ORDER or path.stem not in ORDER:
                found.append(f"{used if path.stem in ORDER else path.stem} has no place in ORDER")
            elif ORDER.index(used) >= ORDER.index(path.stem):
                found.append(f"imports {used}, which comes after it")
        elif head not in sys.stdlib_module_names:
            found.append(f"imports {name}: it may use the standard library and itself")
    return [f"kernel/lanes/{path.name}: {why}" for why in dict.fromkeys(found)]


def of_c(root: Path, path: Path) -> list[str]:
    heads = {include.split("/")[0]: include for include in _INCLUDE.findall(path.read_text(encoding="utf-8"))}
    return [f"{path.relative_to(root)}: includes {heads[other]}: kernel shares no code" for other in OTHERS if other in heads]


def of_others(root: Path, path: Path) -> list[str]:
    if path.suffix == ".py":
        used = any(name.split(".")[0] == "kernel" for name in imports(path))
    else:
        used = any(include.startswith("kernel/") for include in _INCLUDE.findall(path.read_text(encoding="utf-8")))
    return [f"{path.relative_to(root)}: uses kernel, which shares no code"] if used else []


def files(root: Path, *suffixes: str) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.suffix in suffixes)


def violations(root: Path) -> list[str]:
    found = [line for path in files(root / "kernel/lanes", ".py") if path.name != "__init__.py" for line in of_lanes(path)]
    found += [line for path in files(root / "kernel", ".c", ".h") for line in of_c(root, path)]
    return found + [line for other in OTHERS for path in files(root / other, ".py", ".hpp", ".cpp") for line in of_others(root, path)]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not (Path(arguments[0]) / "kernel/lanes").is_dir():
        sys.exit("usage: import_rules.py SOURCE_DIR")
    broken = violations(Path(arguments[0]))
    print("\n".join(broken) or "kernel shares no code")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-License-Identifier: MIT
"""Checks which folder may include which, and that each header compiles alone.

    include_rules.py SOURCE_DIR BUILD_DIR COMPILER [FLAG...]

Every include of a file of the repository has its path from the root ("runtime/gfp.hpp") and leads to
a folder that the including folder may use; within bench, to a lower one. Includes form no circle.
Then each header of runtime, strategies and workloads is compiled alone, from a copy that has only its
folder and the folders it may use. A header that its own .cpp includes first is already compiled alone
if BUILD_DIR compiles that .cpp, so it is skipped. Exit 1: rules are broken, one line for each case.
"""

from __future__ import annotations

import graphlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MAY_INCLUDE: dict[str, set[str]] = {
    "runtime": {"runtime"},
    "strategies": {"strategies", "runtime"},
    "workloads": {"workloads", "runtime"},
    "bench": {"bench", "strategies", "workloads", "runtime"},
}
# Within bench, from the bottom up. A folder may include itself and those of lower rows, never the
# others in its row. Some folders count as another: a block needs both bench and bench/axes.
SAME = {"bench/axes": "bench", "bench/driver/commands": "bench/driver"}
BENCH_ORDER: tuple[tuple[str, ...], ...] = (
    ("bench",),
    ("bench/machine",),
    ("bench/cell",),
    ("bench/turns",),
    ("bench/timed", "bench/counted", "bench/pressure", "bench/in_flight", "bench/marked"),
    ("bench/round", "bench/verify", "bench/micro"),
    ("bench/driver",),
)
GENERATED = {"git_revision.hpp"}  # by the build, into its own folder
STAND_ALONE = ("runtime", "strategies", "workloads")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def sources(root: Path, folder: str) -> list[Path]:
    found = sorted(p for p in (root / folder).rglob("*") if p.suffix in {".hpp", ".cpp"})
    if not found:
        sys.exit(f"{root / folder}: no sources; is SOURCE_DIR the repository's root?")
    return found


def violations(root: Path, folder: str) -> list[str]:
    out = []
    for path in sources(root, folder):
        for match in INCLUDE.finditer(path.read_text(encoding="utf-8")):
            quote, target = match.groups()
            head = target.split("/")[0]
            where = f"{path.relative_to(root)}: {match.group(0).strip()}"
            if quote == "<":
                if head in {*MAY_INCLUDE, "kernel", "tests"}:
                    out.append(f"{where}: files of the repository must stand in quotes")
            elif folder == "bench" and target in GENERATED:
                continue
            elif head not in MAY_INCLUDE[folder]:
                out.append(f"{where}: {folder} may include {', '.join(sorted(MAY_INCLUDE[folder]))}")
    return out


def bench_rank(file: str) -> tuple[int, str]:
    """The row and the folder of a file of bench."""
    folder = file.rsplit("/", 1)[0]
    folder = SAME.get(folder, folder)
    for rank, row in enumerate(BENCH_ORDER):
        if folder in row:
            return rank, folder
    sys.exit(f"{file}: its folder has no place in BENCH_ORDER of tests/include_rules.py")


def bench_violations(root: Path) -> list[str]:
    out = []
    for path in sources(root, "bench"):
        name = path.relative_to(root).as_posix()
        rank, folder = bench_rank(name)
        for _, target in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if not target.startswith("bench/"):
                continue
            other_rank, other = bench_rank(target)
            if other != folder and other_rank >= rank:
                lower = [f for row in BENCH_ORDER[:rank] for f in row]
                out.append(f"{name}: {target}: {folder} may include {', '.join(lower)}")
    return out


def circles(root: Path) -> list[str]:
    """One line if includes form a circle."""
    includes: dict[str, list[str]] = {}
    for folder in MAY_INCLUDE:
        for path in sources(root, folder):
            found = INCLUDE.findall(path.read_text(encoding="utf-8"))
            includes[path.relative_to(root).as_posix()] = [target for _, target in found]
    sorter = graphlib.TopologicalSorter(includes)
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        return [f"includes in a circle: {' <- '.join(error.args[1])}"]
    return []


def built_alone(root: Path, build: Path) -> set[Path]:
    """The headers that a .cpp of the same name includes first, if BUILD_DIR compiles that .cpp."""
    begun = set()
    for command in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        header = Path(command["file"]).with_suffix(".hpp")
        if not header.is_file() or not header.is_relative_to(root):
            continue
        first = INCLUDE.search(Path(command["file"]).read_text(encoding="utf-8"))
        guarded = re.match(r"(//.*\n)*#pragma once\n", header.read_text(encoding="utf-8"))
        if guarded and first and first[2] == header.relative_to(root).as_posix():
            begun.add(header.relative_to(root))
    return begun


def compile_alone(root: Path, header: Path, compiler: list[str]) -> list[str]:
    name = header.relative_to(root).as_posix()
    # Included twice: a header without an include guard fails.
    text = f'#include "{name}"\n' * 2
    command = [*compiler, "-std=c++20", f"-I{root}", "-fsyntax-only", "-x", "c++", "-"]
    # Run in the copy, because includes in quotes search the working directory first.
    run = subprocess.run(
        command, input=text, cwd=root, capture_output=True, text=True, check=False
    )
    if run.returncode == 0:
        return []
    first = next((line for line in run.stderr.splitlines() if "error" in line), run.stderr)
    return [f"{name}: does not compile alone: {first}"]


def stand_alone(root: Path, folder: str, built: set[Path], compiler: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for used in MAY_INCLUDE[folder]:
            shutil.copytree(root / used, copy / used)
        headers = [p for p in sources(copy, folder) if p.suffix == ".hpp" and p.relative_to(copy) not in built]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda h: compile_alone(copy, h, compiler), headers))
    return [line for result in results for line in result]


def main(arguments: list[str]) -> int:
    if len(arguments) < 3:
        sys.exit("usage: include_rules.py SOURCE_DIR BUILD_DIR COMPILER [FLAG...]")
    root, build, compiler = Path(arguments[0]), Path(arguments[1]), arguments[2:]
    broken = [line for folder in MAY_INCLUDE for line in violations(root, folder)]
    broken += bench_violations(root) + circles(root)
    built = built_alone(root, build)
    broken += [line for folder in STAND_ALONE for line in stand_alone(root, folder, built, compiler)]
    print("\n".join(broken) or "all includes keep the rules")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

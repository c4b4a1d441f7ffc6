# SPDX-License-Identifier: MIT
"""Compiles the strategy that README.md shows. Arguments: the source folder, the compiler, its flags."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path


def main(source: Path, compiler: list[str]) -> int:
    text = (source / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```cpp\n(// SPDX.*?)```", text, re.DOTALL)
    name = re.search(r"`(strategies/\w+\.hpp)`, with a class", text)
    if not found or not name:
        print("README.md shows no strategy: expected `strategies/NAME.hpp` and a ```cpp block that begins with SPDX")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        header = Path(folder) / name[1]
        header.parent.mkdir()
        header.write_text(found[1], encoding="utf-8")
        unit = Path(folder) / "unit.cpp"
        unit.write_text(f'#include "{name[1]}"\n', encoding="utf-8")
        command = [*compiler, "-std=c++20", "-fsyntax-only", f"-I{folder}", f"-I{source}", str(unit)]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))

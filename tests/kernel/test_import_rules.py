# SPDX-License-Identifier: MIT
"""The rules of kernel/ on folders that break them."""

from __future__ import annotations

from pathlib import Path

import import_rules
import pytest
from conftest import SOURCE


def test_the_repository_keeps_them() -> None:
    assert import_rules.violations(SOURCE) == []
    assert {path.stem for path in (SOURCE / "kernel/lanes").glob("*.py")} - {"__init__"} == set(import_rules.ORDER)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("kernel/lanes/log.py", "from plots.run import files", "kernel/lanes/log.py: imports plots.run.files: it may use the standard library"),
        ("kernel/lanes/log.py", "import numpy", "kernel/lanes/log.py: imports numpy: it may use the standard library"),
        ("kernel/lanes/log.py", "from kernel.lanes import cli", "kernel/lanes/log.py: imports cli, which comes after it"),
        ("kernel/lanes/log.py", "def f():\n  import kernel.lanes.cli", "kernel/lanes/log.py: imports cli, which comes after it"),
        ("kernel/lanes/odd.py", "import kernel.lanes.log", "kernel/lanes/odd.py: odd has no place in ORDER"),
        ("kernel/init/main.c", '#include "runtime/bytes.hpp"', "kernel/init/main.c: includes runtime/bytes.hpp: kernel shares no code"),
        ("kernel/module/main.c", "#include <bench/hash.hpp>", "kernel/module/main.c: includes bench/hash.hpp: kernel shares no code"),
        ("plots/run/files.py", "from kernel.lanes import names", "plots/run/files.py: uses kernel, which shares no code"),
        ("bench/peers/peers.py", "import kernel", "bench/peers/peers.py: uses kernel, which shares no code"),
        ("bench/hash.cpp", '#include "kernel/module/compat.h"', "bench/hash.cpp: uses kernel, which shares no code"),
    ],
)
def test_broken(tmp_path: Path, file: str, text: str, said: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(text)
    (line,) = import_rules.violations(tmp_path)
    assert line.startswith(said)


def test_what_may_be_used(tmp_path: Path) -> None:
    folder = tmp_path / "kernel/lanes"
    folder.mkdir(parents=True)
    (folder / "cli.py").write_text("import json\nfrom kernel.lanes import log\nfrom kernel.lanes.errors import Refused\n")
    (tmp_path / "kernel/module").mkdir()
    (tmp_path / "kernel/module/main.c").write_text('#include <crypto/hash.h>\n#include "compat.h"\n')
    assert import_rules.violations(tmp_path) == []

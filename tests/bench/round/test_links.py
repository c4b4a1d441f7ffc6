# SPDX-License-Identifier: MIT
"""The executable that times contains no accounting, as the symbols and the code of the two executables show.

TFMBENCH is the path of the driver; the executables are in the same folder.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

BUILD = Path(os.environ["TFMBENCH"]).resolve().parent
TIMING = BUILD / "tfmbench_round"
COUNTING = BUILD / "tfmbench_round_counted"
ACCOUNTING = re.compile(r"^tfm::(\(anonymous namespace\)::Counted|BlockTable|FaultInjector)::")


def output(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def symbols(binary: Path) -> set[str]:
    """The symbols of tfmbench's own code, demangled, without the compiler's suffixes."""
    lines = output("nm", "--demangle", "--defined-only", "--format=posix", binary).splitlines()
    names = (re.match(r"(tfm::.*?)(?: \[clone .*\])? [a-zA-Z] [0-9a-f]+", line) for line in lines)
    return {name[1] for name in names if name}


def instructions(binary: Path, function: str) -> list[str]:
    text = output("objdump", "--disassemble=" + function, "--no-show-raw-insn", binary)
    found = re.findall(r"^\s+[0-9a-f]+:\t(\S.*)$", text, re.MULTILINE)
    assert found, f"{binary.name} has no {function}"
    return [line.strip() for line in found]


def test_the_timing_executable_has_no_symbol_of_the_ledger() -> None:
    timing, counting = symbols(TIMING), symbols(COUNTING)
    assert {word for name in counting if (found := ACCOUNTING.match(name)) for word in [found[1]]} == {
        "(anonymous namespace)::Counted",
        "BlockTable",
        "FaultInjector",
    }
    assert [name for name in timing if ACCOUNTING.match(name)] == []
    assert "tfm::gfp_alloc(unsigned long, tfm::Gfp, tfm::Owner)" in timing
    assert timing - counting == set(), "the two must differ only in the ledger"


@pytest.mark.parametrize("function", ["gfp_alloc", "gfp_realloc", "gfp_free"])
def test_allocation_is_one_indirect_jump(function: str) -> None:
    """The jump goes to the allocator. The counting executable has more branches, which shows that the test can fail."""
    if re.search(r" __[at]san_init", output("nm", TIMING)):
        pytest.skip("the sanitizer's own calls")
    mangled = re.search(rf" T (_ZN3tfm\d+{function}E\w+)$", output("nm", TIMING), re.MULTILINE)
    assert mangled
    code = {binary: instructions(binary, mangled[1]) for binary in (TIMING, COUNTING)}
    branches = {
        binary: [line for line in lines if re.match(r"(lock|call|j[a-z]+)\b", line)] for binary, lines in code.items()
    }
    assert [re.match(r"jmp\s+\*", line) is not None for line in branches[TIMING]] == [True], code[TIMING]
    assert len(branches[COUNTING]) > 1

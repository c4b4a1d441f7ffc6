# SPDX-License-Identifier: MIT
"""A packet that is timed has no mark in it: the executable has marks in what the marked pass runs, and nowhere else."""

from __future__ import annotations

import bisect
import re
import subprocess

from round_process import BUILD

TIMING = BUILD / "tfmbench_round"
MARK = re.compile(rb"\x0f\x1f\x80.\x4b\x4d\x7f", re.DOTALL)
MARKED = re.compile(r"tfm::bench::MarkedStrategy<|tfm::bench::\(anonymous namespace\)::(alloc|realloc|free|marked_final|turns_of)\(")


def output(*command: str) -> str:
    return subprocess.run([*command, str(TIMING)], capture_output=True, text=True, check=True).stdout


def code() -> tuple[int, bytes]:
    """Address and bytes of .text."""
    found = re.search(r"\.text\s+PROGBITS\s+([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+)", output("readelf", "-SW"))
    assert found
    address, offset, size = (int(word, 16) for word in found.groups())
    return address, TIMING.read_bytes()[offset : offset + size]


def test_marks_are_in_the_marked_pass_alone() -> None:
    lines = (line.split(" ", 2) for line in output("nm", "--demangle", "--numeric-sort", "--defined-only").splitlines())
    symbols = [(int(address, 16), name) for address, kind, name in lines if kind in "tTwW"]
    begin, text = code()
    places = [begin + found.start() for found in MARK.finditer(text)]
    names = [symbols[bisect.bisect(symbols, (place, "\x7f")) - 1][1] for place in places]
    assert [name for name in names if not MARKED.search(name)] == []
    sending = {name for name in names if "MarkedStrategy<" in name}
    assert any("PercpuPool" in name and "TcpAo" in name for name in sending), "no packet of the marked pass has marks"
    assert any("bench::send<tfm::PercpuPool, tfm::TcpAo>" in name for _, name in symbols), "no packet without marks was found"

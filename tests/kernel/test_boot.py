# SPDX-License-Identifier: MIT
"""One real boot: 6.12, hmac(sha1), 64 bytes. Instructions are counted, so all machines have nearly the same figures."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from test_lane import read

CELLS = dict[str, dict[str, Any]]
"""By name."""


def cannot(line: str) -> bool:
    """Whether the lane could not get its packages or tools, through no fault of its own."""
    reasons = ("package lists cannot be loaded", "apt-get download", "MB are free", "not installed", "no suite bookworm", "not a Debian system")
    return any(words in line for words in reasons)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CELLS]:
    """By cache."""
    out = tmp_path_factory.mktemp("boot") / "out"
    command = [os.environ["TFMBENCH"], "kernel", "counted", "--kernel", "6.12", "--algorithm", "hmac(sha1)", "--bytes", "64", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=800, check=False)
    if done.returncode == 2 and cannot(done.stderr.splitlines()[-1]):
        print(done.stderr)
        pytest.skip(f"NO KERNEL WAS BOOTED: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    body = read(out / "counted/rounds/6.12.hmac-sha1.r00.json")
    return {cache: {cell["name"]: cell for cell in body["cells"] if cell["cache"] == cache} for cache in ("warm", "flushed")}


@pytest.fixture
def warm(counted: dict[str, CELLS]) -> CELLS:
    return counted["warm"]


def instructions(cell: dict[str, Any], phase: str = "") -> float:
    counted: int = sum(counts["instructions"] for name, counts in cell["phases"].items() if phase in ("", name))
    return counted / int(cell["packets"])


def ratio(cells: CELLS, name: str) -> float:
    return instructions(cells[name]) / instructions(cells["percpu_pool/ahash"])


def test_ratios_are_those_that_were_found_before(warm: CELLS) -> None:
    assert 4000 < instructions(warm["percpu_pool/ahash"]) < 4500
    assert 0.70 < ratio(warm, "per_socket_tfm/ahash") < 0.74 < ratio(warm, "mempool/ahash")
    assert 1.33 < ratio(warm, "clone_sigpool/tcp_sigpool") < 1.42
    assert instructions(warm["null/none"]) < 30


def test_phases_say_who_pays_for_what(warm: CELLS) -> None:
    """A key is set by who owns none, memory is allocated by who keeps none."""
    for name, keyed, allocates in (
        ("percpu_pool/ahash", True, False),
        ("percpu_pool/no_rekey", False, False),
        ("per_socket_tfm/ahash", False, True),
        ("tfm_pool/ahash", True, True),
        ("onstack_prepared/shash", False, False),
        ("clone_sigpool/ahash", True, True),
    ):
        assert (instructions(warm[name], "key") > 100) == keyed, name
        assert (instructions(warm[name], "allocation") > 100) == allocates, name
        assert instructions(warm[name], "update") > 100 and instructions(warm[name], "final") > 100, name


def test_all_cells_reach_a_packet_of_the_sockets_own(counted: dict[str, CELLS]) -> None:
    """Lines that a packet finds in no cache: two of its skb, two with header and data. Keys share lines. The floor: one of each."""

    def misses(name: str) -> float:
        total: int = sum(counts["l2_misses"] for counts in flushed[name]["phases"].values())
        return total / int(flushed[name]["packets"])

    flushed = counted["flushed"]
    assert 2.5 < misses("null/none") < 3.5
    for name in flushed.keys() - {"null/none"}:
        assert misses(name) > 4, name
    # What a request in the skb adds is where it lies: its lines before the packet.
    assert misses("skb_request/ahash") - misses("onstack_prepared/ahash") < 6

# SPDX-License-Identifier: MIT
"""The pages that a round process really has."""

from __future__ import annotations

import mmap
from pathlib import Path

import pytest
from round_process import Json, a_request, measured

MADV_COLLAPSE = 25  # Linux 6.1, asm-generic/mman-common.h


def given() -> bool:
    """Whether the kernel puts memory of this process on a huge page when asked."""
    try:
        size = int(Path("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size").read_text())
        with mmap.mmap(-1, 2 * size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
            memory[:] = bytes(2 * size)
            memory.madvise(MADV_COLLAPSE)
    except OSError:
        return False
    return True


def share(result: Json) -> float:
    pages = result["huge_pages"]
    return float(pages["huge_bytes"] / pages["memory_bytes"])


@pytest.mark.skipif(not given(), reason="this kernel gives no huge pages")
@pytest.mark.parametrize("allocator", ["glibc", "jemalloc", "mimalloc", "tcmalloc"])
@pytest.mark.parametrize(
    "kind, axes",
    [
        ("timed", {"sockets": 8}),
        ("timed", {"sockets": 3000, "cpus": 2, "cache": "polluted:1024", "load": "60%"}),
        ("timed", {"sockets": 1000, "heap": "aged", "churn_percent": 1.0}),
        ("in_flight", {"sockets": 1000}),
        ("pressure", {"sockets": 100}),
    ],
)
def test_a_round_lies_on_huge_pages(kind: str, axes: Json, allocator: str, tmp_path: Path) -> None:
    if kind == "pressure" and allocator != "glibc":
        pytest.skip("a block with pages has glibc")
    request = a_request(kind, allocator=allocator, **axes)
    assert request["block"]["page_size"] == "huge"
    assert share(measured(request, tmp_path / "round.json")) >= 0.95


@pytest.mark.parametrize("kind", ["timed", "in_flight", "pressure"])
def test_a_base_block_has_none(kind: str, tmp_path: Path) -> None:
    result = measured(a_request(kind, page_size="base"), tmp_path / "round.json")
    assert result["huge_pages"]["huge_bytes"] == 0 and result["huge_pages"]["memory_bytes"] > 1 << 20

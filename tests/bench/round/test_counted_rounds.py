# SPDX-License-Identifier: MIT
"""Counted rounds from outside: what they write, that they are repeatable, and that they leave nothing behind."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest
from round_process import FAULTS, PROCESS, STRATEGIES, Json, a_request, measured, symbols


@pytest.mark.parametrize(
    "axes",
    [
        {},
        {"faults": FAULTS, "churn_percent": 2.0},
        {"faults": FAULTS, "churn_percent": 2.0, "provider": "openssl"},
        {"cpus": 2, "sockets": 9},
        {"algorithms": 3, "heap": "aged", "allocator": "jemalloc"},
        {"scratch": "60+64", "heap": "aged", "allocator": "mimalloc"},
        {"faults": FAULTS | {"space": 4096, "kth": 9, "gfp": "any"}},
    ],
)
def test_a_counted_round(axes: Json, tmp_path: Path) -> None:
    request = a_request("counted", **axes)
    result = measured(request, tmp_path / "counted.json")
    cells = {cell["name"]: cell for cell in result["cells"]}
    assert list(cells) == STRATEGIES
    for cell in cells.values():
        for moment in ("idle", "half", "open"):
            m = cell["memory"][moment]
            owners = [m[owner] for owner in ("shared", "percpu", "socket", "request", "scratch")]
            for unit in ("bytes", "blocks"):
                assert m["total"][unit] == sum(owner[unit] for owner in owners)
        assert cell["memory"]["peak"]["total"]["bytes"] >= cell["memory"]["open"]["total"]["bytes"]
        assert cell["memory"]["sockets_half"] == request["block"]["sockets"] // 2
        assert "rounded_bytes" in cell["memory"]["peak"]["scratch"]
    refused = cells["per_socket_tfm"]["fast_path"]["allocations_refused"]
    assert (refused > 0) == (request["block"]["faults"] is not None)
    if request["block"]["provider"] == "nettle" and request["block"]["churn_percent"] == 0:
        assert cells["percpu_pool"]["fast_path"]["allocations"] == 0


def test_a_counted_round_can_be_repeated(tmp_path: Path) -> None:
    # Rounded bytes are repeatable, too: each strategy has the heap of a process that has just started.
    request = a_request("counted", faults=FAULTS, churn_percent=2.0, heap="aged", sockets=1000)
    results = [measured(request, tmp_path / str(i) / "counted.json") for i in range(2)]
    for result in results:
        del result["duration_ns"]
        for cell in result["cells"]:
            del cell["memory"]["resident"]
    assert results[0] == results[1]


@pytest.mark.parametrize("allocator", ["glibc", "jemalloc"])
def test_a_strategy_finds_the_same_heap_at_any_position(allocator: str, tmp_path: Path) -> None:
    # In one process, the second strategy could reuse a MiB of blocks of the first.
    strategies = ["per_socket_tfm", "onstack_prepared"]
    request = a_request("counted", sockets=10000, allocator=allocator) | {"strategies": strategies}
    backwards = request | {"strategies": strategies[::-1]}
    results = [measured(r, tmp_path / str(i) / "counted.json") for i, r in enumerate((request, backwards))]
    for strategy in strategies:
        first, second = ({c["name"]: c["memory"] for c in r["cells"]}[strategy] for r in results)
        assert first["open"] == second["open"]
        for word in ("rss_bytes", "page_faults"):
            grown = [m["resident"]["open"][word] - m["resident"]["before"][word] for m in (first, second)]
            assert min(grown) > 0.9 * max(grown)


def test_an_aged_heap_holds_more_than_is_live(tmp_path: Path) -> None:
    def grown(heap: str) -> tuple[int, int, int]:
        request = a_request("counted", heap=heap, allocator="jemalloc") | {"strategies": ["null"]}
        resident = measured(request, tmp_path / heap / "counted.json")["cells"][0]["memory"]["resident"]
        words = ("allocator_live_bytes", "allocator_resident_bytes", "rss_bytes")
        live, held, rss = (resident["open"][word] - resident["before"][word] for word in words)
        return live, held, rss

    # ThreadSanitizer keeps up to four bytes of shadow per byte, and half a byte of data about blocks
    # (libsanitizer/tsan/tsan_defs.h). The RSS includes both.
    rss_factor = 5.5 if "__tsan_init" in symbols("counted") else 1
    # AddressSanitizer's allocator maps 64 KiB at once for each class of sizes (kUserMapSize of
    # sanitizer_allocator_primary64.h). The few small blocks of the process use several classes.
    rss_slack = 1 << 18 if "__asan_init" in symbols("counted") else 0
    live, held, rss = grown("aged")
    assert live > 1 << 18, "half of a MiB stays"
    assert min(held, rss) > 1.5 * live
    live, held, rss = grown("fresh")
    assert max(live, held, (rss - rss_slack) / rss_factor) < 1 << 18


def test_a_full_table_is_a_result(tmp_path: Path) -> None:
    result = measured(
        a_request("counted", algorithms=171, sockets=171) | {"strategies": ["per_socket_tfm", "tfm_pool"]},
        tmp_path / "counted.json",
        flowing={"per_socket_tfm"},
    )
    opened = {c["name"]: (c["memory"]["sockets_open"], c["memory"]["open_error"]) for c in result["cells"]}
    assert opened == {"per_socket_tfm": (171, None), "tfm_pool": (170, "enospc")}


def test_shared_scratch_stays_after_its_largest_user_closes(tmp_path: Path) -> None:
    request: Json = a_request("counted", scratch="64+8192") | {"strategies": ["percpu_pool", "onstack_prepared"]}
    result = measured(request, tmp_path / "counted.json", flowing={"percpu_pool"})
    pool, stack = (cell["memory"] for cell in result["cells"])
    assert pool["open"]["scratch"]["bytes"] == pool["left"]["scratch"]["bytes"] == 8192 * request["block"]["possible_cpus"]
    assert pool["left"]["socket"]["blocks"] == 1 + 4, "the handles, and the keys of half the sockets"
    assert (stack["sockets_open"], stack["open_error"], stack["left"]) == (1, "eopnotsupp", None)


def parent_of(pid: int) -> int | None:
    """None if there is no such process, or if it is a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[1])


def children_of(parent: int) -> set[int]:
    processes = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
    return {pid for pid in processes if parent_of(pid) == parent}


def test_a_counted_round_that_is_killed_leaves_no_child(tmp_path: Path) -> None:
    request = a_request("counted", sockets=300000) | {"strategies": ["per_socket_tfm"]}
    with subprocess.Popen([PROCESS["counted"], "--out", tmp_path / "x.json"], stdin=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(request))
        process.stdin.close()
        while not (children := children_of(process.pid)):
            assert process.poll() is None, "it ended before it was seen to have a child"
            time.sleep(0.01)
        process.kill()
    deadline = time.monotonic() + 1  # the child has work for two seconds
    while any(parent_of(child) is not None for child in children):
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.01)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "faults, refused",
    [
        ({"kth": 100}, 1),
        ({"probability": 1, "times": 3}, 3),
        ({"probability": 1, "interval": 100, "times": 7}, 7),
        ({"probability": 1, "space": 1 << 40}, 0),
    ],
)
def test_faults_have_the_requested_number(faults: Json, refused: int, tmp_path: Path) -> None:
    request = a_request("counted", faults=FAULTS | {"probability": 0.0} | faults)
    cells = {cell["name"]: cell for cell in measured(request, tmp_path / "counted.json")["cells"]}
    assert cells["per_request_key"]["fast_path"]["allocations_refused"] == refused
    assert cells["per_request_key"]["drops"] == cells["per_request_key"]["allocation_failures"] == refused
    assert cells["percpu_pool"]["drops"] == 0


def test_faults_on_the_slow_path_too(tmp_path: Path) -> None:
    opens = {}
    for gfp in ("atomic", "any"):
        request = a_request("counted", churn_percent=10.0, faults=FAULTS | {"probability": 1, "gfp": gfp})
        cells = measured(request, tmp_path / gfp / "counted.json")["cells"]
        opens[gfp] = {cell["name"]: cell["opens"] for cell in cells}
    assert opens["atomic"]["onstack_prepared"] > opens["any"]["onstack_prepared"] == 0

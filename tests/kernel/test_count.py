# SPDX-License-Identifier: MIT
"""One real count: tcp_ao with hmac(sha1), 64 bytes, two strategies. The round's program runs in a real kernel under QEMU."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from test_boot import cannot
from test_lane import read

CELLS = dict[tuple[str, str], dict[str, Any]]
STRATEGIES = ("percpu_pool", "per_socket_tfm")


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> CELLS:
    out = tmp_path_factory.mktemp("count") / "out"
    filters = ("workload=tcp_ao/fixed_64", "algorithm=hmac(sha1)", "api=flat")
    narrow = (*(word for one in filters for word in ("--filter", one)), "--strategies", ",".join(STRATEGIES))
    command = [os.environ["TFMBENCH"], "count", "kernel", *narrow, "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=800, check=False)
    if done.returncode == 2 and cannot(done.stderr.splitlines()[-1]):
        print(done.stderr)
        pytest.skip(f"NOTHING WAS COUNTED: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    (path,) = (out / "model/rounds").iterdir()
    return {(cell["strategy"], cell["cache"]): cell for cell in read(path)["cells"]}


def by_phase(cell: dict[str, Any], what: str = "instructions") -> dict[str, float]:
    return {phase: counts[what] / cell["packets"] for phase, counts in cell["phases"].items()}


def test_phases_say_who_pays_for_what(cells: CELLS) -> None:
    pool, own = (by_phase(cells[strategy, "warm"]) for strategy in STRATEGIES)
    assert pool["key"] > 100 and own["key"] < 10, "the pool sets a key for every packet"
    assert pool["allocation"] == 0 and own["allocation"] > 20, "a request is allocated for every packet"
    for phases in (pool, own):
        assert phases["start"] > 5 and phases["update"] > 100 and phases["final"] > 100 and phases["other"] > 20
    assert own["final"] == pytest.approx(pool["final"], rel=0.02), "both compute the same digest"
    assert sum(own.values()) < sum(pool.values())


def test_a_cache_that_was_emptied_shows_in_misses_alone(cells: CELLS) -> None:
    for strategy in STRATEGIES:
        flushed, warm = (cells[strategy, cache] for cache in ("flushed", "warm"))
        assert sum(by_phase(flushed).values()) == pytest.approx(sum(by_phase(warm).values()), rel=0.003)
        assert sum(by_phase(flushed, "l2_misses").values()) > 2 + sum(by_phase(warm, "l2_misses").values())

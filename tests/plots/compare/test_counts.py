# SPDX-License-Identifier: MIT
"""Counted numbers, compared: exactly, in every pass that has exact ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plots.cli import main
from synthetic import axes
from synthetic_runs import FAILING
from two_runs import as_json, change_cells, change_run, copy_of, gate, more_bytes, run

Change = Callable[[dict[str, Any]], object]


def add(name: str, number: int) -> Change:
    return lambda cell: cell.update({name: cell[name] + number})


def allocate(cell: dict[str, Any]) -> None:
    cell["fast_path"]["allocations"] += 2 * cell["fast_path"]["packets"]


def one_byte(cell: dict[str, Any]) -> None:
    cell["memory"]["open"]["percpu"]["bytes"] += 1


WORSE: list[tuple[str, Change, str]] = [
    ("bytes", more_bytes(3), "open total bytes"),
    ("one byte", one_byte, "open percpu bytes"),
    ("allocations", allocate, "allocations per packet 1 -> 3"),
    ("drops", add("drops", 5000), "drops 0 -> 5,000"),
    ("failures", add("allocation_failures", 1), "allocation failures 0 -> 1"),
    ("forged", add("forged_accepted", 1), "forged accepted 0 -> 1"),
    ("genuine", add("genuine_refused", 1), "genuine refused 0 -> 1"),
    ("headroom", lambda cell: cell["memory"].update(skb_headroom_bytes=64), "skb headroom bytes 0 -> 64"),
]


@pytest.mark.parametrize(("change", "says"), [one[1:] for one in WORSE], ids=[one[0] for one in WORSE])
def test_more_is_worse_and_less_is_shown(
    tmp_path: Path, change: Change, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    a = run(tmp_path / "a", counted=True)
    b = change_cells(copy_of(a, tmp_path / "b"), "counted", change, "tfm_pool")
    assert gate(a, b, percent="1000") == 1, "no margin"
    (line,) = capsys.readouterr().err.splitlines()
    assert "tfm_pool" in line and says in line
    assert gate(b, a) == 0
    assert "tfm_pool: less: " in capsys.readouterr().out


def test_equal_numbers_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = run(tmp_path / "a", counted=True), run(tmp_path / "b", seed=2, counted=True)
    assert gate(a, b) == 0, "numbers that are equal need no common seed"
    assert as_json(a, b, capsys=capsys)["counts"] == []


def test_what_depends_on_the_heap_is_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def change(cell: dict[str, Any]) -> None:
        cell["memory"]["resident"]["open"]["rss_bytes"] *= 3
        cell["memory"]["open"]["total"]["rounded_bytes"] *= 3

    a = run(tmp_path / "a", counted=True)
    assert gate(a, change_cells(copy_of(a, tmp_path / "b"), "counted", change)) == 0
    assert "bytes as the allocator rounds them" in " ".join(capsys.readouterr().out.split())


def test_blocks_that_are_only_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a", blocks=[axes(faults=FAILING)])
    b = change_cells(copy_of(a, tmp_path / "b"), "counted", add("drops", 1), "tfm_pool")
    assert gate(a, a) == 0
    assert gate(a, b) == 1
    assert "tfm_pool: drops " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "block", "counter", "code"),
    [
        ("timed", axes(), "drops", 1),
        ("timed", axes(), "forged_accepted", 1),
        ("pressure", axes(pages=512), "drops", 1),
        ("in_flight", axes(in_flight=4), "forged_accepted", 1),
        ("in_flight", axes(in_flight=4), "drops", 0),
        ("in_flight", axes(in_flight=4), "genuine_refused", 0),
    ],
)
def test_counters_of_other_passes(
    tmp_path: Path, kind: str, block: dict[str, Any], counter: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """In flight, drops and refusals depend on measured times."""
    a = run(tmp_path / "a", blocks=[block])
    b = change_cells(copy_of(a, tmp_path / "b"), kind, add(counter, 1), "percpu_pool")
    assert (gate(a, a), gate(a, b), gate(b, a)) == (0, code, 0)
    capsys.readouterr()


def test_other_seeds_explain_what_depends_on_packets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a", blocks=[axes(), axes(faults=FAILING)], counted=True)
    other = change_run(copy_of(a, tmp_path / "other"), lambda data: data.update(seed=2))
    assert gate(a, other) == 0
    more = change_cells(copy_of(other, tmp_path / "more"), "counted", allocate, "tfm_pool")
    capsys.readouterr()
    assert gate(a, more) == 4
    lines = capsys.readouterr().err.splitlines()
    assert any("allocations per packet 1 -> 3" in line for line in lines) and "--seed 1" in lines[-1]
    held = change_cells(copy_of(other, tmp_path / "held"), "counted", one_byte)
    assert gate(a, held) == 1, "sockets that stand still hold the same bytes, whatever the seed"
    dropped = change_cells(copy_of(other, tmp_path / "dropped"), "counted", add("drops", 1), "per_socket_tfm")
    capsys.readouterr()
    assert gate(a, dropped) == 1
    worse = [line for line in capsys.readouterr().err.splitlines() if line.startswith("gate: got worse")]
    assert len(worse) == 1 and "drops 0 -> 1" in worse[0], "where there were none; with faults the draws explain it"


def test_sockets_that_did_not_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes of fewer sockets are not compared with those of all."""
    strategies = ("null", "percpu_pool", "per_socket_tfm")
    blocks = [axes(algorithms=170)]
    a = run(tmp_path / "a", blocks=blocks, strategies=strategies, counted=True, timed=False)

    def fewer(cell: dict[str, Any]) -> None:
        more_bytes(2)(cell)
        cell["memory"] |= {"sockets_open": 170, "open_error": "enospc"}

    b = change_cells(copy_of(a, tmp_path / "b"), "counted", fewer, "per_socket_tfm")
    assert gate(a, b) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "sockets not opened 0 -> 830" in line and "open total bytes" not in line
    assert main(["compare", str(b), str(a)]) == 0
    assert "sockets not opened 830 -> 0" in capsys.readouterr().out


def test_a_number_that_an_older_run_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def older(cell: dict[str, Any]) -> None:
        cell["memory"]["peak"] = {"total": {"bytes": cell["memory"]["peak"]["total"]["bytes"]}}
        del cell["memory"]["skb_headroom_bytes"]

    a = run(tmp_path / "a", counted=True, timed=False)
    b = change_cells(copy_of(a, tmp_path / "b"), "counted", older)
    assert (gate(a, b), gate(b, a)) == (0, 0)
    capsys.readouterr()

# SPDX-License-Identifier: MIT
"""Log and counts become rounds: only if the module did what was asked, and the plugin counted as many turns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fake import boot
from kernel.lanes import counted
from kernel.lanes.lane import Asked
from kernel.lanes.log import Broken
from kernel.lanes.qemu import Machine

RELEASE = "6.12.3+deb12-cloud-amd64"
ASKED = Asked((), ("hmac(sha1)", "md5"), (64, 1440), False)


def written() -> tuple[list[dict[str, Any]], list[str]]:
    lines, turns = boot(RELEASE, {"ALGORITHMS": "hmac(sha1),md5", "BYTES": "64,1440", "SOCKETS": "100"})
    return [json.loads(line.removeprefix("@@")) for line in lines], turns


def collect(lines: list[dict[str, Any]], turns: list[str], asked: Asked = ASKED, sockets: int = 100) -> list[dict[str, Any]]:
    console = "".join(f"@@{json.dumps(line)}\n" for line in lines)
    return counted.collect("6.12", asked, sockets, console, "".join(f"{turn}\n" for turn in turns))


def refusal(lines: list[dict[str, Any]], turns: list[str], asked: Asked = ASKED, sockets: int = 100) -> str:
    with pytest.raises(Broken) as raised:
        collect(lines, turns, asked, sockets)
    return str(raised.value)


def place_of(lines: list[dict[str, Any]], kind: str, name: str = "") -> int:
    return next(i for i, line in enumerate(lines) if kind in line and line[kind].get("name", "") == name)


def test_each_algorithm_has_its_cells() -> None:
    lines, turns = written()
    sha1, md5 = collect(lines, turns)
    assert (sha1["algorithm"], md5["algorithm"]) == ("hmac(sha1)", "md5")
    assert {cell["sockets"] for cell in sha1["cells"]} == {100}
    assert "percpu_pool/no_rekey" in {cell["name"] for cell in sha1["cells"]} - {cell["name"] for cell in md5["cells"]}
    assert sha1["cells"][0] | {"phases": None} == {
        "name": "null/none", "strategy": "null", "form": "none", "bytes": 64, "sockets": 100, "cache": "flushed", "packets": 100, "phases": None,
    }  # fmt: skip


def test_turns_and_counts_must_be_as_many() -> None:
    lines, turns = written()
    assert refusal(lines, turns[:-1]) == f"6.12: the log has {len(turns)} turns and the plugin counted {len(turns) - 1}"
    assert "turns and the plugin counted 0" in refusal(lines, [])


def test_a_turn_without_a_module() -> None:
    lines, turns = written()
    del lines[1]
    assert refusal(lines, turns) == "6.12: line 2: a turn before the module's own line"


def test_an_algorithm_is_missing_or_was_not_asked_for() -> None:
    lines, turns = written()
    only_sha1 = Asked((), ("hmac(sha1)",), (64, 1440), False)
    assert refusal(lines, turns, only_sha1) == "6.12: the log has hmac(sha1), md5 and was asked for hmac(sha1)"
    assert "the log has no algorithm and was asked for" in refusal([lines[0], lines[-1]], [])


def test_another_number_of_sockets() -> None:
    assert refusal(*written(), sockets=7) == "6.12: line 2: 100 sockets in place of 7"


def test_a_cell_that_the_table_does_not_name() -> None:
    lines, turns = written()
    lines[place_of(lines, "turn", "tfm_pool/ahash")]["turn"]["name"] = "tfm_pool/other"
    assert refusal(lines, turns) == (
        "6.12, hmac(sha1): the module has tfm_pool/other (64 B, flushed), and kernel/lanes/strategies.py has not"
    )


def test_a_cell_that_the_module_lacks() -> None:
    lines, turns = written()
    del lines[place_of(lines, "turn", "clone_sigpool/tcp_sigpool")], turns[-1]
    assert refusal(lines, turns) == (
        "6.12, hmac(sha1): clone_sigpool/tcp_sigpool (64 B, flushed) is missing: kernel/lanes/strategies.py names it"
    )


def test_a_cell_that_was_counted_twice() -> None:
    lines, turns = written()
    at = place_of(lines, "turn", "tfm_pool/ahash")
    lines.insert(at, lines[at])
    assert refusal(lines, [*turns, json.dumps({"turn": len(turns), "phases": {}})]) == "6.12, hmac(sha1): a cell was measured twice"


def test_another_lane_s_line() -> None:
    lines, turns = written()
    lines.insert(2, {"kept": {"name": "null/none", "sockets": 1}})
    assert refusal(lines, turns) == "6.12: line 3: kept does not belong to the lane counted"


@pytest.mark.parametrize(("sockets", "seconds"), [(1, 600), (1000, 600), (10000, 6000)])
def test_more_sockets_are_waited_for_longer(sockets: int, seconds: float) -> None:
    assert counted.patient(Machine(Path("qemu")), sockets).silent_seconds == seconds

# SPDX-License-Identifier: MIT
"""docs/state_sizes.md has the bytes that `tfmbench list algorithms --json` prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import Driver

DOCS = Path(__file__).resolve().parents[3] / "docs/state_sizes.md"
HEADER = {"prepared key": 8, "on the stack": 16}

Sizes = dict[tuple[str, str], dict[str, set[int]]]
"""By algorithm and provider, for each state what a cell allows: one number, or one for each class of CPU."""


def numbers(cell: str) -> set[int]:
    return {int(n.replace(",", "")) for n in re.findall(r"(?<![\w-])\d[\d,]*(?=[ ,]|$)", re.sub(r"\([^)]*\)", "", cell))}


def rows() -> list[list[str]]:
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in re.sub(r"^\||\|$", "", line).split("|")] for line in lines if line.startswith("|")]


def all_of_ours() -> Sizes:
    return {
        (row[0].strip("`"), row[1]): {"transform": numbers(row[2]), "request": numbers(row[3]), "prepared key": numbers(row[4])}
        for row in rows()
        if len(row) == 5 and row[0].startswith("`")
    }


def beside_the_kernel() -> Sizes:
    """The first table names the algorithm in its first row only, and the provider if it is not nettle."""
    found: Sizes = {}
    key = ("", "")
    for row in rows():
        if len(row) != 6 or row[1] in ("state", "---"):
            continue
        if name := re.match(r"`([^`]+)`(?: of (\w+))?$", row[0]):
            key = (name[1], name[2] or "nettle")
        found.setdefault(key, {})[row[1]] = numbers(row[2])
    return found


@pytest.fixture(name="listed")
def of_this_build(driver: Driver) -> dict[tuple[str, str], dict[str, int]]:
    algorithms = json.loads(driver("list", "algorithms", "--json").stdout)["algorithms"]
    return {
        (algorithm["name"], state["provider"]): {
            "transform": state["transform_bytes"], "request": state["request_bytes"], "prepared key": state["prepared_key_bytes"],
        }
        for algorithm in algorithms
        for state in algorithm["states"]
    }  # fmt: skip


def test_every_state_stands_in_the_table(listed: dict[tuple[str, str], dict[str, int]]) -> None:
    docs = all_of_ours()
    # These need instructions that a CPU may lack.
    assert set(docs) - set(listed) <= {("gcm(aes128)", "ipsec_mb"), ("gcm(aes256)", "ipsec_mb"), ("gcm(aes256)", "sodium")}
    for key, states in listed.items():
        for state, size in states.items():
            assert size in docs[key][state], (key, state)
            assert len(docs[key][state]) == 1 or key[1] == "ipsec_mb", "only its sizes depend on the CPU"


def test_what_stands_beside_the_kernels_is_the_same(listed: dict[tuple[str, str], dict[str, int]]) -> None:
    ours, docs = all_of_ours(), beside_the_kernel()
    assert {name for name, _provider in docs} == {
        "hmac(sha1)", "hmac(sha256)", "hmac(sha512)", "cmac(aes128)", "md5", "gcm(aes128)", "ccm(aes128)", "chacha20poly1305",
    }  # fmt: skip
    for key, states in docs.items():
        assert {"transform", "request"} <= set(states)
        for state, sizes in states.items():
            if state == "on the stack":
                assert sizes == {size - HEADER[state] for size in ours[key]["request"]}, key
            else:
                assert sizes == ours[key][state], (key, state)
        keyed = "prepared key" in states
        assert keyed == (ours[key]["prepared key"] != {0})
        if keyed:
            assert states["prepared key"] == {size - HEADER["prepared key"] for size in states["transform"]}, key

# SPDX-License-Identifier: MIT
"""Rounds that hang, crash or are refused: they are named and noted, and the run goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import COUNTED, RUN, TIMED, Driver, rounds

SCHEMAS = Path(__file__).parents[3] / "results/schema"
BLOCK = "tcp_ao_bgp_update-cmac_aes128-nettle-10s-"
OTHERS = 18 + 3
"""The rounds of the other three blocks."""


def notes(folder: Path) -> dict[str, dict[str, Any]]:
    """The notes of a run, each checked against its schema."""
    store = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.schema.json")}
    schema = store["not_run.schema.json"]
    resolver = jsonschema.RefResolver("not_run.schema.json", schema, store=store)
    found = {path.name: json.loads(path.read_text()) for path in (folder / "not_run").glob("*")}
    for data in found.values():
        jsonschema.Draft202012Validator(schema, resolver=resolver).validate(data)
    return found


def test_a_block_that_cannot_run_is_noted_and_the_others_run(driver: Driver) -> None:
    done = driver(*RUN, FAKE_EXIT="1", FAKE_ONLY=BLOCK)
    assert done.returncode == 1
    files = rounds(driver.folder / "out")
    assert len(files) == OTHERS and not any(name.startswith(BLOCK) for name in files)
    noted = notes(driver.folder / "out")
    # One timed round, then the block was given up; and its counted one.
    assert sorted(note["kind"] for note in noted.values()) == ["counted", "timed"]
    run = json.loads((driver.folder / "out/run.json").read_text())
    for name, note in noted.items():
        assert name.startswith(note["block_id"]) and note["block_id"].startswith(BLOCK)
        assert ("round" in note) == (note["kind"] == "timed")
        assert note["reason"].startswith("its process ended with exit code 1: fake: percpu_pool writes wrong bytes; it wanted about ")
        assert note["memory_wanted_bytes"] > 2**20 and note["memory_had_bytes"] > 2**20
        assert note["origin"]["build"] == run["build"]["hash"]
    lines = done.stderr.splitlines()
    assert "1 timed round of tcp_ao" in lines[-2] and "could not run, 5 more not started: its process ended" in lines[-2]
    assert "1 counted round of tcp_ao" in lines[-1] and "could not run: its process ended" in lines[-1]
    assert done.stdout == f"plots: table {driver.folder}/out\n", "the table of the others"


@pytest.mark.parametrize("number, words", [("9", "died of signal 9 (Killed, as when memory runs out)"), ("11", "died of signal 11 (Segm")])
def test_a_round_that_is_killed(driver: Driver, number: str, words: str) -> None:
    done = driver(*RUN, FAKE_CRASH=number, FAKE_ONLY=BLOCK)
    assert done.returncode == 1 and words in done.stderr.splitlines()[-1]
    assert len(rounds(driver.folder / "out")) == OTHERS and len(notes(driver.folder / "out")) == 2


def test_a_resume_tells_the_note_and_tries_once_more(driver: Driver) -> None:
    assert driver(*RUN, FAKE_EXIT="1", FAKE_ONLY=BLOCK).returncode == 1
    pids = driver.folder / "pids"
    again = driver(*RUN, FAKE_EXIT="1", FAKE_ONLY=BLOCK, FAKE_PIDS=str(pids))
    assert again.returncode == 1 and "7 of 28 rounds to run" in again.stderr
    assert again.stderr.count("could not run before, it is tried once more: its process ended with exit code 1") == 2
    assert len(pids.read_text().split()) == 2, "one timed and one counted round"
    assert len(notes(driver.folder / "out")) == 2
    well = driver(*RUN)
    assert well.returncode == 0 and "could not run before" in well.stderr
    assert len(rounds(driver.folder / "out")) == TIMED + COUNTED and not notes(driver.folder / "out")
    assert "could not run" not in driver(*RUN).stderr


def test_a_round_that_hangs_is_ended_and_named(driver: Driver) -> None:
    """Only that round is lost: the others of its block run."""
    (name,) = [f"{block['id']}.r02." for block in blocks(driver) if block["id"].startswith(BLOCK)]
    done = driver(*RUN, "--round-timeout", "4", FAKE_SECONDS="100", FAKE_ONLY=name)
    assert done.returncode == 1
    assert len(rounds(driver.folder / "out")) == TIMED + COUNTED - 1
    (note,) = notes(driver.folder / "out").values()
    assert note["round"] == 2 and note["reason"].startswith("it had not ended after 4 s (--round-timeout); it wanted about ")
    assert f"tfmbench: round 2 of {note['block_id']}: it had not ended after 4 s" in done.stderr
    assert "1 timed round of" in done.stderr.splitlines()[-1]


def blocks(driver: Driver) -> list[dict[str, Any]]:
    """The matrix's blocks, from a run of one shard of many."""
    assert driver("run", "./tiny.toml", "--out", "probe", "--shard", "1/1000").returncode == 0
    found: list[dict[str, Any]] = json.loads((driver.folder / "probe/run.json").read_text())["matrix"]["blocks"]
    return found


def test_a_block_that_hangs_twice_is_given_up(driver: Driver) -> None:
    pids = driver.folder / "pids"
    done = driver(*RUN, "--round-timeout", "4", FAKE_SECONDS="100", FAKE_ONLY=BLOCK, FAKE_PIDS=str(pids))
    assert done.returncode == 1
    timed = [note for note in notes(driver.folder / "out").values() if note["kind"] == "timed"]
    assert len(timed) == 2 and len(pids.read_text().split()) == OTHERS + 2 + 1
    assert "2 timed rounds of" in done.stderr.splitlines()[-2] and "4 more not started" in done.stderr.splitlines()[-2]


def test_a_block_that_hung_before_has_one_try(driver: Driver) -> None:
    hang = {"FAKE_SECONDS": "100", "FAKE_ONLY": BLOCK}
    assert driver(*RUN, "--round-timeout", "4", **hang).returncode == 1
    pids = driver.folder / "pids"
    assert driver(*RUN, "--round-timeout", "4", **hang, FAKE_PIDS=str(pids)).returncode == 1
    assert len(pids.read_text().split()) == 2


def test_a_run_with_no_round_left_prints_no_table(driver: Driver) -> None:
    done = driver(*RUN, FAKE_CRASH="11")
    assert done.returncode == 1 and done.stdout == ""
    assert len(notes(driver.folder / "out")) == 8


def test_a_note_that_is_torn_is_told_as_such(driver: Driver) -> None:
    assert driver(*RUN, FAKE_EXIT="1", FAKE_ONLY=BLOCK).returncode == 1
    for path in (driver.folder / "out/not_run").iterdir():
        path.write_text("{")
    done = driver(*RUN)
    assert done.returncode == 0 and "tried once more: its note does not say why" in done.stderr


def test_a_note_of_another_run_is_refused(driver: Driver) -> None:
    assert driver(*RUN, FAKE_EXIT="1", FAKE_ONLY=BLOCK).returncode == 1
    (driver.folder / "out/not_run/other.r00.json").write_text("{}")
    done = driver(*RUN)
    assert done.returncode == 2 and "not_run/other.r00.json is not a round of this run" in done.stderr

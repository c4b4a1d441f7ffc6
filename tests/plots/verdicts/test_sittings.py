# SPDX-License-Identifier: MIT
"""The spread between sittings: computed from the rounds, and shown beside ratios in every output."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import synthetic
from conftest import results_of
from outputs import answer, read, full, summary, table, write_report
from plots.verdicts import sittings
from plots.verdicts.results import Results

DRIFT = {"per_socket_tfm": 1.05}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Two sittings; per_socket_tfm takes 5 % longer in the second."""
    truth = synthetic.Truth(blocks=[synthetic.axes(sockets=n) for n in (1000, 2000)], rounds=14, sittings=2, sitting_drift=DRIFT)
    return results_of(tmp_path_factory.mktemp("runs") / "two", truth)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of(tmp_path_factory.mktemp("runs") / "one", synthetic.Truth(sittings=1))


def joined(text: str) -> str:
    return " ".join(text.split())


def test_each_sitting_has_its_ratio(two: Results) -> None:
    block = two.blocks[0]
    moved, still, baseline = (block.strategy(name) for name in ("per_socket_tfm", "tfm_pool", "percpu_pool"))
    assert moved and still and baseline
    assert list(moved.sitting_ratios) == [0, 1]
    assert moved.sitting_ratios[0] == pytest.approx(145 / 202, rel=0.01)
    assert moved.sitting_ratios[1] == pytest.approx(145 / 202 * 1.05, rel=0.01)
    assert moved.sitting_difference == pytest.approx(moved.sitting_ratios[1] / moved.sitting_ratios[0] - 1)
    assert still.sitting_difference == pytest.approx(0, abs=0.01)
    assert baseline.sitting_ratios == {0: 1, 1: 1}
    assert [s.name for s in sittings.moved(block)] == ["per_socket_tfm"]


def test_the_floor_is_not_judged(tmp_path: Path) -> None:
    results = results_of(tmp_path / "run", synthetic.Truth(sittings=2, sitting_drift={"null": 1.5}))
    assert sittings.note(results.blocks[0]) == ""
    assert "By more than the margin: 0 of 4" in sittings.line(results)


def test_the_sittings_are_those_that_have_rounds(two: Results, one: Results) -> None:
    assert [(s.number, s.rounds, str(s.start)) for s in sittings.sittings(two.run)] == [
        (0, 2 * 7 + 2, "2026-01-31 02:00:00"),
        (1, 2 * 7, "2026-01-31 03:07:00"),
    ]
    assert sittings.began(two.run) == "2, begun 2026-01-31 02:00 and 2026-01-31 03:07 UTC"
    assert sittings.began(one.run) == "1, begun 2026-01-31 02:00 UTC"


def test_a_run_between_its_sittings_has_one(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=14, sittings=2))
    for number in range(7, 14):
        next((folder / "rounds").glob(f"*.r{number:02}.json")).unlink()
    results = read(folder)
    assert sittings.began(results.run) == "1 of 2, begun 2026-01-31 02:00 UTC"
    assert sittings.line(results).startswith("One sitting: ")


def test_the_spread_stands_beside_the_ratios(two: Results, tmp_path: Path) -> None:
    spread = r"0\.7[12]\d, 0\.7[456]\d \([3-6]\.\d %\)"
    page = write_report(two, tmp_path).read_text().replace("\u00a0", " ")
    mail, printed = joined(full(two)), joined(table(two))
    assert len(re.findall(rf'<td class="wide faint">{spread}</td>', page)) == 2, "a column in each block's table"
    assert len(re.findall(rf"ratio in each sitting: .*?per_socket_tfm {spread}; per_request_key", mail)) == 2
    for text in (page, mail, printed):
        assert len(re.findall(rf"oved by more than the margin of 1.5 % between sittings: per_socket_tfm {spread}", text)) == 2
        assert re.search(r"2 sittings: the ratio of a comparison differs between them by 0\.\d % \(median of 8\), at most by [3-6]\.\d % \(per_socket_tfm,", text)
        assert "By more than the margin: 2 of 8; part of that is scatter, since a sitting has 7 rounds of a block" in text
        assert "An interval holds for this machine." in text
    assert re.search(r"per_socket_tfm took 0\.\d+ \([\d.-]+; [3-6]\.\d % between sittings\)", answer(two, "C2").replace("\u00a0", " "))


def test_one_sitting_says_so(one: Results, tmp_path: Path) -> None:
    page = write_report(one, tmp_path).read_text()
    for text in (page, joined(full(one)), joined(table(one))):
        assert "One sitting: an interval holds for this machine and for this hour." in text
        assert "oved by" not in text and "ratio in each sitting" not in text
    assert ">sittings</th>" not in page
    assert "Intervals are over rounds on one kind of machine and in one stretch of time." in page


def test_the_summary_has_the_sittings(two: Results, one: Results) -> None:
    data = summary(two)
    assert [s["start"] for s in data["sittings"]] == ["2026-01-31T02:00:00Z", "2026-01-31T03:07:00Z"]
    found = {s["name"]: s for s in data["blocks"][0]["strategies"]}
    first, second = (one["ratio"] for one in found["per_socket_tfm"]["sittings"])
    assert second / first == pytest.approx(1.05, abs=0.01)
    assert [len(s["sittings"]) for s in summary(one)["blocks"][0]["strategies"]] == [1] * 6


def test_the_conditions_tell_the_machine(two: Results, tmp_path: Path) -> None:
    for text in (write_report(two, tmp_path).read_text().replace("&#39;", "'"), joined(full(two))):
        for said in (
            "GenuineNumbers (x86_64), family 6, model 143, stepping 8, microcode not known; 1 package, 1 NUMA node, SMT: 4 hardware threads",
            "L1 data 48 KiB (64 B lines), one for 2 threads; L3 32 MiB, one for 4 threads",
            "enabled madvise, defrag not known",
            "retbleed: Vulnerable",
            "governor performance and not known",
            "5eed00000001, of kind c0de00000001 (hashes of the machine's name and of what it is)",
        ):
            assert said in text, said
        assert "meltdown" not in text

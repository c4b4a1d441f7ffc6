# SPDX-License-Identifier: MIT
"""Fits find the coefficients that the generator used; crossovers are where one strategy starts to take more."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import synthetic
from conftest import results_of
from outputs import read, full, summary, table
from plots.cli import main
from plots.memory import tables as memory_tables
from plots.memory.estimates import Crossover, Measured, crossover, of
from plots.memory.fits import Fit, least_squares, scratch_sizes, told_apart
from plots.run.axes import SCHEMAS, Axes
from plots.run.files import validator
from plots.verdicts.results import Results
from synthetic_memory import OWN_SCRATCH, SHAPES


def fit(results: Results, strategy: str) -> Fit:
    found = of(results).fit(strategy)
    assert found is not None
    return found


@pytest.mark.parametrize("strategy", SHAPES)
def test_a_fit_finds_the_truth(memory: Results, strategy: str) -> None:
    found, truth = fit(memory, strategy), SHAPES[strategy]
    assert found.fixed == truth.fixed and found.algorithm == truth.algorithm
    assert found.cpu == truth.cpu and found.cpu_algorithm == truth.cpu_algorithm
    assert found.socket == truth.socket
    assert found.shared_scratch == (1 if truth.shared_scratch else 0)
    assert (found.size, found.cpu_size, found.each_scratch) == (truth.size, truth.pieces * truth.request, truth.pieces)
    assert found.own_scratch == OWN_SCRATCH
    in_flight = synthetic.FAST_PATH_ALLOCATIONS.get(strategy, 0)
    assert found.request == truth.request * in_flight
    assert found.request_scratch == (0 if truth.shared_scratch else in_flight)
    assert found.max_residual_percent == 0


def test_a_fit_predicts_what_it_never_saw(memory: Results) -> None:
    assert len(of(memory).predictions) == 2 * (len(SHAPES) - 1), "two blocks of a million sockets; null holds nothing"
    assert all(p.sockets == 1_000_000 and p.off_percent == 0 for p in of(memory).predictions)


def counted_file(folder: Path, sockets: int, cpus: int) -> Path:
    (path,) = (folder / "rounds").glob(f"*-nettle-{sockets}-{cpus}-closed-warm-v4-f0.counted.json")
    return path


def spoil(path: Path, strategy: str, more: int) -> None:
    """Adds so many bytes with all sockets open."""
    data = json.loads(path.read_text())
    (cell,) = (c for c in data["cells"] if c["name"] == strategy)
    for owner in ("socket", "total"):
        cell["memory"]["open"][owner]["bytes"] += more
    path.write_text(json.dumps(data))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    blocks = [synthetic.axes(sockets=n, possible_cpus=cpus) for n in (10, 1000, 1_000_000) for cpus in (8, 64)]
    return synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=blocks, timed=False))


def test_a_million_sockets_are_held_back(small: Path) -> None:
    spoil(counted_file(small, 1_000_000, 8), "per_socket_tfm", 43_200_000)
    results = read(small)
    assert fit(results, "per_socket_tfm").socket == 432, "the spoilt block is not fitted"
    off = {(p.strategy, p.cpus): p.off_percent for p in of(results).predictions}
    assert off[("per_socket_tfm", 8)] == pytest.approx(100 / 11)
    assert off[("per_socket_tfm", 64)] == off[("percpu_pool", 8)] == 0
    assert re.search(r"They predict \d+ measured totals within 9\.1\u00a0%, the worst for per_socket_tfm on 8 CPUs\.", memory_tables.predictions(results)[0])


def test_what_is_not_linear_shows_as_residual(small: Path) -> None:
    spoil(counted_file(small, 1000, 8), "per_socket_tfm", 43_200)
    residual = fit(read(small), "per_socket_tfm").max_residual_percent
    assert 3 < residual < 10, "a tenth more at one point, shared among the others by the fit"


def test_the_moment_with_half_the_sockets_is_not_fitted(small: Path) -> None:
    """In older files these sockets have not carried a packet, and EVP keeps more after the first packet."""
    path = counted_file(small, 1000, 8)
    data = json.loads(path.read_text())
    for cell in data["cells"]:
        cell["memory"]["half"]["total"]["bytes"] += 1000
    path.write_text(json.dumps(data))
    assert fit(read(small), "percpu_pool").max_residual_percent == 0


def test_the_fit_minimises_relative_errors() -> None:
    """Of two points that contradict each other, the smaller one weighs as much as the larger."""
    (slope,) = least_squares([(1,), (1000,)], [1, 2000])
    # Minimises (s-1)^2 + (1000 s/2000 - 1)^2, so s = (1 + 1/2) / (1 + 1/4).
    assert slope == pytest.approx(1.2, abs=1e-3)


def test_of_equal_columns_the_first_has_the_whole_coefficient() -> None:
    assert least_squares([(1, 8, 8, 0), (1, 16, 16, 0)], [10, 18]) == [2, 1, 0, 0]
    assert told_apart([(1, 8), (1, 16)])
    assert not told_apart([(1, 8), (1, 8)]) and not told_apart([(1, 0), (1, 0)])


def test_no_coefficient_is_negative() -> None:
    """The second column would be -1: nothing that is open gives memory back."""
    assert least_squares([(1, 1), (1, 2)], [10, 9])[1] == 0


def test_without_several_possible_cpus_there_is_no_fit(tmp_path: Path) -> None:
    blocks = [synthetic.axes(sockets=n) for n in (10, 1000)]
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=blocks, timed=False))
    assert not of(results).fits and not of(results).crossovers
    assert [t.columns for t in memory_tables.counted(results)["sockets"]] == [["10", "1,000"]]


def test_crossovers_are_where_one_overtakes_the_other(memory: Results) -> None:
    found = {(c.a, c.b, c.cpus): c for c in of(memory).crossovers}
    # 4160 + 508 * 8 + 64 n < 432 n from n = 22.3 on.
    assert found[("per_socket_tfm", "percpu_pool", 8)].sockets == 23
    assert found[("per_request_key", "percpu_pool", 512)].sockets == (4160 + 508 * 512 - 232) // 8 + 1
    assert ("percpu_pool", "per_socket_tfm", 8) not in found and ("percpu_pool", "tfm_pool", 8) not in found
    assert not any("null" in key for key in found)
    for c in found.values():
        a, b = fit(memory, c.a), fit(memory, c.b)
        assert a.of(c.sockets, c.cpus) > b.of(c.sockets, c.cpus)
        assert a.of(c.sockets - 1, c.cpus) <= b.of(c.sockets - 1, c.cpus)
        assert c.holds is True
        assert c.below and c.above and c.below.sockets < c.sockets <= c.above.sockets


def test_a_crossover_is_held_against_measurements(small: Path) -> None:
    results = read(small)
    held = {(c.a, c.b, c.cpus): c for c in of(results).crossovers}
    one = held[("per_socket_tfm", "percpu_pool", 8)]
    assert (one.below and one.below.sockets, one.above and one.above.sockets) == (10, 500)
    assert one.holds is True
    assert held[("per_request_key", "percpu_pool", 64)].above is not None
    assert not any(c.cpus == 512 for c in held.values()), "no crossover is told beyond the measured CPUs"

    blocks = [b.block for b in results.blocks]
    pool, own = fit(results, "percpu_pool"), fit(results, "per_socket_tfm")
    alone = crossover(own, pool, 8, [b for b in blocks if b.axes.sockets == 10])
    assert alone is not None and alone.above is None and alone.holds is None
    spoil(counted_file(small, 10, 8), "per_socket_tfm", 1 << 20)
    lying = crossover(own, pool, 8, [b.block for b in read(small).blocks])
    assert lying is not None and lying.holds is False


def test_a_crossover_is_close_where_both_measurements_are() -> None:
    def at(below: int, above: int, more: int = 9) -> Crossover:
        sides = Measured(below, 1, 2), Measured(above, more, 2)
        return Crossover("a", "b", Axes(synthetic.axes()), 8, 100, *sides)

    assert at(75, 125).close and at(99, 100).close
    assert not at(74, 100).close and not at(99, 126).close and not at(75, 125, more=0).close
    assert not replace(at(75, 125), above=None).close
    assert [memory_tables._where_from(c) for c in (at(75, 125), at(74, 125), at(75, 125, more=0))] == ["100*", "100", "100!"]


def test_the_first_users_of_scratch_decide() -> None:
    axes = Axes(synthetic.axes(scratch="1024+64+65400+64"))
    assert [scratch_sizes(axes, n, 60) for n in (0, 1, 2, 4)] == [(), (1024,), (64, 1024), (64, 1024, 65400)]
    assert scratch_sizes(Axes(synthetic.axes()), 5, 60) == (60,)


@pytest.mark.parametrize("users, told", [(["own"], False), (["own", "1024"], True)])
@pytest.mark.parametrize("strategy", ["percpu_pool", "mempool", "per_socket_tfm"])
def test_a_fit_is_exact_where_less_varies(tmp_path: Path, strategy: str, users: list[str], told: bool) -> None:
    """No block varies algorithms or has several users: a size's bytes then count as the algorithm's, and the fit is exact."""
    blocks = [synthetic.axes(sockets=n, possible_cpus=cpus, scratch=u) for n in (10, 1000) for cpus in (8, 64) for u in users]
    results = results_of(tmp_path / "run", synthetic.Truth(blocks=blocks, timed=False, strategies=tuple({"percpu_pool", strategy})))
    found, shape = fit(results, strategy), SHAPES[strategy]
    assert found.max_residual_percent == 0 and found.scratch_varied == told
    grown = shape.pieces + shape.shared_scratch
    assert found.bytes_per_cpu == shape.cpu + shape.cpu_algorithm + shape.pieces * shape.request + grown * OWN_SCRATCH
    said = next(f for f in summary(results)["memory"]["fits"] if f["strategy"] == strategy)
    assert said["scratch_pieces_per_cpu"] == (0 if told else None)
    if told:
        assert found.shared_scratch == grown, "with one user, a shared buffer and a buffer for each size look the same"
        assert found.of(0, 8, scratch=[512]) - found.of(0, 8, scratch=[0]) == 8 * 512 * grown


def test_the_summary_holds_fits_and_crossovers(memory: Results) -> None:
    data = summary(memory)
    validator("summary").validate(data)
    (pool,) = (f for f in data["memory"]["fits"] if f["strategy"] == "percpu_pool")
    assert (pool["provider"], pool["algorithm"]) == ("nettle", "hmac(sha1)")
    for block in data["blocks"]:
        if (block["algorithms"], block["scratch"]) == (1, "own"):
            (counted,) = (s["bytes_total"] for s in block["strategies"] if s["name"] == "percpu_pool")
            said = pool["bytes_fixed"] + pool["bytes_per_cpu"] * block["possible_cpus"] + pool["bytes_per_socket"] * block["sockets"]
            assert said == counted
    assert {"a": "per_socket_tfm", "b": "percpu_pool", "cpus": 64, "sockets": 100}.items() <= next(
        c for c in data["memory"]["crossovers"] if (c["a"], c["b"], c["cpus"]) == ("per_socket_tfm", "percpu_pool", 64)
    ).items()
    assert [p["off_percent"] for p in data["memory"]["predictions"]] == [0] * 2 * (len(SHAPES) - 1)


def test_a_run_that_only_counts_says_nothing_about_times(small: Path) -> None:
    results = read(small)
    text = full(results)
    n = len(results.blocks)
    assert f"rounds:    counted: one round of each of {n} blocks\n" in text
    assert main(["report", str(small)]) == 0
    page = (small / "report" / "report.html").read_text()
    for absent in ("A/A", "How to read a verdict", "harness's floor", "time stamp", "disturbed", "kept no batch", "steal", "0 of 0"):
        assert absent not in text + table(results) and absent not in page, absent
    assert 'id="quiet"' not in page and "there are no verdicts" in text
    counted_file(small, 10, 8).unlink()
    assert f"counted: one round of each of {n} blocks, {n - 1} done" in full(read(small))


OLDEST_AXES = set(json.loads((SCHEMAS / "axes.schema.json").read_text())["required"])


def older(data: dict[str, Any]) -> None:
    """Removes what older files lack: axes, huge pages, moments. `data` is a round or a block of run.json."""
    data["axes"] = {name: value for name, value in data["axes"].items() if name in OLDEST_AXES}
    data.pop("huge_pages", None)
    for cell in data.get("cells", []):
        if "memory" in cell:
            for key in ("sockets_open", "open_error", "left", "resident"):
                del cell["memory"][key]
            for moment in ("idle", "half", "open", "peak"):
                for charge in cell["memory"][moment].values():
                    del charge["rounded_bytes"]
            cell["memory"]["peak"] = {"total": {"bytes": cell["memory"]["peak"]["total"]["bytes"]}}


def test_older_files_give_the_same_results(tmp_path: Path) -> None:
    blocks = [synthetic.axes(sockets=n, possible_cpus=cpus, page_size="base") for n in (10, 1000) for cpus in (8, 64)]
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=blocks, rounds=6))
    new = read(folder)
    for path in (folder / "rounds").glob("*.json"):
        data = json.loads(path.read_text()) | {"format": 1}
        older(data)
        validator("round").validate(data)
        path.write_text(json.dumps(data))
    run = json.loads((folder / "run.json").read_text()) | {"format": 1}
    for block in run["matrix"]["blocks"]:
        older(block)
    (folder / "run.json").write_text(json.dumps(run))
    old = read(folder)
    assert old.blocks[0].block.axes == new.blocks[0].block.axes
    assert of(old) == of(new)
    assert main(["report", str(folder)]) == 0

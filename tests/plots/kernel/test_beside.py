# SPDX-License-Identifier: MIT
"""Which block stands beside which cells, and every ratio."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import synthetic
import synthetic_kernel
from beside import SMALL, beside, fixed, model
from outputs import summary
from plots.kernel import tables, words
from plots.kernel.counterparts import COUNTERPARTS, payload, stands_for
from plots.kernel.estimates import Beside, Column, Missing, Row, compared
from plots.kernel.pairs import disagreements
from plots.registry import results_of
from plots.run.axes import Axes
from plots.verdicts.results import Results


def row(one: Beside, strategy: str) -> Row:
    return next(row for row in one.rows if row.strategy == strategy)


def test_every_ratio_is_there(one_beside: Results) -> None:
    (one,), missing = compared(one_beside)
    assert missing == [] and (one.algorithm, one.bytes, one.payload) == ("hmac(sha1)", 64, 64)
    assert one.columns == (
        Column("counted", "6.1"), Column("counted", "6.12"), Column("counted", "7.3"), Column("native", "6.12"), Column("native", "7.3"),
    )  # fmt: skip
    assert [r.strategy for r in one.rows] == [c.strategy for c in COUNTERPARTS if c.strategy != "md5sig_pool"]
    own = row(one, "per_socket_tfm")
    assert own.model.median == pytest.approx(0.76, rel=0.001) and own.cold.median == pytest.approx(0.76, rel=0.001)
    for at, reading in own.readings.items():
        assert reading.warm.median == pytest.approx(0.75) and reading.form == "ahash"
        assert reading.boots == (3 if at.lane == "native" else 1)
    assert row(one, "clone_sigpool").readings.keys() == {Column("counted", "6.12"), Column("native", "6.12")}
    assert {at.kernel for at in row(one, "per_request_key").readings} == {"7.3"}


def test_a_cold_cache_is_a_range_over_boots(one_beside: Results) -> None:
    (one,), _ = compared(one_beside)
    own = row(one, "per_socket_tfm").readings
    cold = own[Column("native", "7.3")].cold
    assert cold.low == pytest.approx(0.75) and cold.high == pytest.approx(0.75 * 1.04), "each boot costs a fiftieth more"
    assert own[Column("counted", "7.3")].cold.median is None, "flushed is not cold: instructions do not change"
    shown = dict(tables.ratios(one, []).rows)["per_socket_tfm"]
    assert shown == ["0.760", "0.760", "0.750", "0.750", "0.750", "0.750\n0.75-0.78", "0.750\n0.75-0.78"]
    assert dict(tables.ratios(one, [], percent=True).rows)["per_socket_tfm"][-1] == "0.750\n75-78"
    assert dict(tables.ratios(one, []).rows)["per_request_key"][2:] == ["", "", "0.700", "", "0.700\n0.70"]


def test_the_row_of_the_pool_has_its_cost(one_beside: Results) -> None:
    (one,), _ = compared(one_beside)
    (_, cells), *_ = tables.ratios(one, []).rows
    # Each turn is 1,000 packets, and an instruction a third of a ns.
    assert cells[2:] == ["4,000", "4,000", "4,000", "1,333", "1,333"]


def test_the_first_form_that_a_kernel_has_stands_for_a_strategy(one_beside: Results) -> None:
    assert stands_for("onstack", ["shash", "ahash", "library"]) == "library"
    assert stands_for("onstack", ["ahash", "shash"]) == "shash" and stands_for("onstack", ["ahash"]) is None
    assert stands_for("clone_sigpool", {"ahash", "tcp_sigpool"}) == "tcp_sigpool" and stands_for("multibuffer", ["ahash"]) is None
    (one,), _ = compared(one_beside)
    assert {at.kernel: r.form for at, r in row(one, "onstack").readings.items()} == {"6.1": "shash", "6.12": "shash", "7.3": "library"}
    assert words.forms([one]) == (
        "The form that stands for a strategy, where it is not ahash: clone_sigpool: tcp_sigpool in 6.12; onstack: shash in 6.1 and "
        "6.12, library in 7.3; onstack_prepared: shash in 6.1 and 6.12, library in 7.3; per_request_key: library in 7.3; "
        "percpu_request_key: library in 7.3."
    )
    assert all(one.why and not one.why.endswith(".") for one in COUNTERPARTS)


@pytest.mark.parametrize(
    "workload, bytes_",
    [
        ("tcp_ao/fixed_64", 64), ("tcp_ao/fixed_1400", 1400), ("tcp_ao/bgp_update", 94), ("tcp_ao/keepalive", 19), ("tcp_ao/mtu", 1430),
        ("tcp_ao/imix", None), ("tcp_ao/some_capture", None), ("tcp_ao/fixed_", None),
    ],
)  # fmt: skip
def test_a_workload_has_bytes(workload: str, bytes_: int | None) -> None:
    assert payload(Axes(synthetic.axes(workload=workload))) == bytes_


def test_the_nearest_block_is_said(tmp_path: Path) -> None:
    kernel = synthetic_kernel.Truth(kernels=("6.12",), algorithms=("hmac(sha1)", "hmac(sha256)"), lanes={"counted": 1})
    blocks = [synthetic.axes(workload=f"tcp_ao/{name}", sockets=n) for name in ("bgp_update", "mtu", "keepalive") for n in (10_000, 100)]
    results = beside(tmp_path, model(*blocks), kernel)
    found, missing = compared(results)
    assert [(one.bytes, one.block.block.axes.workload, one.block.block.axes.sockets) for one in found] == [
        (64, "tcp_ao/bgp_update", 10_000), (1440, "tcp_ao/mtu", 10_000),
    ], "the first of two numbers of sockets that are as far from 1,000"  # fmt: skip
    assert missing == [Missing("hmac(sha1)", 512), Missing("hmac(sha256)", None)]
    assert [words.nearest(one) for one in found] == [
        "model: tcp_ao/bgp_update, hmac(sha1), 94 B of data, the nearest to 64 B, with 10,000 sockets; the kernel with 1,000",
        "model: tcp_ao/mtu, hmac(sha1), 1,430 B of data, the nearest to 1,440 B, with 10,000 sockets; the kernel with 1,000",
    ]
    assert words.missing(missing) == [
        "hmac(sha1), 512 B: no block of this run has packets within a factor of 2 of that size.",
        "hmac(sha256): this run has no block to compare it with (closed loop, warm cache, nettle or ipsec_mb, one thread, packets of one size, and "
        "percpu_pool).",
    ]


@pytest.mark.parametrize(
    "changes", [{"provider": "openssl"}, {"cpus": 2}, {"load": "70%"}, {"workload": "seg6_hmac/fixed_64", "ip": "v6"}, {"heap": "aged"}]
)
def test_other_blocks_do_not_stand_beside(tmp_path: Path, changes: dict[str, object]) -> None:
    results = beside(tmp_path, model(fixed(64) | changes), SMALL)
    assert compared(results) == ([], [Missing("hmac(sha1)", None)])


def test_the_most_polluted_block_is_the_cold_one(all_beside: Results) -> None:
    found, missing = compared(all_beside)
    assert missing == [] and len(found) == 15
    assert [one.algorithm for one in found[::3]] == list(synthetic_kernel.ALGORITHMS)
    first, *others = found
    assert first.cold and first.cold.block.axes.cache == "polluted:4096" and all(one.cold is None for one in others)
    assert tables.ratios(first, []).columns[:2] == ["model warm", "model polluted"]
    assert tables.ratios(others[0], []).columns[:2] == ["model warm", "counted 6.1"]
    assert "model cold, or polluted: other memory is written between polls" in words.legend(found)


def test_flushed_sockets_are_colder_than_any_pollution(tmp_path: Path) -> None:
    blocks = [fixed(64, cache=cache) for cache in ("warm", "polluted:4096", "cold", "polluted:65536")]
    results = beside(tmp_path, model(*blocks), SMALL)
    (one,), _ = compared(results)
    assert one.cold and one.cold.block.axes.cache == "cold"
    assert tables.ratios(one, []).columns[:2] == ["model warm", "model cold"]
    assert "model cold: the memory of each socket is flushed before its packets." in words.legend([one])
    assert "polluted" not in words.legend([one])
    assert summary(results)["kernel"]["beside"][0]["cold_block"] == one.cold.block.id


def test_more_bytes_bring_ratios_nearer_to_1(all_beside: Results) -> None:
    found, _ = compared(all_beside)
    at = Column("counted", "6.12")
    sizes = [row(one, "per_socket_tfm").readings[at].warm.median for one in found if one.algorithm == "hmac(sha1)"]
    assert sizes == [pytest.approx((3000 + 2 * n) / (4000 + 2 * n)) for n in (0, 448, 1376)]


def test_gcm_has_other_forms(all_beside: Results) -> None:
    found, _ = compared(all_beside)
    gcm = next(one for one in found if one.algorithm == "gcm(aes)")
    assert [r.strategy for r in gcm.rows] == ["percpu_pool", "per_socket_tfm", "null"]
    assert row(gcm, "per_socket_tfm").readings[Column("host", "7.3")].warm.median == pytest.approx(3500 / 6100)


def test_another_baseline_does_not_move_the_ratios(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path / "run", model(fixed(64)))
    for path in folder.rglob("*.json"):
        data = json.loads(path.read_text())
        if path.name == "run.json":
            data["matrix"] |= {"baseline": "onstack", "aa_copies": 0}
        else:
            data |= {"baseline": "onstack", "cells": [cell for cell in data["cells"] if not cell["aa"]]}
        path.write_text(json.dumps(data))
    results = results_of(folder, synthetic_kernel.write_kernel(tmp_path / "kernel", SMALL))
    (one,), _ = compared(results)
    assert row(one, "per_socket_tfm").model.median == pytest.approx(0.76, rel=0.001)
    assert row(one, "onstack").model.median == pytest.approx(1.05, rel=0.001)
    assert results.run.kernel and len(disagreements(results.run.kernel, [one])) == 7


def test_a_lane_without_the_pool_has_no_column(tmp_path: Path) -> None:
    folder = synthetic_kernel.write_kernel(tmp_path / "kernel", SMALL)
    for path in folder.glob("native/rounds/7.3.*.json"):
        data = json.loads(path.read_text())
        data["cells"] = [cell for cell in data["cells"] if cell["strategy"] != "percpu_pool"]
        path.write_text(json.dumps(data))
    (one,), _ = compared(results_of(synthetic.write_run(tmp_path / "run", model(fixed(64))), folder))
    assert Column("native", "7.3") not in one.columns and Column("native", "6.12") in one.columns

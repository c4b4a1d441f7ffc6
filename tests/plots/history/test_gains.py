# SPDX-License-Identifier: MIT
"""Published gains beside the kernel's own: which cells, which phases, and whether they add up."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

import synthetic
import synthetic_kernel
from beside import fixed, model
from outputs import full, summary, write_report
from plots.history import tables, words
from plots.history.estimates import compared
from plots.history.gains import gains
from plots.registry import results_of
from plots.run.files import validator
from plots.verdicts.results import Results

KERNEL = synthetic_kernel.Truth(algorithms=synthetic_kernel.ALGORITHMS[:4], bytes=(64, 1440), lanes={"counted": 1})


@pytest.fixture(scope="module")
def counted(past: Results, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The run like the matrix history, with counted kernels beside it."""
    return results_of(past.run.path, synthetic_kernel.write_kernel(tmp_path_factory.mktemp("gains") / "kernel", KERNEL))


def test_each_published_step_has_its_cells(counted: Results) -> None:
    found = gains(counted)
    assert [gain.published.what for gain in found] == [
        "TCP-AO HMAC-SHA1, 128 B", "TCP-AO HMAC-SHA256, 128 B", "TCP-AO AES-128-CMAC, 128 B", "TCP-MD5, 140 B", "TCP-MD5, 1,440 B",
    ], "no packet of the kernel's module is like seg6's"  # fmt: skip
    assert [gain.bytes for gain in found] == [64, 64, 64, 64, 1440]
    assert all((gain.before.name, gain.before.kernel) == ("clone_sigpool/tcp_sigpool", "6.12") for gain in found)
    assert all((gain.after.name, gain.after.kernel) == ("onstack/library", "7.3") for gain in found)
    sha1 = found[0]
    assert (sha1.before.instructions, sha1.after.instructions, sha1.saved) == (5800, 2360, 3440)
    assert sha1.ratio == pytest.approx(5800 / 2360)


def test_phases_add_up(counted: Results) -> None:
    for gain in gains(counted):
        assert sum(gain.by_phase.values()) == pytest.approx(gain.saved)
        assert gain.in_phases == 1 and gain.adds_up
    sha1 = gains(counted)[0]
    assert sha1.by_phase == {"start": 540, "key": 600, "update": 500, "final": 400, "end": 100, "allocation": 1300, "other": 0}


def test_every_word_of_the_explanation(counted: Results) -> None:
    assert words.in_the_kernel(gains(counted)[0]) == (
        "TCP-AO HMAC-SHA1, 128 B, with 64 B of data: 5,800 instructions (clone_sigpool/tcp_sigpool, 6.12) to 2,360 (onstack/library, 7.3), "
        "3,440 saved: allocation 38\u00a0% (+1,300), key 17\u00a0% (+600), start 16\u00a0% (+540), update 15\u00a0% (+500), final 12\u00a0% (+400), "
        "end 3\u00a0% (+100). The phases add up to 100.0\u00a0% of it."
    )


@pytest.mark.parametrize("other, adds_up", [(20 + 60, True), (20 + 80, False)])
def test_what_lies_in_no_phase_is_said(counted: Results, other: int, adds_up: bool) -> None:
    gain = gains(counted)[0]
    phases = gain.before.by_phase | {"other": float(other)}
    found = replace(gain, before=replace(gain.before, by_phase=phases))
    assert found.adds_up is adds_up
    says = words.in_the_kernel(found)
    assert ("of it only: the rest lies in no phase, so they do not explain the step." in says) is not adds_up


def test_published_kernel_and_model_stand_side_by_side(counted: Results, past: Results) -> None:
    shown = tables.published(compared(counted), gains(counted))
    assert shown and shown.columns == ["cycles", "published", "kernel", "ours", "interval", "no floor", ""]
    rows = dict(shown.rows)
    assert rows["TCP-AO HMAC-SHA1, 128 B"][:3] == ["3,319 > 1,256", "2.64", "2.46"] and rows["TCP-AO HMAC-SHA1, 128 B"][-1] == "apart"
    assert rows["seg6, raw to prepared key"][2] == "-" and rows["seg6, raw to prepared key"][3] != "-"
    without = tables.published(compared(past), gains(past))
    assert without and "kernel" not in without.columns and gains(past) == []


def test_that_it_is_not_measured_goes(counted: Results, past: Results) -> None:
    for results, has in ((counted, True), (past, False)):
        text = " ".join(full(results).split())
        assert "is not measured" not in text.split("The kernel reached its transforms")[1].split("What was claimed")[0].split("Gbit/s")[0]
        assert (words.COUNTED in text) is has and (words.NOT_COUNTED in text) is not has
        assert ("The phases add up to 100.0 % of it." in text) is has
    assert "`tfmbench kernel counted --out DIR`, then `tfmbench report RUN --kernel DIR`" in words.NOT_COUNTED


def test_the_page_and_the_summary_have_it(counted: Results, tmp_path: Path) -> None:
    page = unescape(write_report(counted, tmp_path / "report").read_text())
    history = re.search(r'<section aria-labelledby="history">.*?</section>', page, re.S)
    assert history and words.GAINS_LEGEND in history[0] and history[0].count("The phases add up to") == 5
    data = summary(counted)
    validator("summary").validate(data)
    json.dumps(data, allow_nan=False)
    first, *others = data["published_in_kernel"]
    assert len(others) == 4 and first["saved_by_phase"]["allocation"] == 1300 and first["in_phases"] == 1
    assert first["before"]["release"] == "6.12.9-synthetic"


def test_a_run_that_measured_no_step_shows_the_kernels(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path / "run", model(fixed(64)))
    results = results_of(folder, synthetic_kernel.write_kernel(tmp_path / "kernel", KERNEL))
    shown = tables.published(compared(results), gains(results))
    assert shown and dict(shown.rows)["TCP-MD5, 140 B"] == ["1,020 > 678", "1.50", "2.46", "-", "-", "-", "not measured"]
    assert shown.notes == ["Not measured in this run: seg6, raw to prepared key."]


def test_the_newest_kernel_that_has_it_is_before_and_after(past: Results, tmp_path: Path) -> None:
    truth = replace(KERNEL, kernels=("6.12", "6.18", "7.2", "7.3"), algorithms=("md5",))
    found = gains(results_of(past.run.path, synthetic_kernel.write_kernel(tmp_path / "kernel", truth)))
    assert [(gain.before.kernel, gain.after.kernel) for gain in found] == [("6.18", "7.3")] * 2


@pytest.mark.parametrize("kernels", [("6.1", "6.12"), ("7.3",), ("6.1",)])
def test_half_a_step_is_none(past: Results, tmp_path: Path, kernels: tuple[str, ...]) -> None:
    kernel = synthetic_kernel.write_kernel(tmp_path / "kernel", replace(KERNEL, kernels=kernels))
    assert gains(results_of(past.run.path, kernel)) == []


def test_sizes_that_are_far_from_the_published_do_not_count(past: Results, tmp_path: Path) -> None:
    kernel = synthetic_kernel.write_kernel(tmp_path / "kernel", replace(KERNEL, bytes=(512,)))
    assert gains(results_of(past.run.path, kernel)) == []

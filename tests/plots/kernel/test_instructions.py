# SPDX-License-Identifier: MIT
"""The model's instructions beside the kernel's: which blocks and forms stand beside each other, ratios, signs, texts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import synthetic_kernel
from beside import beside, fixed, model
from outputs import full, summary, write_report
from pages import narrow_ascii
from plots.kernel import instruction_words, text
from plots.kernel.instructions import agreed, counted, nearest, operation
from plots.kernel.pairs import Phase
from plots.run.files import BadInput, validator
from plots.run.load_kernel import load_kernel
from plots.statistics.stats import Estimate
from plots.verdicts.results import Results
from synthetic_kernel import MODEL, Cells, Truth, model_round, write_kernel, write_model

ONE = Truth(algorithms=("hmac(sha1)",), bytes=(64, 1440), lanes={"counted": 1}, kernels=("6.12",))


def given(folder: Path, *rounds: dict[str, Any], truth: Truth = ONE) -> Path:
    return write_model(write_kernel(folder, truth), *rounds)


def found(folder: Path, *rounds: dict[str, Any], truth: Truth = ONE) -> list[Any]:
    return agreed(load_kernel(given(folder, *rounds, truth=truth)))


def with_(**changes: tuple[int, ...]) -> Cells:
    return {name: changes.get(name, phases) for name, phases in MODEL.items()}  # type: ignore[misc]


def test_the_same_instructions_agree_whatever_lies_in_no_phase(tmp_path: Path) -> None:
    (one,) = found(tmp_path, model_round(fixed(64), MODEL, 64))
    assert (one.api, one.kernel, len(one.gaps), one.apart, one.opposite) == ("flat", "6.12", 3, 0.0, ())
    assert one.order.tau.median == 1.0 and one.pairs == 6 == one.order.pairs, "neither the floor nor the kernel's shash"
    (block,) = one.counted
    assert [(side.strategy, side.form) for side in block.sides] == [
        ("percpu_pool", "ahash"), ("per_socket_tfm", "ahash"), ("tfm_pool", "ahash"), ("clone_sigpool", "tcp_sigpool"), ("null", "none"),
    ]  # fmt: skip
    pool = block.sides[0]
    assert operation(pool.model) == operation(pool.kernel) == 3980 and pool.model["other"] == 120 and pool.kernel["other"] == 20


def test_how_far_half_of_the_ratios_are_apart(tmp_path: Path) -> None:
    per_socket_tfm = (80, 0, 1200, 1200, 60, 740, 120)
    both = with_(per_socket_tfm=per_socket_tfm, tfm_pool=(120, 1400, 1200, 1200, 100, 800, 120))
    (one,) = found(tmp_path / "two", model_round(fixed(64), both, 64))
    assert one.apart == pytest.approx(4820 / 4420 - 1), "two of three"
    (one,) = found(tmp_path / "one", model_round(fixed(64), with_(per_socket_tfm=per_socket_tfm), 64))
    assert one.apart == 0.0, "one of three"
    ratios = {gap.of.strategy: (gap.model, gap.kernel) for gap in one.gaps}
    assert set(ratios) == {"per_socket_tfm", "tfm_pool", "clone_sigpool"} and ratios["per_socket_tfm"] == pytest.approx((3280 / 3980, 2980 / 3980))


def instructions(phase: Phase) -> tuple[str, int, int]:
    """The phase's name, its difference and the whole one, in instructions: the pool takes 3,980."""
    return phase.name, round(3980 * phase.difference), round(3980 * phase.whole)


def test_the_largest_gap_and_its_phase(tmp_path: Path) -> None:
    """A tenth more for per_socket_tfm, mostly allocated; and a fifth less for tfm_pool, of which the key saves more than start adds."""
    changed = with_(per_socket_tfm=(90, 0, 1200, 1200, 60, 740, 999), tfm_pool=(320, 400, 1200, 1200, 100, 400, 120))
    (one,) = found(tmp_path, model_round(fixed(64), changed, 64))
    assert one.widest and (one.widest.of.strategy, one.widest.model, one.widest.kernel) == ("tfm_pool", 3620 / 3980, 4420 / 3980)
    assert instructions(one.widest.phase) == ("key", -1000, -800)
    other = next(gap for gap in one.gaps if gap.of.strategy == "per_socket_tfm")
    assert instructions(other.phase) == ("allocation", 300, 310), "what lies in no phase is no part of it"


def test_a_phase_of_a_gap_is_a_share_of_its_own_pool(tmp_path: Path) -> None:
    """A model in which everything costs half has the same ratios."""
    half = {name: (*(count // 2 for count in phases[:6]), phases[6]) for name, phases in MODEL.items()}
    (one,) = found(tmp_path, model_round(fixed(64), half, 64))  # type: ignore[arg-type]
    assert [gap.width for gap in one.gaps] == pytest.approx([1, 1, 1]) and one.apart == pytest.approx(0)
    assert all(abs(gap.phase.difference) < 1e-12 for gap in one.gaps)


def test_a_pair_of_strategies_with_opposite_signs(tmp_path: Path) -> None:
    """tfm_pool costs the kernel more than the pool and less than the clone; here less than the pool."""
    (one,) = found(tmp_path, model_round(fixed(64), with_(tfm_pool=(120, 1000, 1200, 1200, 100, 200, 120)), 64))
    (wrong,) = one.opposite
    assert (wrong.one, wrong.other) == ("percpu_pool", "tfm_pool")
    assert (wrong.model, wrong.kernel) == pytest.approx((3980 / 3820, 3980 / 4420))
    nearly = with_(tfm_pool=(120, 1400, 1200, 1160, 80, 0, 120))
    (one,) = found(tmp_path / "nearly", model_round(fixed(64), nearly, 64))
    assert one.opposite == (), "the model within 2 %"
    alike = replace(ONE, change={"tfm_pool/ahash": (110, 1400, 1200, 1200, 80, 0, 20)})
    changed = with_(tfm_pool=(120, 1000, 1200, 1200, 100, 200, 120))
    (one,) = found(tmp_path / "alike", model_round(fixed(64), changed, 64), truth=alike)
    assert one.opposite == (), "the kernel within 2 %"


def test_of_many_opposite_pairs_five_are_named_and_the_others_counted(tmp_path: Path) -> None:
    (one,) = found(tmp_path, model_round(fixed(64), with_(tfm_pool=(120, 1000, 1200, 1200, 100, 200, 120)), 64))
    (pair,) = one.opposite
    many = tuple(replace(pair, other=f"other_{i}") for i in range(6))
    _, line = instruction_words.lines([replace(one, opposite=(*many, many[5]))])
    named = "percpu_pool and other_5 (2 times), percpu_pool and other_0 (1 time), percpu_pool and other_1 (1 time), percpu_pool and other_2 (1 time), "
    assert f"both by more than 2\u00a0%: {named}percpu_pool and other_3 (1 time) and others (1 time); the largest" in line
    (table,) = instruction_words.opposite([replace(one, opposite=many)])
    assert len(table.rows) == 6 and table.rows[5] == ("percpu_pool / other_5", ["hmac(sha1)", "64", "1.042", "0.900"])


def test_the_api_that_is_nearest_to_a_kernel(tmp_path: Path) -> None:
    """flat has a size that ahash has not, in which it is exact. So only the size that both have says which is nearer."""
    two = Truth(algorithms=("hmac(sha1)",), bytes=(64, 1440), lanes={"counted": 1}, kernels=("6.1", "6.12"))
    far = with_(per_socket_tfm=(80, 0, 1200, 1200, 60, 740, 120), tfm_pool=(120, 1400, 1200, 1200, 100, 800, 120))
    near = with_(per_socket_tfm=(80, 0, 1200, 1200, 60, 540, 120), tfm_pool=(120, 1400, 1200, 1200, 100, 500, 120))
    exact = {name: (*phases[:2], phases[2] + 2752 * (name != "null"), *phases[3:]) for name, phases in MODEL.items()}
    rounds = [model_round(fixed(64), far, 64), model_round(fixed(1440), exact, 1440), model_round(fixed(64), near, 64, "ahash")]
    groups = found(tmp_path, *rounds, truth=two)
    apart = {(one.api, one.kernel): one.apart for one in groups}
    assert apart["flat", "6.12"] < apart["ahash", "6.12"], "over all of its own ratios flat is nearer"
    assert [(one.api, one.kernel) for one in nearest(groups)] == [("ahash", "6.1"), ("ahash", "6.12")]
    first, _ = instruction_words.lines(groups)
    assert first.endswith("of kernel 6.12's (api=ahash); of the apis beside a kernel the nearest, by the ratios that all of them have.")


def test_without_the_pool_there_is_no_ratio_and_no_line(tmp_path: Path) -> None:
    poolless = {name: phases for name, phases in MODEL.items() if name != "percpu_pool"}
    groups = found(tmp_path, model_round(fixed(64), poolless, 64))
    assert groups[0].widest is None and groups[0].apart is None and nearest(groups) == [] == instruction_words.lines(groups)
    assert instruction_words.agreement(groups).rows == [("flat", ["6.12", "0", "-", "1.00", "-", "0 of 3"])]


def test_the_nearest_size_within_a_quarter(tmp_path: Path) -> None:
    rounds = [model_round(fixed(size), MODEL, size) for size in (80, 1400, 512)]
    (one,) = found(tmp_path, *rounds)
    assert [(block.bytes, block.model_bytes) for block in one.counted] == [(64, 80), (1440, 1400)]


@pytest.mark.parametrize("changes", [
    {"provider": "openssl"}, {"allocator": "jemalloc"}, {"key": "prepared"}, {"workload": "ah/fixed_64"},
    {"api": "ahash", "spectre_v2": "retpoline"},
])  # fmt: skip
def test_other_blocks_do_not_stand_beside_the_kernel(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert found(tmp_path, model_round(fixed(64) | changes, MODEL, 64)) == []


def test_each_api_and_kernel_has_its_own(tmp_path: Path) -> None:
    two = Truth(algorithms=("hmac(sha1)",), bytes=(64,), lanes={"counted": 1}, kernels=("6.12", "7.3"))
    rounds = [model_round(fixed(64), MODEL, 64, form) for form in ("flat", "ahash")]
    groups = found(tmp_path, *rounds, truth=two)
    assert [(one.api, one.kernel) for one in groups] == [("ahash", "6.12"), ("ahash", "7.3"), ("flat", "6.12"), ("flat", "7.3")]
    library = {side.strategy: side.form for side in groups[1].counted[0].sides}
    assert library["onstack"] == "library" and "clone_sigpool" not in library


def test_a_kernel_stands_beside_the_api_that_it_has(tmp_path: Path) -> None:
    """And beside flat. An algorithm that the model has not with that api stands beside the older one, as in older folders."""
    two = Truth(algorithms=("hmac(sha1)", "hmac(sha256)"), bytes=(64,), lanes={"counted": 1}, kernels=("6.12", "7.3"))
    rounds = [model_round(fixed(64), MODEL, 64, form) for form in ("flat", "ahash", "ahash_library")]
    rounds.append(model_round(fixed(64, "hmac(sha256)"), MODEL, 64, "ahash"))
    groups = found(tmp_path, *rounds, truth=two)
    assert [(one.api, one.kernel, [block.algorithm for block in one.counted]) for one in groups] == [
        ("ahash", "6.12", ["hmac(sha1)", "hmac(sha256)"]),
        ("ahash", "7.3", ["hmac(sha256)"]),
        ("ahash_library", "7.3", ["hmac(sha1)"]),
        ("flat", "6.12", ["hmac(sha1)"]),
        ("flat", "7.3", ["hmac(sha1)"]),
    ]
    assert [(api, cells[0]) for api, cells in instruction_words.agreement(groups).rows] == [(one.api, one.kernel) for one in groups]
    assert "7.3" not in instruction_words.lines(groups)[0], "its apis have no ratio in common"


def test_the_api_is_chosen_for_each_size(tmp_path: Path) -> None:
    """What stands in for a kernel's api at one size does not depend on the blocks of another."""
    two = Truth(algorithms=("hmac(sha1)",), bytes=(64, 512), lanes={"counted": 1}, kernels=("7.3",))
    rounds = [model_round(fixed(64), MODEL, 64, "ahash_library"), model_round(fixed(512), MODEL, 512, "ahash")]
    groups = found(tmp_path, *rounds, truth=two)
    assert [(one.api, [block.bytes for block in one.counted]) for one in groups] == [("ahash", [512]), ("ahash_library", [64])]


def test_an_older_kernel_never_stands_beside_the_newer_api(tmp_path: Path) -> None:
    two = Truth(algorithms=("hmac(sha1)",), bytes=(64,), lanes={"counted": 1}, kernels=("6.12", "7.3"))
    groups = found(tmp_path, model_round(fixed(64), MODEL, 64, "ahash_library"), truth=two)
    assert [(one.api, one.kernel) for one in groups] == [("ahash_library", "7.3")]


def test_without_a_lane_counted_nothing_is_compared(tmp_path: Path) -> None:
    native = Truth(algorithms=("hmac(sha1)",), bytes=(64,), lanes={"native": 2})
    assert found(tmp_path, model_round(fixed(64), MODEL, 64), truth=native) == []


def test_the_model_is_no_lane_of_the_kernel(tmp_path: Path) -> None:
    kernel = load_kernel(given(tmp_path, model_round(fixed(64), MODEL, 64)))
    assert [lane.name for lane in kernel.lanes] == ["counted"] and kernel.model is not None and kernel.lane("model") is None
    alone = load_kernel(write_model(tmp_path / "alone", model_round(fixed(64), MODEL, 64)))
    assert alone.lanes == () and alone.model is not None and counted(alone) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"algorithm": "md5"}, "its axes have nettle's hmac(sha1); it says that it is of nettle's md5"),
        ({"axes": fixed(64) | {"colour": "red"}}, "colour"),
        ({"kernel": "6.1"}, "kernel 6.1 is not in run.json"),
        ({"block_id": "other"}, "holds what other.r00.json should"),
    ],
)
def test_broken_files(tmp_path: Path, wrong: dict[str, Any], said: str) -> None:
    folder = write_model(tmp_path, model_round(fixed(64), MODEL, 64))
    (path,) = (folder / "model/rounds").iterdir()
    path.write_text(json.dumps(json.loads(path.read_text()) | wrong))
    with pytest.raises(BadInput, match=re.escape(said)):
        load_kernel(folder)


@pytest.fixture
def both(tmp_path: Path) -> Results:
    given(tmp_path / "kernel", model_round(fixed(64), with_(tfm_pool=(120, 1000, 1200, 1200, 100, 200, 120)), 64))
    return beside(tmp_path, model(fixed(64)), ONE)


def section(path: Path) -> str:
    found_ = re.search(r'<section aria-labelledby="kernel">.*?</section>', path.read_text(), re.S)
    assert found_
    return unescape(found_[0])


def test_the_first_lines_of_page_and_mail(both: Results, tmp_path: Path) -> None:
    within = "In instructions, half of the model's ratios to percpu_pool are within 0.00\u00a0% of kernel 6.12's (api=flat)."
    wrong = (
        "In these comparisons 1 of 6 pairs of strategies have opposite signs in model and kernel, both by more than 2\u00a0%: percpu_pool and "
        "tfm_pool (1 time); the largest gap of a ratio is tfm_pool's (api=flat, 6.12, hmac(sha1), 64 B: model 0.960, kernel 1.111; mostly key, "
        "-0.101 of -0.151)."
    )
    row = ["6.12", "3", "0.00\u00a0%", "0.67", "-", "1 of 6"]
    page = section(write_report(both, tmp_path / "report"))
    assert re.findall(r"<p>(.*?)</p>", page, re.S)[:2] == [within, wrong]
    first = re.search("<table>.*?</table>", page, re.S)
    assert first and "Agreement of the ratios" in first[0] and re.findall("<td class=.lines.>(.*?)</td>", first[0]) == row
    assert "<summary>Pairs with opposite signs (1)</summary>" in page and "percpu_pool / tfm_pool" in page
    assert "<summary>Model beside kernel, by phase (1)</summary>" in page and "1,400 / 1,400" in page
    whole = full(both)
    mail = " ".join(whole.split())
    assert f"Kernel beside model ------------------- {within} {wrong} Agreement of the ratios".replace("\u00a0", " ") in mail
    (line,) = [line for line in whole.splitlines() if line.startswith("flat ")]
    assert line.split() == ["flat", *" ".join(row).replace("\u00a0", " ").split()]
    assert narrow_ascii(whole) and "Made by: tfmbench count kernel" in mail


def test_the_table_of_a_mail_has_room_for_the_widest_numbers(both: Results) -> None:
    assert both.run.kernel
    (one,) = agreed(both.run.kernel)
    apart = Estimate(-0.55, -0.85, -0.25)
    wide = replace(one, api="ahash_library", pairs=1234, opposite=one.opposite * 123, order=replace(one.order, tau=apart))
    lines = text.instructions([wide, one])
    assert max(map(len, lines)) <= 72
    assert [line.split() for line in lines if line.startswith("ahash_library ")] == [
        ["ahash_library", "6.12", "3", "0.00", "%", "-0.55", "-0.85", "to", "-0.25", "123", "of", "1,234"],
    ]  # fmt: skip


def test_a_page_without_the_model_says_how_to_make_it(tmp_path: Path) -> None:
    page = section(write_report(beside(tmp_path, model(fixed(64)), ONE), tmp_path / "report"))
    assert instruction_words.WITHOUT in page and "`tfmbench count kernel --out DIR`" in page and "Agreement of the ratios" not in page


def test_the_summary_has_both_sides(both: Results) -> None:
    data = summary(both)
    validator("summary").validate(data)
    (one,) = data["kernel"]["instructions"]
    assert (one["api"], one["kernel"], one["ratios"], one["pairs"]) == ("flat", "6.12", 3, 6)
    assert one["opposite"] == [
        {"algorithm": "hmac(sha1)", "bytes": 64, "strategies": ["percpu_pool", "tfm_pool"], "model": pytest.approx(3980 / 3820),
         "kernel": pytest.approx(3980 / 4420)}
    ]  # fmt: skip
    assert one["widest"] == {
        "algorithm": "hmac(sha1)", "bytes": 64, "strategy": "tfm_pool", "model": pytest.approx(3820 / 3980), "kernel": pytest.approx(4420 / 3980),
        "phase": {"name": "key", "difference": pytest.approx(-400 / 3980), "whole": pytest.approx(-600 / 3980)},
    }  # fmt: skip
    (block,) = one["counted"]
    tfm_pool = next(side for side in block["strategies"] if side["name"] == "tfm_pool")
    assert tfm_pool["form"] == "ahash" and (tfm_pool["model"]["key"], tfm_pool["kernel"]["key"]) == (1000, 1400)
    assert tfm_pool["ratios"] == {"model": pytest.approx(3820 / 3980), "kernel": pytest.approx(4420 / 3980)}
    assert [lane["lane"] for lane in data["kernel"]["lanes"]] == ["counted", "model"]

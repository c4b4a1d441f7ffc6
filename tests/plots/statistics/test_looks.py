# SPDX-License-Identifier: MIT
"""Looks at a run that is not finished: their errors, by simulation of whole runs that stop by the rule."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from scipy.special import stdtrit

from plots.run.axes import SCHEMAS
from plots.statistics.heaps import two_heaps
from plots.statistics.looks import confidence, half_width, is_open
from plots.statistics.stats import MINIMUM_ROUNDS, Estimate, bonferroni, ratio_estimate
from plots.statistics.verdict import DIFFERENT, Verdict, judge
from simulated_looks import LOOKS, MARGIN, PRECISION, SHAPES, simulated


def test_there_is_no_verdict_before_the_sixth_round() -> None:
    assert LOOKS[0] >= MINIMUM_ROUNDS and len(LOOKS) <= 8
    early = ratio_estimate([1.5] * 5, 0.95)
    assert judge(early, 5, MARGIN) == "unresolved" and is_open("unresolved", early, None, 0.5)


def test_the_looks_that_are_simulated_are_those_of_a_run() -> None:
    source = (SCHEMAS.parents[1] / "bench/driver/precision.hpp").read_text(encoding="utf-8")
    (found,) = re.findall(r"look_rounds\{([\d, ]+)\}", source)
    assert tuple(map(int, found.split(","))) == LOOKS


def test_the_error_is_split_over_comparisons_and_looks() -> None:
    assert confidence(1, 1) == bonferroni(1) and confidence(5, 1) == bonferroni(5)
    assert confidence(5, 8) == pytest.approx(1 - 0.05 / 40)
    assert confidence(0, 8) == pytest.approx(1 - 0.05 / 8)


def test_half_width() -> None:
    assert half_width(Estimate(1.0, 1 / 1.01, 1.01)) == pytest.approx(0.01)
    assert half_width(Estimate(1.0)) is None


def test_what_is_open() -> None:
    wide, narrow = Estimate(1.0, 0.97, 1.03), Estimate(1.0, 0.995, 1.005)
    decided: tuple[Verdict, ...] = ("faster", "slower", "same")
    undecided: tuple[Verdict, ...] = ("unresolved", "a little faster", "a little slower")
    assert not any(is_open(verdict, wide, None, PRECISION) for verdict in decided)
    assert all(is_open(verdict, wide, None, PRECISION) for verdict in undecided)
    assert not any(is_open(verdict, narrow, None, PRECISION) for verdict in undecided)
    assert not is_open("unresolved", wide, two_heaps([1.0] * 6 + [1.1] * 6, MARGIN), PRECISION)


def at_most(promised: float, runs: int) -> float:
    """A share plus three standard errors."""
    return promised + 3 * math.sqrt(promised * (1 - promised) / runs)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("sd", [0.005, 0.012])
def test_equal_strategies_are_rarely_called_different(shape: str, sd: float) -> None:
    """The error of a whole run of looks, for one of four comparisons: all four together may have 5 %.

    Eight rounds of two heaps all lie in one of them in 0.8 % of runs. With six it were 3 %: hence the first look at eight.
    """
    runs = 300
    found = simulated(SHAPES[shape](np.random.default_rng(11), (runs, LOOKS[-1])) * sd, 1.0)
    assert found.share(*DIFFERENT) <= 0.0125, found.verdicts
    if shape != "two heaps":
        assert found.share("same") > 0.5 or sd > 0.01, found.verdicts


@pytest.mark.parametrize("shape", ["normal", "heavy tails", "outliers"])
@pytest.mark.parametrize("truth", [1.0, 1.015, 1.03])
def test_every_interval_until_the_stop_holds_the_truth(shape: str, truth: float) -> None:
    """Together, in at least the promised share of runs: stopping when it looks good costs nothing."""
    runs, promised = 300, 0.05 / 4
    logs = SHAPES[shape](np.random.default_rng(12), (runs, LOOKS[-1])) * 0.01 + math.log(truth)
    assert simulated(logs, truth).missed / runs <= at_most(promised, runs)


def test_a_difference_at_the_margin_is_rarely_called_beyond_it() -> None:
    logs = SHAPES["normal"](np.random.default_rng(13), (300, LOOKS[-1])) * 0.008 + math.log1p(MARGIN)
    found = simulated(logs, 1 + MARGIN)
    assert found.share("slower", "faster", "same") <= at_most(0.0125, 300), found.verdicts


@pytest.mark.parametrize("sd, most", [(0.0066, 8), (0.011, 11), (0.016, 23)])
def test_three_percent_are_found_sooner_than_with_fixed_rounds(sd: float, most: int) -> None:
    logs = SHAPES["normal"](np.random.default_rng(14), (200, LOOKS[-1])) * sd + math.log1p(0.03)
    found = simulated(logs, 1.03)
    assert found.share("slower") >= 0.9, found.verdicts
    assert float(np.median(found.rounds)) <= most
    seven = [judge(ratio_estimate(row[:7].tolist(), bonferroni(4)), 7, MARGIN) for row in np.exp(logs)]
    assert seven.count("slower") / len(seven) < found.share("slower")


def test_without_the_split_looks_would_err() -> None:
    """What the split is for: the interval of fixed rounds, looked at eight times, misses the truth too often."""
    logs = SHAPES["normal"](np.random.default_rng(15), (300, LOOKS[-1])) * 0.01
    missed = sum(
        any(not (e.low or 0) <= 1 <= (e.high or 9) for e in (ratio_estimate(row[:n].tolist(), 0.95) for n in LOOKS))
        for row in np.exp(logs)
    )
    assert missed / 300 > 0.12


def test_the_baselines_speed_as_a_covariate_promises_too_much() -> None:
    """Log ratios that follow the round's speed: the regression's interval around the run's mean is half as wide, and holds the
    mean of all rounds far too rarely. So it is not used."""
    rng = np.random.default_rng(16)
    runs, rounds = 1000, 12
    speed = rng.standard_normal((runs, rounds))
    logs = 0.01 * (0.9 * speed + math.sqrt(1 - 0.81) * rng.standard_normal((runs, rounds)))
    x = speed - speed.mean(1, keepdims=True)
    slope = (x * logs).sum(1, keepdims=True) / (x * x).sum(1, keepdims=True)
    left = logs - logs.mean(1, keepdims=True) - slope * x
    half = stdtrit(rounds - 2, 0.975) * np.sqrt((left**2).sum(1) / (rounds - 2) / rounds)
    assert float(np.mean(np.abs(logs.mean(1)) <= half)) < 0.75
    plain = [ratio_estimate(row) for row in np.exp(logs)]
    assert sum((e.low or 0) <= 1 <= (e.high or 9) for e in plain) / runs > 0.93

# SPDX-License-Identifier: MIT
"""Looks: the rounds of a block are judged several times while it is measured, and it stops once no comparison is open.

Judged again and again at 95 %, rounds of equal strategies would be called different far more often than in 5 % of runs
(Armitage, McPherson and Rowe 1969). So the error is spent over the looks (Lan and DeMets 1983): the numbers of rounds at
which a run looks are fixed before it begins, and each look spends an equal part. The interval of a look is the t interval
with the confidence that all looks and comparisons of the block together need (Bonferroni): repeated confidence intervals,
as Jennison and Turnbull 1989 call them. All of them hold together with 95 %, whatever made the run stop, and whatever the
looks have in common. Looks that did not happen leave their part unspent.

The usual boundaries use that looks share rounds. They are computed for normal values of known variance. Simulated with six
comparisons and eight looks, they would save 5 to 8 % of the rounds; this way needs no such assumption, and is exact for t.

What was tried and is not used: the round's own baseline speed as a covariate. Centred at the mean of the run's rounds, it
leaves the estimate where it is and narrows the interval around it. So the interval holds for the speeds that the run
happened to draw, and not for the next run (simulated in tests/plots/statistics/test_looks.py).

    Armitage, McPherson, Rowe: Repeated significance tests on accumulating data. JRSS A 132 (1969), 235
    Lan, DeMets: Discrete sequential boundaries for clinical trials. Biometrika 70 (1983), 659
    Jennison, Turnbull: Interim analyses: the repeated confidence interval approach. JRSS B 51 (1989), 305
"""

from __future__ import annotations

import math

from plots.statistics.heaps import Heaps
from plots.statistics.stats import Estimate, bonferroni
from plots.statistics.verdict import Verdict

DECIDED: tuple[Verdict, ...] = ("faster", "same", "slower")
"""More rounds would not change what a reader does."""


def confidence(comparisons: int, looks: int) -> float:
    """What the interval of each comparison needs at each look. `looks`: how many there can be; 1 if the rounds are fixed."""
    return bonferroni(max(1, comparisons) * looks)


def half_width(ratio: Estimate) -> float | None:
    """Of the interval: 0.01 is 1 %. None: there is no interval."""
    return None if ratio.low is None or ratio.high is None else math.sqrt(ratio.high / ratio.low) - 1


def is_open(verdict: Verdict, ratio: Estimate, heaps: Heaps | None, precision: float) -> bool:
    """Whether a comparison needs more rounds. It does not once it is decided, or its interval is as narrow as was asked for;
    rounds in two heaps are not narrowed by more of them."""
    half = half_width(ratio)
    return verdict not in DECIDED and heaps is None and (half is None or half > precision)

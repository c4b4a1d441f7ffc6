# SPDX-License-Identifier: MIT
"""Placing labels."""

from __future__ import annotations

import pytest

from plots.drawing.labels import spread


def test_labels_keep_apart_and_stay_near() -> None:
    assert spread([10, 40], 12, 0, 100) == [10, 40]
    assert spread([10, 12], 12, 0, 100) == pytest.approx([5, 17])
    assert spread([0, 0, 50, 51, 99], 12, 0, 100) == pytest.approx([0, 12, 44.5, 56.5, 99])
    placed = spread([50, 50, 50, 60, 61, 62], 12, 0, 100)
    assert all(b - a >= 12 - 1e-9 for a, b in zip(placed, placed[1:]))
    assert spread([100, 100], 12, 0, 100) == pytest.approx([88, 100])

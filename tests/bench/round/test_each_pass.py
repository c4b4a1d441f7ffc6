# SPDX-License-Identifier: MIT
"""One round of each pass, with much of what a round can do. Short enough for a sanitizer."""

from __future__ import annotations

from pathlib import Path

import pytest
from round_process import FAULTS, STRATEGIES, Json, a_request, measured


@pytest.mark.parametrize(
    "kind, axes, strategies",
    [
        (
            "timed",
            {"load": "80%", "churn_percent": 2.0, "cpus": 2, "forged_percent": 10.0, "cache": "polluted:1"},
            ["percpu_pool", "null", "per_request_key"],
        ),
        ("counted", {"faults": FAULTS, "churn_percent": 2.0, "cpus": 2, "heap": "aged"}, STRATEGIES),
        ("pressure", {"churn_percent": 2.0, "ring": 64}, ["percpu_pool", "per_request_key"]),
        ("in_flight", {"engine_ns": 1_000_000}, STRATEGIES),
    ],
)
def test_a_round_of_each_pass(kind: str, axes: Json, strategies: list[str], tmp_path: Path) -> None:
    request = a_request(kind, **axes) | {"strategies": strategies}
    result = measured(request, tmp_path / "round.json")
    assert {cell["name"] for cell in result["cells"]} >= set(strategies)

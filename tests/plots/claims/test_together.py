# SPDX-License-Identifier: MIT
"""Which runs are judged together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import synthetic
from conftest import results_of
from plots.claims.together import together
from plots.run.files import BadInput
from plots.verdicts.results import Results
from synthetic_machine import REVISION


@pytest.fixture
def one(tmp_path: Path) -> Results:
    return results_of(tmp_path / "one", synthetic.Truth(rounds=1, sittings=1, counted=False))


def other(results: Results, name: str = "two", **changes: Any) -> Results:
    return replace(results, run=replace(results.run, name=name, path=results.run.path / name, **changes))


def test_runs_of_one_build_and_machine_belong_together(one: Results) -> None:
    kept, apart = together([one, other(one)])
    assert [results.run.name for results in kept] == ["one", "two"] and apart == []


def test_what_differs_is_set_apart_in_a_line_that_names_it(one: Results) -> None:
    run = one.run
    strangers = [
        other(one, "a", git={"revision": "f" * 40, "dirty": False}),
        other(one, "b", git=run.git | {"dirty": True}),
        other(one, "c", build=run.build | {"hash": "abc"}),
        other(one, "d", machine=run.machine | {"kind": "other"}),
        other(one, "e", baseline="onstack"),
    ]
    kept, apart = together([one, *strangers, other(one)])
    assert [results.run.name for results in kept] == ["one", "two"]
    revision = REVISION[:12]
    assert apart == [
        f"a is set apart: revision ffffffffffff, not revision {revision}",
        f"b is set apart: revision {revision} with local changes, not revision {revision}",
        f"c is set apart: another build (abc, not {run.build['hash']})",
        f"d is set apart: another kind of machine (other, not {run.machine['kind']})",
        "e is set apart: another baseline (onstack, not percpu_pool)",
    ]


def test_a_run_given_twice_is_refused(one: Results) -> None:
    with pytest.raises(BadInput, match="given twice"):
        together([one, one])
    with pytest.raises(BadInput, match="is called one"):
        together([one, other(one, "one")])

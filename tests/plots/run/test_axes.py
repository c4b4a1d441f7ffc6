# SPDX-License-Identifier: MIT
"""Axes, as the schema lists them."""

from __future__ import annotations

import json

import pytest

import synthetic
from plots.run.axes import SCHEMAS, Axes, Faults, names, usual

SCHEMA = json.loads((SCHEMAS / "axes.schema.json").read_text())["properties"]
FAULTS = {"probability": 0.5, "interval": 1, "times": -1, "seed": 7}


def test_the_schema_lists_them() -> None:
    axes = Axes(synthetic.axes())
    assert names() == list(SCHEMA) == list(axes.plain())
    assert {name: usual(name) for name in ("possible_cpus", "ring", "faults", "workload")} == {
        "possible_cpus": 8, "ring": 512, "faults": None, "workload": None,
    }  # fmt: skip


def test_every_axis_that_code_acts_on_is_in_the_schema() -> None:
    assert set(Axes.__annotations__) - {"_properties"} == set(SCHEMA)
    assert set(Faults.__annotations__) - {"_properties"} == set(SCHEMA["faults"]["properties"])


def test_a_missing_axis_has_what_older_files_mean() -> None:
    older = {name: value for name, value in synthetic.axes(pages=0).items() if name not in ("ring", "pages")}
    assert Axes(older) == Axes(synthetic.axes()) and Axes(older).ring == 512
    del older["page_size"]  # older files mean something else than the default
    assert Axes(older) == Axes(synthetic.axes(page_size="base")) and usual("page_size") == "huge"
    faults = Axes(synthetic.axes(faults=FAULTS)).faults
    assert faults and (faults.kth, faults.gfp, faults.seed) == (0, "atomic", 7)


@pytest.mark.parametrize("axis", names())
def test_every_axis_tells_blocks_apart(axis: str) -> None:
    axes = Axes(synthetic.axes())
    other = axes.but(**{axis: FAULTS if axis == "faults" else "other"})
    assert other != axes and len({axes, other, axes.but()}) == 2
    assert Axes(other.plain()) == other and other.plain()[axis] != axes.plain()[axis]


def test_bad_axes_are_named() -> None:
    with pytest.raises(ValueError, match="'moon' is not in"):
        Axes(synthetic.axes() | {"moon": 1})
    with pytest.raises(ValueError, match="'kind' is not in"):
        Axes(synthetic.axes(faults=FAULTS | {"kind": 1}))
    with pytest.raises(ValueError, match="'algorithm' is missing"):
        Axes({"workload": "tcp_ao/mtu"})
    with pytest.raises(AttributeError, match="immutable"):
        Axes(synthetic.axes()).sockets = 3

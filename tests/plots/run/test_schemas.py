# SPDX-License-Identifier: MIT
"""The schemas of rounds: fields that the first files of format 1 lacked are all there, or none of them is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

import synthetic
from plots.run.axes import Axes
from plots.run.files import quick, validator

NEWER_AXES = ["algorithms", "scratch", "heap", "pages", "ring"]
LATEST_AXES = ["in_flight", "engine_ns", "openssl", "flow_run", "tx", "page_size"]
LONE_AXES = ("api", "spectre_v2")
"""Each came alone, after all others."""
NEWER_FAULTS = ["space", "kth", "gfp"]
FAULTS = {"probability": 0, "interval": 1, "times": -1, "space": 0, "kth": 3, "seed": 1, "gfp": "any"}
CHARGE = {"bytes": 3, "rounded_bytes": 24, "blocks": 1}
MOMENT = {owner: CHARGE for owner in ("shared", "percpu", "socket", "request", "scratch", "total")}
RESIDENT = {"allocator_live_bytes": 1, "allocator_resident_bytes": 2, "rss_bytes": 3, "page_faults": 4}
NEWER_MEMORY: dict[str, Any] = {
    "sockets_open": 170,
    "open_error": "enospc",
    "left": None,
    "resident": {"before": RESIDENT, "open": RESIDENT, "closed": RESIDENT},
}
Change = Callable[[dict[str, Any]], None]


def fits(data: dict[str, Any]) -> bool:
    valid = not list(validator("round").iter_errors(data))
    assert quick("round")(data) == valid, "the quick answer is jsonschema's"
    return valid


def counted() -> dict[str, Any]:
    """A counted round with all newer fields."""
    data = copy.deepcopy(synthetic.counted_round(synthetic.Truth(), synthetic.axes(faults=FAULTS)))
    for cell in data["cells"]:
        cell["memory"] |= {moment: MOMENT for moment in ("idle", "half", "open", "peak")} | NEWER_MEMORY
    return copy.deepcopy(data)


def pressure() -> dict[str, Any]:
    return copy.deepcopy(synthetic.pressure_round(synthetic.Truth(), synthetic.axes(pages=512), 0))


def test_whole_files_fit() -> None:
    assert fits(counted()) and fits(pressure())


def test_files_from_before_fit() -> None:
    data: dict[str, Any] = counted() | {"format": 1}
    for axis in [*NEWER_AXES, *LATEST_AXES, *LONE_AXES]:
        del data["axes"][axis]
    for field in NEWER_FAULTS:
        del data["axes"]["faults"][field]
    for cell in data["cells"]:
        for key in NEWER_MEMORY:
            del cell["memory"][key]
        for moment in ("idle", "half", "open"):
            cell["memory"][moment] = {owner: {"bytes": 3, "blocks": 1} for owner in MOMENT}
        cell["memory"]["peak"] = {"total": {"bytes": 3}}
    assert fits(data)


def test_format_1_has_base_pages_and_format_2_says_which() -> None:
    for data in (counted(), pressure()):
        for axis in ("flow_run", "tx", "page_size", *LONE_AXES):  # the first three came together
            del data["axes"][axis]
        data.pop("huge_pages", None)
        assert fits(data | {"format": 1}) and not fits(data)
        assert Axes(data["axes"]).page_size == "base"


def test_format_2_says_how_much_lay_on_huge_pages() -> None:
    data = pressure()
    assert fits(data | {"huge_pages": None})
    for wrong in ({}, {"memory_bytes": 1}, {"memory_bytes": -1, "huge_bytes": 0}, 0.5):
        assert not fits(data | {"huge_pages": wrong})
    del data["huge_pages"]
    assert not fits(data)


def test_axes_that_came_alone_mean_their_defaults_in_older_files() -> None:
    data = pressure()
    del data["axes"]["spectre_v2"]
    assert fits(data) and Axes(data["axes"]).spectre_v2 == "off"
    del data["axes"]["api"]
    assert fits(data) and Axes(data["axes"]).api == "flat"
    assert not fits(data | {"axes": data["axes"] | {"spectre_v2": "off"}}), "a file with the newer axis has the older"
    for axis, wrong in (("api", "shash"), ("spectre_v2", "ibrs")):
        later = data["axes"] | {"api": "flat", "spectre_v2": "off"}
        assert fits(data | {"axes": later}) and not fits(data | {"axes": later | {axis: wrong}})


@pytest.mark.parametrize("key", [*NEWER_AXES, *LATEST_AXES])
def test_newer_axes_come_together(key: str) -> None:
    data = counted()
    del data["axes"][key]
    assert not fits(data)


@pytest.mark.parametrize("key", NEWER_FAULTS)
def test_newer_faults_come_together(key: str) -> None:
    data = counted()
    del data["axes"]["faults"][key]
    assert not fits(data)


@pytest.mark.parametrize("key", list(NEWER_MEMORY))
def test_newer_moments_come_together(key: str) -> None:
    data = counted()
    del data["cells"][1]["memory"][key]
    assert not fits(data)


@pytest.mark.parametrize(
    "axis, value",
    [
        ("algorithms", 0), ("scratch", "64+"), ("scratch", "0"), ("scratch", ""), ("heap", "old"), ("pages", -1),
        ("ring", 0), ("faults", FAULTS | {"gfp": "kernel"}), ("faults", FAULTS | {"kth": -1}),
    ],
)  # fmt: skip
def test_axes_out_of_range(axis: str, value: object) -> None:
    data = counted()
    data["axes"][axis] = value
    assert not fits(data)


def changes() -> dict[str, Change]:
    def without(path: str) -> Change:
        def change(data: dict[str, Any]) -> None:
            *folders, key = path.split(".")
            at: Any = data
            for folder in folders:
                at = at[int(folder)] if isinstance(at, list) else at[folder]
            del at[key]

        return change

    cell = pressure()["cells"][1]
    del cell["pressure"]["arena"]  # older files lack it
    paths = [f"cells.1.{part}.{key}" for part in ("pressure", "search") for key in cell[part]]
    paths += [f"cells.1.pressure.{way}.{key}" for way in ("rx", "tx") for key in cell["pressure"][way]]
    paths += [f"cells.1.search.trials.0.{key}" for key in cell["search"]["trials"][0]]
    return {path: without(path) for path in [*paths, "cells.1.drops", "round", "capacity_pps"]}


@pytest.mark.parametrize("path, change", changes().items())
def test_pressure_rounds_need_every_key(path: str, change: Change) -> None:
    data = pressure()
    change(data)
    assert not fits(data)


@pytest.mark.parametrize(
    "part, key, value",
    [
        ("pressure", "timeline", [[1, 2, 3]] * 401), ("pressure", "timeline", [[1, 2]]), ("pressure", "bursts", [[1]]),
        ("pressure", "sequence_hash", "0xAB"), ("pressure", "operations", -1), ("search", "lossless_pps", 0),
        ("search", "trials", None), ("search", "service_ns", 0),
    ],
)  # fmt: skip
def test_pressure_rounds_out_of_range(part: str, key: str, value: object) -> None:
    data = pressure()
    data["cells"][1][part][key] = value
    assert not fits(data)


def test_a_search_that_found_no_load_fits() -> None:
    data = pressure()
    data["cells"][1]["search"] |= {"lossless_pps": None, "half_percent_loss_pps": None}
    assert fits(data)


def test_pressure_rounds_have_no_copies_and_no_load() -> None:
    data = pressure()
    data["cells"][1]["aa"] = True
    assert not fits(data)
    assert not fits(pressure() | {"offered_pps": 1.0})

# SPDX-License-Identifier: MIT
"""What tests/long/kernel judges, and what it only says."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest
from conftest import SOURCE, World
from test_lane import SHORT

sys.path.insert(0, str(SOURCE / "tests/long/kernel"))

import lanes  # noqa: E402
import ratios  # noqa: E402

KEY = ("6.12", "md5", 64, 1000, "warm", "tfm_pool/ahash")
LANE = ratios.Lane({"6.12": "6.12.3"}, {KEY: 1.1, (*KEY[:4], "cold", KEY[5]): 1.1}, {})


def test_ratios_of_a_lane(world: World) -> None:
    assert world(*SHORT).returncode == 0
    lane = ratios.read(world.out / "counted")
    assert lane.releases == {"6.12": "6.12.3+deb12-cloud-amd64"}
    assert lane.ratios[KEY] == 2.0 and lane.ratios[(*KEY[:5], "null/none")] == 0.5
    assert lane.phases[KEY] | {"start": 400, "other": 400} == lane.phases[KEY]
    assert ratios.compare(lane, lane, lanes.COMMITTED) == []


@pytest.mark.parametrize(("factor", "apart"), [(1.0, 0), (1.019, 0), (1.021, 1), (0.979, 1)])
def test_two_percent(factor: float, apart: int) -> None:
    changed = replace(LANE, ratios={key: value * factor for key, value in LANE.ratios.items()})
    found = ratios.compare(changed, LANE, lanes.COMMITTED)
    assert len(found) == apart
    assert all(line.startswith("6.12, md5, 64, 1000, warm, tfm_pool/ahash: ") for line in found)


def test_another_release_is_said_and_not_judged(capsys: pytest.CaptureFixture[str]) -> None:
    assert ratios.compare(replace(LANE, releases={"6.12": "6.12.4"}, ratios={}), LANE, lanes.COMMITTED) == []
    assert capsys.readouterr().out == "6.12: 6.12.4 and 6.12.3: other releases, not judged\n"


def test_a_cell_that_is_missing() -> None:
    missing = ["6.12, md5, 64, 1000, warm, tfm_pool/ahash: is missing"]
    assert ratios.compare(replace(LANE, ratios={}), LANE, lanes.COMMITTED) == missing
    another = {(*KEY[:5], "null/none"): 0.5}
    assert ratios.compare(replace(LANE, ratios=another), LANE, lanes.COMMITTED) == missing


def test_another_number_of_sockets_is_said_and_not_judged(capsys: pytest.CaptureFixture[str]) -> None:
    full = replace(LANE, ratios={**LANE.ratios, (*KEY[:3], 10_000, *KEY[4:]): 1.3})
    assert ratios.compare(LANE, full, lanes.COMMITTED) == []
    assert capsys.readouterr().out == "with 10,000 sockets: in one run only, not judged\n"


def test_a_lane_measures_the_algorithms_that_it_is_compared_with() -> None:
    gcm = ("6.12", "gcm(aes)", 64, 1000, "warm", "tfm_pool/aead")
    assert lanes.options(replace(LANE, ratios={**LANE.ratios, gcm: 1.0})) == ["--algorithm", "gcm(aes),md5"]
    connections = {("6.12", "sockets", 64, 1000, "warm", "tcp_md5"): 1.4}
    assert lanes.options(replace(LANE, ratios=connections)) == lanes.options(None) == []


def test_the_published_step() -> None:
    def lane(before: float) -> ratios.Lane:
        head = ("hmac(sha1)", 92, 1000, "warm")
        phases = {("6.12", *head, "clone_sigpool/tcp_sigpool"): {"key": before}, ("7.3", *head, "onstack/library"): {"key": 1000.0}}
        return ratios.Lane({"6.12": "a", "7.3": "b"}, {}, phases)

    assert ratios.published_step(lane(2400)) == []
    assert ratios.published_step(lane(3000)) == ["the published step is 3.000 and must be 2.2 to 2.6"]
    assert ratios.published_step(LANE) == ["the published step: a cell of it is missing"]


def test_ratios_of_connections_are_to_plain_ones(uml_world: World) -> None:
    assert uml_world("sockets", "--kernel", "6.12", "--algorithm", "md5", "--bytes", "64", "--out", "out").returncode == 0
    assert ratios.read(uml_world.out / "sockets").ratios == {
        ("6.12", "sockets", 64, 1000, "warm", "plain"): 1.0,
        ("6.12", "sockets", 64, 1000, "warm", "tcp_md5"): 1.0,
    }


def test_turns_of_a_boot_are_paired(uml_world: World) -> None:
    assert uml_world("native", *SHORT[1:]).returncode == 0
    folder = uml_world.out / "native"
    assert ratios.read(folder).ratios[KEY] == 2.0
    for path in (folder / "rounds").iterdir():
        body = json.loads(path.read_text())
        for cell in body["cells"]:
            # The machine was slow for the first half; and one turn was longer.
            cell["turn_ns"] = [3 * turn if i < 7 else turn for i, turn in enumerate(cell["turn_ns"])]
            cell["turn_ns"][0 if cell["name"] == KEY[5] else 9] *= 5
        path.write_text(json.dumps(body))
    assert ratios.read(folder).ratios[KEY] == 2.0

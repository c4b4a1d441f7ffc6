# SPDX-License-Identifier: MIT
"""The plan of a matrix: blocks, their names, passes and rounds."""

from __future__ import annotations

import json
import re

import pytest
from conftest import BLOCK, HEAD, Driver, Rounds, one_line, planned

@pytest.mark.parametrize(
    "name, rounds, least",
    [
        ("quick", (7, 1, 0, 0), 10),
        ("standard", (7, 1, 0, 0), 60),
        ("memory", (0, 1, 0, 0), 60),
        ("pressure", (0, 0, 7, 0), 5),
        ("in_flight", (0, 0, 0, 7), 8),
        ("consumers", (14, 1, 0, 0), 10),
        ("history", (9, 1, 0, 0), 17),
        ("kernel", (7, 1, 0, 0), 30),
    ],
)
def test_committed_matrices_plan(driver: Driver, name: str, rounds: Rounds, least: int) -> None:
    done = driver("run", name, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert list(planned(done.stdout).values()).count(rounds) >= least


@pytest.mark.parametrize(
    "axis, word, rounds",
    [
        ("faults = { probability = 0.00001 }", "-faults", (0, 1, 0, 0)),
        ("faults = { kth = 3, gfp = 'any' }\nchurn_percent = 1", "-churn-faults", (0, 1, 0, 0)),
        ("algorithms = 171", "-171algorithms", (0, 1, 0, 0)),
        ("scratch = '64+1024'", "-scratch64_1024", (0, 1, 0, 0)),
        ("heap = 'aged'", "-aged", (7, 1, 0, 0)),
        ("pages = 1024", "-1024pages", (0, 0, 7, 0)),
        ("pages = 1024\nring = 64", "-1024pages-ring64", (0, 0, 7, 0)),
        ("pages = 0", "", (7, 1, 0, 0)),
        ("in_flight = 4", "-4in_flight", (0, 0, 0, 7)),
        ("in_flight = 4\nengine_ns = 2000", "-4in_flight-engine2000", (0, 0, 0, 7)),
        ("in_flight = 0", "", (7, 1, 0, 0)),
        ("provider = 'openssl'\nopenssl = 'percpu'", "-percpu_contexts", (7, 1, 0, 0)),
    ],
)
def test_the_passes_that_suit_a_block(driver: Driver, axis: str, word: str, rounds: Rounds) -> None:
    driver.write(HEAD + BLOCK + "page_size = 'base'\n" + axis + "\n", "suit.toml")
    ((name, found),) = planned(driver("run", "./suit.toml", "--dry-run").stdout).items()
    assert re.fullmatch(rf"\S+-1000s{word}-[0-9a-f]{{8}}", name)
    assert found == rounds


def test_faults_have_one_form(driver: Driver) -> None:
    """Equal faults make one block, in whatever form they are written."""
    table = "{ seed = 1, space = 65536, probability = 0.010, times = -1 }"
    text = "'times=-1:probability=1e-2:space=65536:interval=1:gfp=atomic'"
    driver.write(HEAD + BLOCK + f"faults = [{table}, {text}]\nscratch = ['0064', '64']\n", "faults.toml")
    plan = driver("run", "./faults.toml", "--dry-run").stdout
    assert "\n3 duplicates merged\n" in plan and len(planned(plan)) == 1
    kept = driver("run", "./faults.toml", "--dry-run", "--filter", "faults=space=65536:probability=0.01").stdout
    assert len(planned(kept)) == 1
    line = one_line(driver("run", "./faults.toml", "--dry-run", "--filter", "faults=none"), 2)
    assert "faults has probability=0.01:space=65536" in line
    driver.write(HEAD + BLOCK, "plain.toml")
    every = "interval=2:times=3:space=4:kth=5:seed=6:gfp=any:probability=0.5"
    done = driver("run", "./plain.toml", "--out", "out", "--set", f"faults={every}", "--set", "churn_percent=1")
    assert done.returncode == 0, done.stderr
    (block,) = json.loads((driver.folder / "out/run.json").read_text())["matrix"]["blocks"]
    assert block["axes"]["faults"] == {
        "probability": 0.5, "interval": 2, "times": 3, "space": 4, "kth": 5, "seed": 6, "gfp": "any"
    }  # fmt: skip


def test_a_plan_is_repeatable(driver: Driver) -> None:
    assert driver("run", "standard", "--dry-run").stdout == driver("run", "standard", "--dry-run").stdout


def test_a_block_with_some_of_the_strategies(driver: Driver) -> None:
    """The block's own, in the matrix's order. Asked for twice, a block has the strategies of both."""
    some, others = "strategies = ['percpu_pool', 'null']\n", "strategies = ['mempool', 'percpu_pool']\n"
    driver.write(
        HEAD.replace('"percpu_pool"]', '"percpu_pool", "mempool", "onstack"]')
        + BLOCK + "sockets = 1\n"
        + BLOCK + "sockets = [2, 3]\n" + some
        + BLOCK + "sockets = 3\n" + others,
        "some.toml",
    )  # fmt: skip
    assert driver("run", "./some.toml", "--out", "out").returncode == 0
    blocks = json.loads((driver.folder / "out/run.json").read_text())["matrix"]["blocks"]
    assert [[out["strategy"] for out in block["left_out"]] for block in blocks] == [[], ["mempool", "onstack"], ["onstack"]]
    assert {out["reason"] for block in blocks for out in block["left_out"]} == {"the matrix leaves it out here"}
    for block in blocks:
        (path, *_) = sorted((driver.folder / "out/rounds").glob(f"{block['id']}.*"))
        cells = {cell["name"] for cell in json.loads(path.read_text())["cells"]} - {"percpu_pool#2"}
        assert cells == {"null", "percpu_pool", "mempool", "onstack"} - {out["strategy"] for out in block["left_out"]}

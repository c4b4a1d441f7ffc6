# SPDX-License-Identifier: MIT
"""Runs that many tests use, written once."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import synthetic
import synthetic_kernel
import synthetic_pressure
import synthetic_runs
from beside import SMALL, STRATEGIES, beside, fixed, model
from outputs import read, write_report
from plots.verdicts.results import Results


def results_of(folder: Path, truth: synthetic.Truth) -> Results:
    return read(synthetic.write_run(folder, truth))


@pytest.fixture(scope="session")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A run with only blocks under memory pressure."""
    truth = synthetic.Truth(blocks=[synthetic.axes(pages=pages) for pages in synthetic_pressure.PAGES])
    return results_of(tmp_path_factory.mktemp("runs") / "pressure", truth)


@pytest.fixture(scope="session")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A run with every axis that figures show."""
    return results_of(tmp_path_factory.mktemp("runs") / "standard", synthetic_runs.standard())


@pytest.fixture(scope="session")
def report(standard: Results) -> Path:
    """The folder of its report."""
    return write_report(standard, standard.run.path / "report").parent


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A run that counts memory along every axis."""
    return results_of(tmp_path_factory.mktemp("runs") / "memory", synthetic_runs.memory())


def made(tmp_path_factory: pytest.TempPathFactory, name: str) -> Results:
    truth = dataclasses.replace(synthetic_runs.RUNS[name](), rounds=6)
    return results_of(tmp_path_factory.mktemp("runs") / name, truth)


@pytest.fixture(scope="session")
def side_by_side(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return made(tmp_path_factory, "consumers")


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return made(tmp_path_factory, "history")


@pytest.fixture(scope="session")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return made(tmp_path_factory, "in_flight")


@pytest.fixture(scope="session")
def one_beside(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """One algorithm and size, warm and polluted, with the lanes counted and native."""
    polluted = fixed(64, cache="polluted:4096")
    return beside(tmp_path_factory.mktemp("kernel"), model(fixed(64), polluted), SMALL)


@pytest.fixture(scope="session")
def all_beside(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """All lanes, all algorithms, three sizes."""
    blocks = [fixed(size, a) for a in ("hmac(sha1)", "hmac(sha256)", "cmac(aes128)", "md5", "gcm(aes128)") for size in (64, 512, 1440)]
    kernel = synthetic_kernel.Truth(
        algorithms=synthetic_kernel.ALGORITHMS, lanes={"counted": 2, "native": 3, "host": 2, "sockets": 1},
    )  # fmt: skip
    run = model(*blocks, fixed(64, cache="polluted:512"), fixed(64, cache="polluted:4096"))
    run.strategies = (*STRATEGIES, "md5sig_pool")
    run.left_out = {name: ("esp",) for name in ("onstack", "onstack_prepared", "clone_sigpool")} | {"md5sig_pool": ("tcp_ao", "esp")}
    return beside(tmp_path_factory.mktemp("kernel"), run, kernel)

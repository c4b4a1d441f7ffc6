# SPDX-License-Identifier: MIT
"""Runs that many tests read, written once."""

from __future__ import annotations

from pathlib import Path

import pytest

import synthetic
from plots.load import load_run
from plots.report import write_report
from plots.results import Results, evaluate


def results_of(folder: Path, truth: synthetic.Truth) -> Results:
    return evaluate(load_run(synthetic.write_run(folder, truth)))


@pytest.fixture(scope="session")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A run with every axis the figures know."""
    return results_of(tmp_path_factory.mktemp("runs") / "standard", synthetic.standard())


@pytest.fixture(scope="session")
def report(standard: Results) -> Path:
    """Its report's folder."""
    return write_report(standard, standard.run.path / "report").parent

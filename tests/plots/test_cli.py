# SPDX-License-Identifier: MIT
"""`python3 -m plots` as a process: what becomes of its output, and of settings that break it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import synthetic
from plots.cli import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.write_run(tmp_path_factory.mktemp("cli") / "run", synthetic.Truth(rounds=2, counted=False))


def plots(redirection: str, *arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f'"$@" {redirection}', "bash", sys.executable, "-P", "-m", "plots", *map(str, arguments)],
        # An empty PYTHONUNBUFFERED is none: what is printed is lost only when the process ends.
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "", **env},
        capture_output=True,
        text=True,
        check=False,
    )


def one_line(process: subprocess.CompletedProcess[str], code: int) -> str:
    assert process.returncode == code, process.stderr
    assert process.stderr.count("\n") == 1, process.stderr
    return process.stderr


@pytest.mark.parametrize("command", ["report", "table", "compare", "--help"])
def test_a_stdout_that_is_full_or_closed_is_one_line_and_2(run: Path, command: str) -> None:
    words: dict[str, list[str | Path]] = {"report": [run, "--text"], "table": [run], "compare": [run, run], "--help": []}
    arguments = words[command]
    line = one_line(plots(">/dev/full", command, *arguments), 2)
    assert line == f"tfmbench {command}: cannot write to standard output: No space left on device\n"
    line = one_line(plots(">&-", command, *arguments), 2)
    assert line == f"tfmbench {command}: standard output is closed: give it a file, a pipe or /dev/null\n"


def test_a_gate_whose_output_is_lost_does_not_pass(run: Path) -> None:
    one_line(plots(">/dev/full", "compare", run, run, "--json"), 2)


def test_a_reader_that_ends_early_is_no_error_line(run: Path) -> None:
    done = plots("| true; exit ${PIPESTATUS[0]}", "compare", run, run, "--json")
    assert done.returncode in (0, 2) and done.stderr == "", "0 if all was written before the reader ended"


def test_an_unknown_backend_is_one_line(run: Path) -> None:
    line = one_line(plots("", "report", run, "--out", run.parent / "no", MPLBACKEND="cairoo"), 2)
    assert line.startswith("tfmbench report: matplotlib refuses its settings: ") and "'cairoo'" in line and "unset MPLBACKEND" in line
    assert not (run.parent / "no").exists()
    assert plots("", "table", run, MPLBACKEND="cairoo").returncode == 0, "a table needs no matplotlib"


def test_a_matplotlibrc_with_tex_is_one_line(run: Path, tmp_path: Path) -> None:
    settings = tmp_path / "matplotlibrc"
    settings.write_text("text.usetex: True\n")
    line = one_line(plots("", "report", run, "--out", tmp_path / "no", MATPLOTLIBRC=str(settings)), 2)
    assert line.startswith(f"tfmbench report: {settings}: text.usetex is on") and "MATPLOTLIBRC" in line
    assert not (tmp_path / "no").exists()


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_out_is_the_folder_of_the_report_and_the_only_one(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(run)]) == 0
    report = files(run / "report")
    (run / "report" / "report.html").write_text("an earlier one")
    before = files(run)
    out = tmp_path / "new" / "out"
    assert main(["report", str(run), "--out", str(out)]) == 0
    assert files(out) == report and {"report.html", "review-full.txt", "summary.json"} < set(report)
    assert files(run) == before
    assert capsys.readouterr().out.splitlines()[-1] == f"report: {out}/report.html"
    assert [p.name for p in tmp_path.rglob("*") if p.is_dir()] == ["new", "out", "figures"]


def test_out_removes_only_what_an_earlier_report_drew(run: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures"
    figures.mkdir()
    for name in ("mine.svg", "strategy-old.svg", "strategy-old.png"):
        (figures / name).touch()
    assert main(["report", str(run), "--out", str(tmp_path)]) == 0
    drawn = {path.name for path in figures.iterdir()}
    assert {"mine.svg", "strategy-old.svg", "strategy-old.png"} < drawn, "no report was there"
    assert main(["report", str(run), "--out", str(tmp_path)]) == 0
    assert {path.name for path in figures.iterdir()} == drawn - {"strategy-old.svg", "strategy-old.png"}


def test_a_run_that_cannot_be_read_makes_no_folder(tmp_path: Path) -> None:
    assert main(["report", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()


def test_benchmark_json_on_stdout(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(run), "--out", str(tmp_path), "--text", "--benchmark-json", "-"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["benchmarks"] and "report: " in said.err

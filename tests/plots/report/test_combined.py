# SPDX-License-Identifier: MIT
"""The report of several runs: C1 to C12 over all of them, in every output."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

import synthetic
from outputs import judged, read
from pages import Page, narrow_ascii
from plots.claims import lines
from plots.cli import main
from plots.registry import QUESTIONS
from plots.report import combined
from plots.report.mail import LINES
from plots.run.files import validator
from references import FOLDERS, reference
from synthetic import axes
from synthetic_runs import FAILING


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    """One run that times, one that counts failures, and one of another revision."""
    timed = synthetic.Truth(rounds=6, sittings=1, blocks=[axes(), axes(key="prepared")])
    paths = [
        synthetic.write_run(tmp_path / "timed", timed),
        synthetic.write_run(tmp_path / "failing", synthetic.Truth(rounds=6, sittings=1, blocks=[axes(faults=FAILING)])),
        synthetic.write_run(tmp_path / "older", synthetic.Truth(rounds=6, blocks=[axes(algorithms=171)])),
    ]
    return [str(path) for path in paths]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_all_claims_are_judged_over_all_runs(folders: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["report", *folders, "--out", str(out), "--text"]) == 0
    data = json.loads((out / "summary.json").read_text())
    validator("combined").validate(data)
    assert [run["run"] for run in data["runs"]] == ["timed", "failing"]
    found = {claim["id"]: claim for claim in data["claims"]}
    assert list(found) == [f"C{n}" for n in range(1, 13)]
    assert found["C1"]["verdict"] == "holds" and found["C2"]["verdict"] == "mixed" and found["C8"]["verdict"] == "not measured"
    assert found["C1"]["blocks"] == ["failing/" + read(Path(folders[1])).run.blocks[0].id]
    assert found["C4"]["command"].count("build/release/tfmbench run mine.toml") == 1
    said = capsys.readouterr()
    assert said.err.startswith("tfmbench report: older is set apart: another build") and said.err.count("\n") == 1
    assert said.out == (out / "review.txt").read_text() + f"report: {out}/report.html\n"
    assert sorted(path.name for path in out.iterdir()) == ["report.html", "review.md", "review.txt", "summary.json"]


def test_the_page_has_the_verdicts_first_and_what_each_run_says(folders: list[str], tmp_path: Path) -> None:
    assert main(["report", *folders[:2], "--out", str(tmp_path)]) == 0
    text = (tmp_path / "report.html").read_text()
    page = Page()
    page.feed(text)
    assert page.open == [] and not page.tags & {"script", "link", "img", "iframe"} and len(page.ids) == len(set(page.ids))
    assert all(link[1:] in page.ids for link in page.links)
    assert text.index(lines.QUESTION.replace("'", "&#39;")) < text.index('<ol class="verdicts">') < text.index('id="conditions"')
    plain = flat(unescape(re.sub("<[^>]*>", "", text)))
    assert "timed: Live bytes as requested" in plain and "failing: Packets dropped when" in plain and "No run measures it." in plain


def test_the_mail_names_what_is_set_apart(folders: list[str]) -> None:
    text = combined.text(combined.combine([read(Path(folder)) for folder in folders], QUESTIONS))
    assert narrow_ascii(text) and "! older is set apart: another build" in flat(text)
    assert "2 runs, 3 blocks: timed, failing" in flat(text)
    assert "older is set apart" in combined.markdown_text(combined.combine([read(Path(folder)) for folder in folders], QUESTIONS))


def test_several_runs_need_a_folder_of_their_own(folders: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", *folders]) == 2
    assert capsys.readouterr().err == "tfmbench report: --out DIR is required with several runs: their report belongs to none of them\n"
    assert main(["report", *folders, "--out", str(tmp_path / "out"), "--benchmark-json", "-"]) == 2
    assert main(["report", folders[0], folders[0], "--out", str(tmp_path / "out")]) == 2
    assert "given twice" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_the_reference_runs_together_judge_every_claim_or_say_what_is_missing() -> None:
    runs = [reference(name) for name in FOLDERS]
    every = combined.combine(runs, QUESTIONS)
    assert every.apart == () and len(every.runs) == len(FOLDERS)
    text = combined.text(every)
    assert narrow_ascii(text) and len(text.splitlines()) <= LINES
    for one in judged(*runs):
        assert one.verdict != "not measured" or lines.missing(one), one.claim.id

# SPDX-License-Identifier: MIT
"""A new question is a folder and one line; a new axis is a property of the schema. The tests add both to a copy of plots/."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import import_rules
import synthetic

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of plots/ and the schemas."""
    shutil.copytree(ROOT / "plots", tmp_path / "plots", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "results/schema", tmp_path / "results/schema")
    return tmp_path


def python(copy: Path, *arguments: str) -> str:
    """What the copy prints."""
    env = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, *arguments], cwd=copy, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


QUESTION = '''
from plots.drawing.html import piece
from plots.verdicts.question import InMail, InTable, OnPage, Question

QUESTION = Question(
    name="toy",
    page=lambda results: OnPage(section=piece("toy/page.html", "section", blocks=len(results.blocks))),
    mail=lambda results: InMail(heading="Toys", section=["", "a toy in a mail"]),
    table=lambda results: InTable(lines=["a toy in a table"]),
    summary=lambda results: {"toy": len(results.blocks)},
    summary_of_strategy=lambda strategy: {"toys": len(strategy.name)},
    answers={"C12": lambda results: "A toy answers."},
    limits=lambda results: ["Toys are no proof."],
)
'''
PAGE = "{% macro section() %}<section><h2>Toys</h2><p>{{ blocks }} toy on a page</p></section>{% endmacro %}"


def test_a_question_is_a_folder_and_a_line(copy: Path, tmp_path: Path) -> None:
    (copy / "plots/toy").mkdir()
    (copy / "plots/toy/question.py").write_text(QUESTION)
    (copy / "plots/toy/page.html").write_text(PAGE)
    registry = copy / "plots/registry.py"
    registry.write_text(registry.read_text().replace('    "pressure",\n', '    "pressure",\n    "toy",\n'))
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=6, counted=False))
    assert "a toy in a table" in python(copy, "-m", "plots", "report", str(run), "--text")
    page = (run / "report/report.html").read_text()
    assert "<h2>Toys</h2><p>1 toy on a page</p>" in page and "<li>Toys are no proof.</li>" in page and "A toy answers." in page
    mail = (run / "report/review-full.txt").read_text()
    assert "\nToys\n----\n\na toy in a mail\n" in mail and "- Toys are no proof." in mail and "A toy answers." in mail
    summary = json.loads((run / "report/summary.json").read_text())
    assert summary["toy"] == 1 and {s["name"]: s["toys"] for s in summary["blocks"][0]["strategies"]}["null"] == 4
    imports = import_rules.graph(copy)
    assert "toy.question" in imports["registry"] and import_rules.violations(imports) == []


def edit(path: Path, change: Any) -> None:
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


FAMILIES = """
import sys
from pathlib import Path
from plots.registry import results_of
from plots.run.axes import value
from plots.verdicts.families import families

for family in families(results_of(Path(sys.argv[1])).blocks, "moon"):
    print(*(value(block.block.axes, "moon") for block in family.blocks))
"""


def test_an_axis_is_a_property_of_the_schema(copy: Path, tmp_path: Path) -> None:
    """One of two blocks has the new axis, the other is older and lacks it. All other axes are equal."""

    def moon(schema: dict[str, Any]) -> None:
        schema["properties"]["moon"] = {"type": "string", "default": "new", "description": "over the machine", "x-help": "any"}

    edit(copy / "results/schema/axes.schema.json", moon)
    blocks = [synthetic.axes(sockets=n) for n in (1000, 2000)]
    run = synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=blocks, rounds=6, counted=False))

    def full(axes: dict[str, Any]) -> None:
        axes.update(sockets=1000, moon="full")

    edit(run / "run.json", lambda data: full(data["matrix"]["blocks"][1]["axes"]))
    for path in (run / "rounds").glob("*-2000-*"):
        edit(path, lambda data: full(data["axes"]))
    assert python(copy, "-c", FAMILIES, str(run)) == "full new\n", "one family, by value"
    assert "1,000 sockets" in python(copy, "-m", "plots", "report", str(run), "--text")
    text = " ".join((run / "report/review-full.txt").read_text().split())
    assert text.count("closed loop, moon full ---") == 1 and text.count("cache warm, closed loop ---") == 1
    summary = json.loads((run / "report/summary.json").read_text())
    assert [block["moon"] for block in summary["blocks"]] == ["new", "full"]
    names = sorted(path.name for path in (run / "report/figures").glob("*.svg"))
    assert names == ["strategy-tcp_ao-hmac_sha1-nettle-1000_sockets-moon_full.svg", "strategy-tcp_ao-hmac_sha1-nettle-1000_sockets.svg"]
    edit(next((run / "rounds").glob("*-2000-*")), lambda data: data["axes"].update(moon="half"))
    done = subprocess.run(
        [sys.executable, "-m", "plots", "table", str(run)], cwd=copy, env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "axes differ" in done.stderr, "it tells blocks apart"

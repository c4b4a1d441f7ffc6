# SPDX-License-Identifier: MIT
"""A new axis needs one row. These tests add one to a copy of the table and check everything that is made from it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ["TFMBENCH"]).resolve().parent
WRITER = "tfmbench_axes_files"
ROW = """\
AXIS(toy, std::uint32_t, 3,
     .least = 1, .most = 9,
     .meaning = "how many toys an engine has",
     .id = "{}toys",
     .since = NEXT, .before = "4", .only = Pass::in_flight,
     .needs = {"in_flight", "only a block with in_flight has toys"},
     .excludes = {{"heap", "toys need a fresh heap"}})

"""
COMMITTED = [
    block["axes"]
    for path in sorted((ROOT / "results/reference").glob("*/run.json"))
    for block in json.loads(path.read_text(encoding="utf-8"))["matrix"]["blocks"]
]
USUAL: Json = {
    name: axis["default"]
    for name, axis in json.loads((ROOT / "results/schema/axes.schema.json").read_text(encoding="utf-8"))["properties"].items()
    if "default" in axis
}
BLOCK: Json = USUAL | next(axes for axes in COMMITTED if axes["in_flight"] > 0)


def run(command: list[str]) -> str:
    done = subprocess.run(command, cwd=BUILD, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Copy:
    """A copy of the repository with one more row. Only bench/axes and the block are compiled again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("bench", "docs", "plots", "results/schema"):
            shutil.copytree(ROOT / name, folder / name)
        for name in ("runtime", "strategies", "workloads", "tests"):
            (folder / name).symlink_to(ROOT / name)
        table = folder / "bench/axes/axes.def"
        text = table.read_text(encoding="utf-8")
        assert text.count("#undef ONLY_COUNTED\n") == 1
        row = ROW.replace("NEXT", str(1 + max(int(number) for number in re.findall(r"\.since = (\d+)", text))))
        table.write_text(text.replace("#undef ONLY_COUNTED\n", row + "#undef ONLY_COUNTED\n"), encoding="utf-8")
        # The build's own commands for the writer, with the copy's sources and without -O3.
        commands = [shlex.split(line) for line in run(["ninja", "-t", "commands", WRITER]).splitlines()]
        self.compiling = {c[c.index("-c") + 1]: c for c in commands if "-c" in c}
        (self.linking,) = (c for c in commands if "-o" in c and c[c.index("-o") + 1] == WRITER)
        sources = [s for s in self.compiling if re.search(r"/bench/(axes/\w+|block)\.cpp$", s)]
        self.main = next(s for s in sources if s.endswith("_main.cpp"))
        self.objects = [self.compile(source, source) for source in sources if source != self.main]

    def compile(self, source: str, like: str) -> str:
        output = str(self.folder / f"{Path(source).stem}.o")
        command = [word for word in self.compiling[like] if word not in ("-MD", "-O3")]
        for option in ("-MT", "-MF"):
            at = command.index(option)
            del command[at : at + 2]
        command[command.index("-o") + 1] = output
        command = [word.replace(like, source) for word in command]
        run([word.replace(str(ROOT), str(self.folder)) for word in command])
        return output

    def link(self, main: str) -> str:
        """Links a program of that source. Code that does not depend on the table comes from the libraries."""
        program = str(self.folder / Path(main).stem)
        command = self.linking[self.linking.index("&&") + 1 :]
        command = command[: command.index("&&")]
        command[command.index("-o") + 1] = program
        at = next(i for i, word in enumerate(command) if word.endswith("axes_files_main.cpp.o"))
        command[at : at + 1] = [self.compile(main, self.main), *self.objects]
        run(command)
        return program


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("toy"))


def test_list_and_requests_know_the_new_axis(copy: Copy) -> None:
    program = copy.link(str(ROOT / "tests/bench/axes/toy_main.cpp"))

    def ask(block: Json) -> Json:
        request = {
            "block": block, "block_id": "", "kind": "in_flight", "round": 0, "seed": 1, "baseline": "percpu_pool",
            "strategies": ["percpu_pool"], "aa_copies": 0, "cores": [],
            "origin": {"host": "", "kind": "ba9876543210", "revision": "unknown", "build": "b01dfaceb01d"},
            "start": "2026-01-31T12:00:00Z",
        }  # fmt: skip
        refused = subprocess.run([program], input=json.dumps(request), capture_output=True, text=True, check=False)
        found = re.search(r"the block's id is (\S+)$", refused.stderr.strip())
        request["block_id"] = found[1] if found else ""
        done = subprocess.run([program], input=json.dumps(request), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return {"refused": done.stderr.strip()}
        said: Json = json.loads(done.stdout)
        assert said["request"] == request
        return said

    said = ask(BLOCK | {"toy": 5})
    assert re.search(r"in_flight(-\w+)?-5toys-[0-9a-f]{8}$", said["id"])
    assert "toys" not in ask(BLOCK | {"toy": 4})["id"]  # what older files mean
    toy = said["axes"][-1]
    assert (toy["name"], toy["type"], toy["values"], toy["default"]) == ("toy", "integer", "1 to 9", "3")
    assert (toy["passes"], toy["needs"]) == (["in_flight"], "in_flight")
    assert toy["excludes"] == [{"axes": ["heap"], "reason": "toys need a fresh heap"}]
    assert ask(BLOCK) == {"refused": "block lacks toy"}
    assert ask(BLOCK | {"toy": 10}) == {"refused": 'request: toy: "10" is not an integer from 1 to 9'}


def test_schema_and_document_know_the_new_axis(copy: Copy) -> None:
    run([copy.link(copy.main), str(copy.folder)])
    document = (copy.folder / "docs/matrices.md").read_text(encoding="utf-8")
    before = (ROOT / "docs/matrices.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in document.splitlines() if line not in before] == [
        "| `toy` | 1 to 9 | 3 | how many toys an engine has |",
        "| `toy` | `in_flight` | `heap` |",
    ]
    schema = json.loads((copy.folder / "results/schema/axes.schema.json").read_text(encoding="utf-8"))
    assert list(schema["properties"])[-1] == "toy"
    assert schema["properties"]["toy"] == {
        "type": "integer", "minimum": 1, "maximum": 9, "default": 3, "x-before": 4, "description": "how many toys an engine has"
    }  # fmt: skip
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    oldest = {name: BLOCK[name] for name in schema["required"]}
    for right in (*COMMITTED, oldest, BLOCK | {"toy": 5}):  # older files lack the key
        validator.validate(right)
    for wrong in (oldest | {"toy": 5}, BLOCK | {"toy": 10}):
        assert not validator.is_valid(wrong)


def test_python_knows_it(copy: Copy) -> None:
    """Without an edit: from the schema."""
    run([copy.link(copy.main), str(copy.folder)])
    script = """\
import sys
sys.path.insert(0, sys.argv[1])
from plots.run.axes import Axes, names, usual, value
old, new = Axes(eval(sys.argv[2])), Axes(eval(sys.argv[2]) | {"toy": 5})
assert (names()[-1], usual("toy"), value(old, "toy"), value(new, "toy")) == ("toy", 3, 4, 5)
assert old != new and old == new.but(toy=4) and new.plain()["toy"] == 5
"""
    run(["/usr/bin/python3", "-B", "-c", script, str(copy.folder), repr(BLOCK)])

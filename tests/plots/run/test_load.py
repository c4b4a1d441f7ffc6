# SPDX-License-Identifier: MIT
"""Good files fit their schemas. A bad file gives an error of one line that names it, exit code 2, and no report."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import synthetic
import synthetic_machine
from outputs import load_run, read
from plots.cli import main
from plots.run.axes import SCHEMAS
from plots.run.files import BadInput, quick, validator
from plots.run.schemas import Schemas, UnknownKeyword
from plots.verdicts.timed import TimedRound

REFERENCE = SCHEMAS.parent / "reference"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=2))


def first_round(run: Path) -> Path:
    return sorted((run / "rounds").glob("*.r00.json"))[0]


@pytest.mark.parametrize(
    "named, strategies, expected",
    [
        (None, ("null", "percpu_pool", "onstack"), "onstack"),
        (None, ("null", "percpu_pool", "tfm_pool"), None),
        ("tfm_pool", ("null", "percpu_pool", "tfm_pool", "onstack"), "tfm_pool"),
    ],
)
def test_the_second_baseline(tmp_path: Path, named: str | None, strategies: tuple[str, ...], expected: str | None) -> None:
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=1, strategies=strategies))
    data = json.loads((folder / "run.json").read_text())
    data["matrix"]["second_baseline"] = named
    synthetic.write(folder / "run.json", data)
    assert load_run(folder).second_baseline == expected


@pytest.mark.parametrize("name", ["percpu_pool", "mempool"])
def test_a_second_baseline_that_is_none(run: Path, name: str) -> None:
    data = json.loads((run / "run.json").read_text())
    data["matrix"]["second_baseline"] = name
    synthetic.write(run / "run.json", data)
    with pytest.raises(BadInput, match=f"matrix.second_baseline: '{name}' is not one of matrix.strategies, or is the baseline"):
        load_run(run)


@pytest.mark.parametrize("name", ["run", "round", "not_run", "summary"])
def test_the_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads((SCHEMAS / f"{name}.schema.json").read_text()))


def test_the_generators_files_fit(standard: Any) -> None:
    validator("run").validate(json.loads((standard.run.path / "run.json").read_text()))
    files = list((standard.run.path / "rounds").glob("*.json"))
    assert len(files) > 100
    for path in files:
        validator("round").validate(json.loads(path.read_text()))


@pytest.mark.parametrize("folder", [p.parent for p in sorted(REFERENCE.glob("*/run.json"))], ids=str)
def test_every_committed_reference_run_fits(folder: Path) -> None:
    results = read(folder)
    assert all(block.strategies for block in results.blocks), "a reference run is complete"
    assert all(quick("round")(json.loads(path.read_text())) for path in (folder / "rounds").glob("*.json"))


@pytest.mark.parametrize("key", ["turns", "turns_disturbed", "response"])
def test_latency_without_its_turns_does_not_fit(key: str) -> None:
    truth = synthetic.Truth()
    data = synthetic.timed_round(truth, synthetic.axes(load="70%"), 0)
    validator("round").validate(data)
    del data["cells"][1]["latency"][key]
    assert list(validator("round").iter_errors(data))


@pytest.mark.parametrize("key", ["kind", "cells", "stamp_ns", "axes", "machine"])
def test_a_missing_key_does_not_fit(run: Path, key: str) -> None:
    data = json.loads(first_round(run).read_text())
    del data[key]
    assert list(validator("round").iter_errors(data))


@pytest.mark.parametrize(
    "schema, value",
    [
        ({"type": "integer"}, True), ({"type": "integer"}, "1"), ({"type": "number"}, None), ({"const": 0}, False),
        ({"enum": [1, "a"]}, True), ({"minimum": 0}, -1), ({"exclusiveMinimum": 0}, 0), ({"maximum": 1}, 2), ({"minLength": 1}, ""),
        ({"pattern": "^a"}, "b"), ({"minItems": 1}, []), ({"maxItems": 1}, [1, 2]), ({"uniqueItems": True}, [1, 1]),
        ({"items": {"type": "null"}}, [None, 1]), ({"required": ["a"]}, {}), ({"dependentRequired": {"a": ["b"]}}, {"a": 1}),
        ({"properties": {"a": {"type": "null"}}}, {"a": 1}), ({"additionalProperties": False}, {"a": 1}),
        ({"properties": {"a": {}}, "additionalProperties": {"type": "null"}}, {"a": 1, "b": 2}), ({"$ref": "#/$defs/none"}, 1),
        ({"allOf": [{"type": "object"}, {"required": ["a"]}]}, {}), ({"anyOf": [{"type": "null"}, {"const": 2}]}, 1),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1}),
        ({"if": {"required": ["a"]}, "then": True, "else": {"required": ["b"]}}, {"c": 1}), ({"minProperties": 1}, {}),
    ],
)  # fmt: skip
def test_the_quick_answer_refuses_what_does_not_fit(schema: dict[str, Any], value: Any) -> None:
    whole = {"$defs": {"none": {"type": "null"}}, **schema}
    assert not jsonschema.Draft202012Validator(whole).is_valid(value)
    assert not Schemas({"x": whole}).accepts("x")(value)


def test_a_keyword_that_is_not_known_has_no_quick_answer() -> None:
    with pytest.raises(UnknownKeyword):
        Schemas({"x": {"not": {}}}).accepts("x")


def change(edit: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        data = json.loads(path.read_text())
        edit(data)
        path.write_text(json.dumps(data))

    return apply


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "truncated": (lambda p: p.write_text(p.read_text()[:200]), "truncated"),
    "empty": (lambda p: p.write_text(""), "truncated"),
    "binary": (lambda p: p.write_bytes(b"\xff\xfe\x00"), "not UTF-8"),
    "foreign": (lambda p: p.write_text('{"benchmarks": []}'), "not a tfmbench result"),
    "a list": (lambda p: p.write_text("[1]"), "not a tfmbench result"),
    "from the future": (change(lambda d: d.update(format=3)), "format 3 is not known, this version reads formats 1 and 2"),
    "NaN": (lambda p: p.write_text(p.read_text().replace("11.2", "NaN")), "NaN"),
    "text for a number": (change(lambda d: d.update(stamp_ns="fast")), "stamp_ns"),
    "negative time": (change(lambda d: d["cells"][0]["turn_ns_per_packet"].__setitem__(0, -1)), "turn_ns_per_packet"),
    "another block": (change(lambda d: d.update(block_id="other")), "not of this run"),
    "another baseline": (change(lambda d: d.update(baseline="null")), "not of this run"),
    "another axis": (change(lambda d: d["axes"].update(sockets=7)), "axes differ"),
    "unknown axis": (change(lambda d: d["axes"].update(moon="full")), "moon"),
    "no baseline": (change(lambda d: d["cells"].pop(1)), "baseline"),
    "a round beyond the matrix": (change(lambda d: d.update(round=2)), "round 2: the matrix has 2 rounds"),
    "a strategy missing": (change(lambda d: d["cells"].pop(3)), "missing: per_request_key; unexpected: none"),
    "an unexpected strategy": (change(lambda d: d["cells"][0].update(name="x")), "missing: null; unexpected: x"),
    "an A/A copy missing": (change(lambda d: d["cells"].pop()), "missing: percpu_pool#2"),
    "a cell twice": (change(lambda d: d["cells"].append(d["cells"][0])), "twice"),
    "a round twice": (change(lambda d: d.update(round=1)), "twice"),
    "uneven laps": (change(lambda d: d["cells"][0]["turn_ns_per_packet"].pop()), "turns"),
}


def test_old_files_have_one_sitting_at_a_time_that_is_not_known(run: Path) -> None:
    loaded = load_run(run)
    assert loaded.sittings == 1
    assert {(r.sitting, r.start, r.host) for block in loaded.blocks for r in block.rounds} == {(0, None, None)}


def test_sittings_are_contiguous_parts_of_the_rounds(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=7, sittings=2))
    (block,) = load_run(folder).blocks
    timed = [r for r in block.rounds if isinstance(r, TimedRound)]
    assert [r.sitting for r in timed] == [0, 0, 0, 0, 1, 1, 1]
    assert [r.sitting for r in block.rounds if r not in timed] == [0], "the counted round"
    assert str(timed[4].start) == "2026-01-31 03:04:00" and {r.host for r in timed} == {synthetic_machine.HOST}
    validator("run").validate(json.loads((folder / "run.json").read_text()))
    validator("round").validate(json.loads(first_round(folder).read_text()))


ELSEWHERE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another kind of machine": (lambda d: d["origin"].update(kind="0" * 12), "its kind of machine is 000000000000, that of run.json is c0de"),
    "another revision": (lambda d: d["origin"].update(revision="old"), "its git revision is old, that of run.json is 0123"),
    "another build": (lambda d: d["origin"].update(build="0" * 12), "its build is 000000000000, that of run.json is b01d00000001"),
    "a build that is not known": (lambda d: d["origin"].pop("build"), "its build is not known, that of run.json is b01d00000001"),
    "an older round": (lambda d: [d.pop("origin"), d.pop("start")], "its kind of machine is not known"),
    "no time": (lambda d: d.pop("start"), "'start' is a dependency of 'origin'"),
    "a time of another form": (lambda d: d.update(start="yesterday"), "'yesterday' does not match"),
    "a day that does not exist": (lambda d: d.update(start="2026-02-30T00:00:00Z"), "day is out of range"),
    "a host's name": (lambda d: d["origin"].update(host="alpha"), "origin.host"),
}


@pytest.mark.parametrize("fault", ELSEWHERE)
def test_a_round_from_elsewhere_is_refused(tmp_path: Path, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=2, sittings=2))
    spoil, says = ELSEWHERE[fault]
    change(spoil)(first_round(folder))
    assert main(["table", str(folder)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and says in error and first_round(folder).name in error


def test_a_round_of_another_host_of_the_same_kind_is_taken(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=2, sittings=1))
    change(lambda d: d["origin"].update(host="0" * 12))(first_round(folder))
    assert {r.host for block in load_run(folder).blocks for r in block.rounds} == {synthetic_machine.HOST, "0" * 12}


def test_a_round_whose_build_run_json_does_not_know(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run.json copied over a newer one."""
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=2, sittings=2))
    change(lambda d: d["build"].pop("hash"))(folder / "run.json")
    assert main(["table", str(folder)]) == 2
    assert "its build is b01d00000001, that of run.json is not known" in capsys.readouterr().err


@pytest.mark.parametrize("name, says", [("build", "b01d00000001"), ("revision", synthetic_machine.REVISION), ("kind", synthetic_machine.KIND)])
def test_a_shards_run_json_over_another_ones_is_refused(
    tmp_path: Path, name: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Shards are merged by copying, so one run.json is left, with the rounds of both."""
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=2, sittings=2))
    key, field = {"build": ("build", "hash"), "revision": ("git", "revision"), "kind": ("machine", "kind")}[name]
    change(lambda d: d[key].update({field: "f" * 12}))(folder / "run.json")
    assert main(["report", str(folder)]) == 2
    error = capsys.readouterr().err
    assert f"is {says}, that of run.json is {'f' * 12}" in error and error.count("\n") == 1


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_round_is_named_in_one_line(run: Path, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, says = BAD[fault]
    path = first_round(run)
    spoil(path)
    assert main(["report", str(run)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert says in error
    # A round that appears twice is found at the second file.
    assert (path.name if fault != "a round twice" else ".r01.json") in error
    assert not (run / "report").exists()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda r: (r / "run.json").unlink(), "not the folder of a run: no run.json in it; a run's folder holds"),
        (lambda r: (r / "run.json").write_text("{"), "run.json: truncated"),
        (lambda r: change(lambda d: d["matrix"].update(baseline="x"))(r / "run.json"), "'x' is not among"),
        (lambda r: [p.unlink() for p in (r / "rounds").iterdir()], "no rounds"),
    ],
)
def test_a_bad_run_is_named_in_one_line(
    run: Path, spoil: Callable[[Path], object], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(run)
    assert main(["report", str(run)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and says in error and error.startswith(f"tfmbench report: {run}")


@pytest.mark.parametrize("command", [["report"], ["table"], ["compare", "."]])
def test_a_file_is_no_folder_of_a_run(run: Path, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(run) if word == "." else word for word in command]
    assert main([*arguments, str(run / "run.json")]) == 2
    said = f"tfmbench {command[0]}: {run / 'run.json'}: a file, not the folder of a run; a run's folder holds run.json and rounds/\n"
    assert capsys.readouterr().err == said


def test_an_unfinished_file_is_no_round(run: Path) -> None:
    (run / "rounds" / ".x.json.12.tfmbench-tmp").write_text("{")
    load_run(run)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["report"],
        ["report", "no-such-folder"],
        ["report", "x", "--tex"],
        ["compare", "x"],
        ["compare", "x", "y", "--gate", "-1"],
        ["compare", "x", "y", "--gate", "nan"],
        ["compare", "x", "y", "--gate", "1e23"],
    ],
)
def test_bad_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and re.match(r"tfmbench( report| compare)?: ", error)


def test_a_report_that_cannot_be_written(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "report").write_text("in the way")
    assert main(["report", str(run)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and error.startswith(f"tfmbench report: {run / 'report'}") and "cannot be written" in error
    assert (run / "report").read_text() == "in the way"


def test_an_interruption_is_one_line(
    run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("plots.cli.results_of", interrupted)
    monkeypatch.setattr("sys.argv", ["plots", "report", str(run)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("plots", run_name="__main__")
    assert ended.value.code == 3
    assert capsys.readouterr().err == "interrupted: the report may be incomplete, run it again\n"

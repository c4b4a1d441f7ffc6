# SPDX-License-Identifier: MIT
"""What the round processes refuse: with a line that says why, an exit code, and no file."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from round_process import FAULTS, KINDS, PROCESS, Json, a_request, run


def refused(kind: str, request: Json | str, out: Path, code: int, line: str) -> None:
    before = out.read_text() if out.is_file() else None
    result = run(kind, request, out)
    assert (result.returncode, result.stdout) == (code, "")
    assert re.fullmatch(rf"tfmbench_round: .*{line}.*\n", result.stderr), result.stderr
    assert (out.read_text() if out.is_file() else None) == before, "a failure writes nothing"
    if out.parent.is_dir():
        assert [path for path in out.parent.iterdir() if path != out] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_request_is_code_2(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "round.json"
    request = a_request(kind)
    for text in ("", "{", "nonsense", "[1]", "{}", "null", json.dumps(request)[:-1]):
        refused(kind, text, out, 2, "request")
    refused(kind, request | {"surprise": 1}, out, 2, "unknown key")
    refused(kind, {k: v for k, v in request.items() if k != "seed"}, out, 2, "seed")
    refused(kind, request | {"seed": -1}, out, 2, "seed")
    refused(kind, request | {"block_id": "other"}, out, 2, "block_id is other")
    refused(kind, request | {"block": request["block"] | {"sockets": "8"}}, out, 2, "sockets")
    other = "timed" if kind == "counted" else "counted"
    refused(kind, request | {"kind": other}, out, 2, f"this executable does not do {other} rounds")
    for no_pass in ("", "banana"):
        refused(kind, request | {"kind": no_pass}, out, 2, f'unknown kind "{no_pass}".*There are: timed, counted, ')
    refused(kind, a_request(kind, allocator="hoard"), out, 2, 'unknown allocator "hoard".*There are: glibc, ')
    refused(kind, a_request(kind, openssl="own"), out, 2, 'unknown openssl "own".*There are: shared, percpu')
    refused(kind, a_request(kind, ip="v5"), out, 2, 'unknown ip "v5".*There are: v4, v6')
    refused(kind, a_request(kind, workload="sctp/mtu"), out, 2, 'workload: unknown protocol "sctp".*There are: tcp_ao, ')
    refused(kind, a_request(kind, workload="tcp_ao/huge"), out, 2, 'workload: unknown traffic "huge".*There are: ')


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_measured_is_code_1(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "round.json"
    out.write_text("what was there")
    refused(kind, a_request(kind, algorithm="md5"), out, 1, "tcp_ao does not take md5")
    refused(kind, a_request(kind, provider="bearssl"), out, 1, "provider bearssl has no algorithm")
    refused(kind, a_request(kind, cpus=3), out, 1, "one CPU" if kind in ("pressure", "in_flight") else "3 CPUs")
    refused(kind, a_request(kind) | {"strategies": ["nil"]}, out, 1, "nil cannot be made: ENOENT")


@pytest.mark.parametrize("axes", [{"faults": FAULTS}, {"algorithms": 2}, {"scratch": "64"}])
def test_blocks_with_counted_rounds_only_are_not_timed(axes: Json, tmp_path: Path) -> None:
    refused("timed", a_request("timed", **axes), tmp_path / "round.json", 2, "has counted rounds only")


def test_in_flight_needs_an_engine(tmp_path: Path) -> None:
    out = tmp_path / "round.json"
    refused("in_flight", a_request("in_flight", in_flight=0), out, 2, "in_flight = 0 has no in_flight rounds")
    refused("timed", a_request("timed", in_flight=4), out, 2, "in_flight = 4 has no timed rounds")


def test_pressure_needs_pages_and_one_cpu(tmp_path: Path) -> None:
    out = tmp_path / "round.json"
    refused("pressure", a_request("pressure", pages=0), out, 2, "pages = 0 has no pressure rounds")
    refused("timed", a_request("timed", pages=256), out, 2, "pages = 256 has no timed rounds")
    refused("counted", a_request("counted", pages=256), out, 2, "pages = 256 has no counted rounds")
    refused("pressure", a_request("pressure", cpus=2), out, 1, "one CPU")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_cannot_be_written_is_code_2(kind: str, tmp_path: Path) -> None:
    request = a_request(kind) | {"strategies": ["percpu_pool"], "aa_copies": 0}
    refused(kind, request, tmp_path / "missing" / "round.json", 2, "missing")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("arguments", [[], ["--out"], ["--in", "file"], ["--out", "a", "b"]])
def test_bad_arguments_are_code_2(kind: str, arguments: list[str], tmp_path: Path) -> None:
    result = subprocess.run([PROCESS[kind], *arguments], input="", capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr == "tfmbench_round: usage: tfmbench_round [--marked] --out FILE < request.json\n"
    assert list(tmp_path.iterdir()) == []

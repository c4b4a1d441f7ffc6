# SPDX-License-Identifier: MIT
"""The command line: exit codes, and one clear line for each bad argument."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import Driver, complete, one_line

BAD = [
    ([], "a subcommand is needed: list, verify, dump, run, report, compare"),
    (["rum", "quick"], 'did you mean "run"?'),
    (["run"], "a matrix is required: a file, a name, or --from DIR"),
    (["count"], "matrix is required"),
    (["count", "./tiny.toml", "--out", ""], "--out must name a folder"),
    (["count", "./tiny.toml", "--strategies", "percpu_pol"], 'unknown strategy "percpu_pol"; did you mean "percpu_pool"?'),
    (["count", "./tiny.toml", "--strategies", "null,null"], '--strategies "null,null" has null twice'),
    (["count", "./tiny.toml", "--filter", "sockets=7"], "--filter"),
    (["count", "./tiny.toml", "--set", "cpus=2"], "tiny: no block can be counted ("),
    (["count", "./tiny.toml", "--strategies", "multibuffer"], "multibuffer is not counted"),
    (["run", "--from", ""], "--from must name the folder of a run"),
    (["run", "--from", "nowhere"], "--from nowhere: not the folder of a run: no run.json in it"),
    (["run", "./tiny.toml", "--from", "x"], "--from repeats a run as it was asked for: leave matrix out"),
    (["run", "--from", "x", "--set", "sockets=1"], "--from repeats a run as it was asked for: leave --set out"),
    (["run", "--from", "x", "--filter", "sockets=1"], "--from repeats a run as it was asked for: leave --filter out"),
    (["run", "--from", "x", "--rounds", "7"], "--from repeats a run as it was asked for: leave --rounds out"),
    (["run", "--from", "x", "--sittings", "2"], "--from repeats a run as it was asked for: leave --sittings out"),
    (["run", "--from", "x", "--seed", "2"], "--from repeats a run as it was asked for: leave --seed out"),
    (["run", "./tiny.toml", "--round-timeout", "0"], "--round-timeout \"0\" must be an integer from 1 to 1000000"),
    (["run", "./tiny.toml", "--round-timeout", "1h"], "--round-timeout \"1h\" must be an integer from 1 to 1000000"),
    (["run", "./tiny.toml", "--set", "cpus=64", "--set", "possible_cpus=64", "--set", "sockets=64"], "blocks of 64 CPUs need as many cores"),
    (["run", "./tiny.toml", "extra"], "extra"),
    (["run", "./tiny.toml", "--frob"], "--frob"),
    (["run", "./tiny.toml", "--rounds", "-1"], "integer from 1 to 1000"),
    (["run", "./tiny.toml", "--rounds", "0"], "integer from 1 to 1000"),
    (["run", "./tiny.toml", "--rounds", "99999999999999999999999"], "integer from 1 to 1000"),
    (["run", "./tiny.toml", "--rounds", "7x"], "integer from 1 to 1000"),
    (["run", "./tiny.toml", "--rounds", " 7"], "integer from 1 to 1000"),
    (["run", "./tiny.toml", "--rounds", ""], "integer from 1 to 1000"),
    (["run", "./tiny.toml", "--rounds"], "--rounds"),
    (["run", "./tiny.toml", "--rounds", "1", "--rounds", "2"], "--rounds"),
    (["run", "./tiny.toml", "--sittings", "0"], "integer from 1 to 1000"),
    (["run", "./tiny.toml", "--sittings", "7"], "too few rounds (6) for the sittings (7): each has at least one; see --rounds"),
    (["run", "./tiny.toml", "--sittings", "2", "--rounds", "1"], "too few rounds (1) for the sittings (2)"),
    (["run", "standard", "--rounds", "1"], "too few rounds (1) for the sittings (2)"),
    (["run", "./tiny.toml", "--seed", "-1"], "--seed"),
    (["run", "./tiny.toml", "--seed", "18446744073709551616"], "--seed"),
    (["run", "./tiny.toml", "--cpus", "0-"], "such as 0,1 or 0-1"),
    (["run", "./tiny.toml", "--cpus", "1-0"], "such as 0,1 or 0-1"),
    (["run", "./tiny.toml", "--cpus", "0,0"], "twice"),
    (["run", "./tiny.toml", "--cpus", "4095"], "core 4095 is not available. There are: 0"),
    (["run", "./tiny.toml", "--cpus", "0-2047"], "There are: 0"),
    (["run", "./tiny.toml", "--cpus", "9999999999"], "such as 0,1 or 0-1"),
    (["run", "./tiny.toml", "--cpus", "0", "--set", "cpus=2"], "blocks of 2 CPUs"),
    (["run", "./tiny.toml", "--shard", "0/2"], "I/N"),
    (["run", "./tiny.toml", "--shard", "3/2"], "I/N"),
    (["run", "./tiny.toml", "--shard", "1"], "I/N"),
    (["run", "./tiny.toml", "--shard", "1/2/3"], "I/N"),
    (["run", "./tiny.toml", "--set", "sockets"], "AXIS=VALUE"),
    (["run", "./tiny.toml", "--set", "socket=1"], 'did you mean "sockets"?'),
    (["run", "./tiny.toml", "--set", "sockets=1,x"], "from 1 to 4000000"),
    (["run", "./tiny.toml", "--set", "sockets="], "from 1 to 4000000"),
    (["run", "./tiny.toml", "--set", "churn_percent=inf"], "0 to 100"),
    (["run", "./tiny.toml", "--set", "faults=2"], "NAME=VALUE joined by ':'"),
    (["run", "./tiny.toml", "--set", "faults=0.1:1:-1:1"], "NAME=VALUE joined by ':'"),
    (["run", "./tiny.toml", "--set", "faults="], "NAME=VALUE joined by ':'"),
    (["run", "./tiny.toml", "--set", "faults=probability=0.1:spaces=1"], 'did you mean "space"?'),
    (["run", "./tiny.toml", "--set", "faults=probability=0"], "probability must be above 0, at most 1"),
    (["run", "./tiny.toml", "--set", "faults=probability=nan"], "probability must be above 0, at most 1"),
    (["run", "./tiny.toml", "--set", "faults=kth=0"], "kth must be an integer from 1"),
    (["run", "./tiny.toml", "--set", "faults=kth=9223372036854775808"], "kth must be an integer from 1"),
    (["run", "./tiny.toml", "--set", "faults=kth=1:interval=4294967296"], "interval must be an integer from 1"),
    (["run", "./tiny.toml", "--set", "faults=kth=1:times=0"], "times must be -1 or an integer from 1"),
    (["run", "./tiny.toml", "--set", "faults=kth=1:space=-1"], "space must be bytes from 0"),
    (["run", "./tiny.toml", "--set", "faults=kth=1:gfp=kernel"], 'gfp must be "atomic" or "any"'),
    (["run", "./tiny.toml", "--set", "faults=gfp=any"], "probability or kth must be given"),
    (["run", "./tiny.toml", "--set", "scratch="], "bytes from 1 to 1048576, joined by '+'"),
    (["run", "./tiny.toml", "--set", "scratch=64+"], "bytes from 1 to 1048576, joined by '+'"),
    (["run", "./tiny.toml", "--set", "scratch=64+0"], "bytes from 1 to 1048576, joined by '+'"),
    (["run", "./tiny.toml", "--set", "pages=-1"], "from 0 to 4194304"),
    (["run", "./tiny.toml", "--set", "ring=0"], "from 1 to 65536"),
    (["run", "./tiny.toml", "--set", "in_flight=1025"], "from 0 to 1024"),
    (["run", "./tiny.toml", "--set", "engine_ns=0"], "from 1 to 1000000"),
    (["run", "./tiny.toml", "--set", "openssl=two"], "shared, percpu"),
    (["run", "./tiny.toml", "--filter", "provider=netle"], 'did you mean "nettle"?'),
    (["run", "./tiny.toml", "--out", ""], "--out"),
    (["list", "strategy"], "unknown list \"strategy\". There are: strategies, "),
    (["run", "./tiny.toml", "--set", "workload=tcp_oa/mtu"], 'unknown protocol "tcp_oa"; did you mean "tcp_ao"?'),
    (["run", "./tiny.toml", "--set", "workload=tcp_ao/fixed_1441"], "fixed_N (N bytes of payload, 0 to 1440)"),
    (["run", "./tiny.toml", "--set", "workload=tcp_ao"], "such as tcp_ao/mtu"),
    (["run", "./no.toml"], "cannot read ./no.toml: No such file"),
    (["run", "./tiny.toml", "--cpus", "4095", "--dry-run"], "core 4095 is not available"),
    (["dump", "foo/mtu", "--pcap", "x"], 'unknown protocol "foo". There are: tcp_ao'),
    (["report"], "dir is required"),
    (["report", "a", "--out"], "--out"),
    (["report", "a", "--out", ""], "--out must name a folder"),
    (["report", "a", "--out", "x", "--out", "y"], "--out"),
    (["report", "a", "--kernel"], "--kernel"),
    (["report", "a", "--kernel", ""], "--kernel must name a folder"),
    (["compare", "a"], "b"),
    (["compare", "a", "b", "--gate", "-1"], "percentage"),
    (["compare", "a", "b", "--gate", "nan"], "percentage"),
    (["compare", "a", "b", "--json", "--markdown"], "--json excludes --markdown"),
    (["compare", "a", "b", "--baseline"], "--baseline"),
    (["dump", "tcp_md5/mtu", "--pcap", "x", "--packets", "-1"], "integer from 1"),
    (["dump", "tcp_md5/mtu"], "--pcap"),
    (["verify", "--master-key", "x"], "--pcap"),
    (["verify", "--pcap", "x"], "--master-key"),
]


@pytest.mark.parametrize("arguments, word", BAD)
def test_bad_arguments(driver: Driver, arguments: list[str], word: str) -> None:
    before = set(driver.folder.rglob("*"))
    assert word in one_line(driver(*arguments), 2)
    assert set(driver.folder.rglob("*")) == before


@pytest.mark.parametrize("command", [[], ["list"], ["verify"], ["dump"], ["run"], ["report"], ["compare"]])
def test_help(driver: Driver, command: list[str]) -> None:
    done = driver(*command, "--help")
    assert done.returncode == 0
    assert "Usage: tfmbench" in done.stdout and not done.stderr


def test_version(driver: Driver) -> None:
    """The lines say what run.json says."""
    done = driver("--version")
    assert done.returncode == 0 and not done.stderr
    complete(driver)
    run = json.loads((driver.folder / "out/run.json").read_text())
    project = (Path(__file__).resolve().parents[3] / "CMakeLists.txt").read_text()
    number = re.search(r"project\(tfmbench VERSION ([0-9.]+)", project)
    dirty = " with local changes" if run["git"]["dirty"] else ""
    build = run["build"]
    assert number and done.stdout.splitlines() == [
        f"tfmbench {number[1]}",
        f"revision: {run['git']['revision']}{dirty}",
        f"compiler: {build['compiler']}, {build['type']}, {build['flags']}",
        "libraries: " + ", ".join(f"{name} {version}" for name, version in sorted(run["libraries"].items())),
    ]


def test_set_takes_one_value_each(driver: Driver) -> None:
    done = driver("run", "--set", "sockets=1", "--set", "ip=v6", "./tiny.toml", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "\n2 blocks\n" in done.stdout


def test_list_as_json(driver: Driver) -> None:
    everything = json.loads(driver("list", "--json").stdout)
    assert set(everything) == {"strategies", "protocols", "traffic", "algorithms", "axes", "matrices", "pairs", "without_socket"}
    assert "percpu_pool" in [s["name"] for s in everything["strategies"]]
    assert all(s["summary"] for s in everything["strategies"] + everything["protocols"])
    sha1 = dict(next(a for a in everything["algorithms"] if a["name"] == "hmac(sha1)"))
    states = sha1.pop("states")
    assert sha1 == {
        "name": "hmac(sha1)", "family": "hash", "providers": ["nettle", "openssl"], "keyed": True, "digest_bytes": 20
    }
    assert states[0] == {"provider": "nettle", "transform_bytes": 48, "request_bytes": 120, "prepared_key_bytes": 40}
    assert [[s["provider"] for s in a["states"]] for a in everything["algorithms"]] == [a["providers"] for a in everything["algorithms"]]
    one = json.loads(driver("list", "workloads", "--json").stdout)
    assert set(one) == {"protocols", "traffic"}


def test_list_axes(driver: Driver) -> None:
    """The list shows what --set takes: defaults, and words joined by commas."""
    axes = {axis["name"]: axis for axis in json.loads(driver("list", "axes", "--json").stdout)["axes"]}
    assert all(axis["meaning"] and axis["values"] for axis in axes.values())
    assert (axes["sockets"]["values"], axes["sockets"]["default"]) == ("1 to 4000000", "1000")
    for name, axis in axes.items():
        if axis["default"] not in ("", "none"):
            done = driver("run", "./tiny.toml", "--set", f"{name}={axis['default']}", "--dry-run")
            assert done.returncode == 0, done.stderr
    document = (Path(__file__).resolve().parents[3] / "docs/matrices.md").read_text()
    rows = document.split("\n## Axes\n")[1].split("`faults` is a table")[0].splitlines()
    assert [row.split("`")[1] for row in rows if row.startswith("| `")] == list(axes)
    listed = driver("list", "axes").stdout
    assert "\n  ip              v4, v6 (v4): " in listed and "(must be given)" in listed


def test_list_as_text(driver: Driver) -> None:
    text = driver("list").stdout
    for word in ["percpu_pool", "tcp_ao", "bgp_update", "cmac(aes128)", "standard"]:
        assert word in text
    assert "tcp_ao" not in driver("list", "matrices").stdout


def test_list_pairs_names_every_pair_and_every_refusal(driver: Driver) -> None:
    known = json.loads(driver("list", "--json").stdout)
    pairs = known["pairs"]
    names = {(p["strategy"], p["protocol"]) for p in pairs}
    assert names == {(s["name"], p["name"]) for s in known["strategies"] for p in known["protocols"]}
    assert len(names) == len(pairs) and json.loads(driver("list", "pairs", "--json").stdout)["pairs"] == pairs
    of = {(p["strategy"], p["protocol"]): p for p in pairs}
    assert of["percpu_pool", "tcp_ao"]["refused"] == [] and "hmac(sha1)" in of["percpu_pool", "tcp_ao"]["runs"]
    esp = of["md5sig_pool", "esp"]
    assert esp["runs"] == [] and "nettle's gcm(aes128)" in esp["refused"][0]["algorithms"]
    text = driver("list", "pairs").stdout
    assert "\n  md5sig_pool on esp: it holds one md5 transform and nothing else\n" in text
    assert text in driver("list").stdout
    head, *rows = text[: text.index("\n  runs with")].splitlines()[1:]
    for row in rows:
        strategy, *cells = row.split()
        for protocol, cell in zip(head.split(), cells, strict=True):
            pair = of[strategy, protocol]
            assert cell == ("all" if not pair["refused"] else "some" if pair["runs"] else "-")


def test_report_and_compare_call_plots(driver: Driver) -> None:
    assert driver("report", "x", "--text").stdout == "plots: report x --text\n"
    assert driver("report", "x", "--out", "a b").stdout == "plots: report x --out a b\n"
    assert driver("report", "x", "--kernel", "a b", "--out", "y").stdout == "plots: report x --out y --kernel a b\n"
    assert driver("report", "x", "a b", "y", "--out", "z").stdout == "plots: report x a b y --out z\n"
    assert driver("compare", "a", "b", "--gate", "2.5", "--json").stdout == "plots: compare a b --gate 2.5 --json\n"
    options = ("--baseline", "onstack", "--only-common", "--across-kinds", "--markdown")
    assert driver("compare", "a", "b", *options).stdout == (
        "plots: compare a b --baseline=onstack --only-common --across-kinds --markdown\n"
    )


@pytest.mark.parametrize("code", [1, 4])
def test_the_exit_code_of_plots_is_passed_on(driver: Driver, code: int) -> None:
    (driver.folder / "stub/plots/__main__.py").write_text(f"import sys\nsys.exit({code})\n", encoding="ascii")
    assert driver("compare", "a", "b").returncode == code


def test_plots_that_are_not_there(driver: Driver) -> None:
    assert "set TFMBENCH_PLOTS" in one_line(driver("report", "x", TFMBENCH_PLOTS="/nowhere/plots"), 2)

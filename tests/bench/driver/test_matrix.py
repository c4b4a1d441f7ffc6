# SPDX-License-Identifier: MIT
"""Matrix files: what is wrong is named with file, line and column, and what would be right."""

from __future__ import annotations

import json
import re

import pytest
from conftest import MATRIX, Driver, one_line

HEAD = """\
name = "m"
baseline = "percpu_pool"
strategies = ["null", "percpu_pool"]
"""
BLOCK = """\
[[block]]
workload = "tcp_ao/bgp_update"
algorithm = "hmac(sha1)"
"""

# (matrix, line and column, words of the message)
WRONG = [
    (HEAD.replace("percpu_pool", "percpu_pol") + BLOCK, "2:12", ['"percpu_pol"', 'mean "percpu_pool"', "per_socket_tfm"]),
    (HEAD.replace('"null"', '"nul"') + BLOCK, "3:15", ['strategy "nul"', "null, "]),
    (HEAD.replace('"null"', '"percpu_pool"') + BLOCK, "3:30", ["twice"]),
    (HEAD.replace('"null", "percpu_pool"', '"null"') + BLOCK, "2:12", ["not among strategies: null"]),
    (HEAD + 'round = 3\n' + BLOCK, "4:1", ['key "round"', 'mean "rounds"', "margin_percent"]),
    (HEAD + 'rounds = 0\n' + BLOCK, "4:10", ["from 1 to 1000"]),
    (HEAD + 'rounds = 1001\n' + BLOCK, "4:10", ["from 1 to 1000"]),
    (HEAD + 'rounds = "7"\n' + BLOCK, "4:10", ["integer"]),
    (HEAD + 'aa_copies = 0\n' + BLOCK, "4:13", ["from 1 to 16"]),
    (HEAD + 'margin_percent = 0\n' + BLOCK, "4:18", ["above 0, at most 50"]),
    (HEAD + 'margin_percent = nan\n' + BLOCK, "4:18", ["above 0, at most 50"]),
    (HEAD + 'margin_percent = 50.5\n' + BLOCK, "4:18", ["above 0, at most 50"]),
    (HEAD.replace('"m"', '"a b"') + BLOCK, "1:8", ["letters"]),
    (HEAD.replace('name = "m"\n', "") + BLOCK, "1:1", ["lacks name"]),
    (HEAD, "1:1", ["lacks block"]),
    (HEAD + "block = []\n", "4:9", ["block"]),
    (HEAD + "[[block]]\nalgorithm = 'md5'\n", "4:1", ["lacks the axis workload"]),
    (HEAD + BLOCK + "socket = 1\n", "7:1", ['axis "socket"', 'mean "sockets"', "churn_percent", "passes"]),
    (HEAD + BLOCK + "sockets = 0\n", "7:11", ["from 1 to 4000000"]),
    (HEAD + BLOCK + "sockets = [1, 4_000_001]\n", "7:15", ["from 1 to 4000000"]),
    (HEAD + BLOCK + "sockets = -1\n", "7:11", ["from 1 to 4000000"]),
    (HEAD + BLOCK + "sockets = 1.5\n", "7:11", ["integer"]),
    (HEAD + BLOCK + "sockets = []\n", "7:11", ["one value or more"]),
    (HEAD + BLOCK + "cpus = 65\n", "7:8", ["from 1 to 64"]),
    (HEAD + BLOCK + "possible_cpus = 4097\n", "7:17", ["from 1 to 4096"]),
    (HEAD + BLOCK + "cache = 'polluted'\n", "7:9", ["polluted:KIB"]),
    (HEAD + BLOCK + "cache = 'polluted:0'\n", "7:9", ["polluted:KIB"]),
    (HEAD + BLOCK + "load = '100%'\n", "7:8", ["1 to 99"]),
    (HEAD + BLOCK + "load = 70\n", "7:8", ["string"]),
    (HEAD + BLOCK + "ip = 'v5'\n", "7:6", ["v4, v6"]),
    (HEAD + BLOCK + "options = 'omited'\n", "7:11", ['mean "omitted"']),
    (HEAD + BLOCK + "choice = 'pareto'\n", "7:10", ["uniform, zipf"]),
    (HEAD + BLOCK + "key = 'cooked'\n", "7:7", ["raw, prepared"]),
    (HEAD + BLOCK + "provider = 'netle'\n", "7:12", ['mean "nettle"', "openssl, sodium"]),
    (HEAD + BLOCK + "allocator = 'hoard'\n", "7:13", ["glibc, jemalloc, mimalloc, tcmalloc"]),
    (HEAD + BLOCK.replace("hmac(sha1)", "hmac-sha1"), "6:13", ["hmac(sha1)", "cmac(aes128)"]),
    (HEAD + BLOCK.replace("tcp_ao/", "tcpao/"), "5:12", ['mean "tcp_ao/bgp_update"', "tcp_md5/mtu"]),
    (HEAD + BLOCK.replace("/bgp_update", ""), "5:12", ["tcp_ao/bgp_update"]),
    (HEAD + BLOCK + "forged_percent = 101\n", "7:18", ["0 to 100"]),
    (HEAD + BLOCK + "churn_percent = nan\n", "7:17", ["0 to 100"]),
    (HEAD + BLOCK + "faults = [{ probability = 1.5 }]\n", "7:11", ["probability must be above 0, at most 1"]),
    (HEAD + BLOCK + "faults = [{ probability = '0.1' }]\n", "7:27", ["probability must be a number"]),
    (HEAD + BLOCK + "faults = [{ probability = 0.1, interval = 0 }]\n", "7:11", ["interval must be an integer from 1"]),
    (HEAD + BLOCK + "faults = [{ probability = 0.1, interval = 1.5 }]\n", "7:43", ["interval must be an integer"]),
    (HEAD + BLOCK + "faults = [{ probability = 0.1, spce = 1 }]\n", "7:32", ['key "spce"', 'mean "space"', "times"]),
    (HEAD + BLOCK + "faults = [{ kth = 1, gfp = 1 }]\n", "7:28", ["gfp must be a string"]),
    (HEAD + BLOCK + "faults = [{ interval = 2 }]\n", "7:11", ["probability or kth must be given"]),
    (HEAD + BLOCK + "faults = {}\n", "7:10", ["a table of some of probability, interval, times, space, kth, seed, gfp"]),
    (HEAD + BLOCK + "faults = 0.1\n", "7:10", ["a table of some of"]),
    (HEAD + BLOCK + "algorithms = 0\n", "7:14", ["from 1 to 4096"]),
    (HEAD + BLOCK + "scratch = 64\n", "7:11", ["scratch must be a string"]),
    (HEAD + BLOCK + "scratch = '64+x'\n", "7:11", ['"64+x" is neither "own" nor bytes']),
    (HEAD + BLOCK + "heap = 'old'\n", "7:8", ["fresh, aged"]),
    (HEAD + BLOCK + "passes = ['timd']\n", "7:11", ['mean "timed"', "counted, pressure"]),
    (HEAD + BLOCK + "sockets = \n", "7:", ["value"]),
]  # fmt: skip


@pytest.mark.parametrize("text, where, words", WRONG)
def test_wrong_matrix_is_named(driver: Driver, text: str, where: str, words: list[str]) -> None:
    driver.write(text, "wrong.toml")
    line = one_line(driver("run", "./wrong.toml", "--out", "out"), 2)
    assert f"wrong.toml:{where}" in line
    for word in words:
        assert word in line
    assert not (driver.folder / "out").exists()


def test_a_matrix_that_is_not_there(driver: Driver) -> None:
    assert "./none.toml" in one_line(driver("run", "./none.toml"), 2)
    line = one_line(driver("run", "quik"), 2)
    assert 'did you mean "quick"?' in line and "standard" in line


def test_matrices_by_name_from_another_folder(driver: Driver) -> None:
    driver.env["TFMBENCH_MATRICES"] = str(driver.folder)
    assert driver("run", "tiny", "--dry-run").returncode == 0
    assert "There are: tiny" in one_line(driver("run", "quick", "--dry-run"), 2)


Rounds = tuple[int, ...]


def planned(text: str) -> dict[str, Rounds]:
    """By block of a dry run: its timed, counted, pressure and in_flight rounds."""
    rows = re.findall(r"^ +(\d+) +(\d+) +(\d+) +(\d+)  (\S+)$", text, re.MULTILINE)
    plan = {row[-1]: tuple(int(count) for count in row[:-1]) for row in rows}
    assert len(plan) == len(rows) and f"\n{len(plan)} blocks\n" in text
    return plan


@pytest.mark.parametrize(
    "name, rounds, least",
    [
        ("quick", (7, 1, 0, 0), 12),
        ("standard", (7, 1, 0, 0), 60),
        ("memory", (0, 1, 0, 0), 60),
        ("pressure", (0, 0, 7, 0), 5),
        ("in_flight", (0, 0, 0, 7), 8),
        ("consumers", (6, 1, 0, 0), 10),
        ("history", (9, 1, 0, 0), 17),
    ],
)
def test_committed_matrices_plan(driver: Driver, name: str, rounds: Rounds, least: int) -> None:
    done = driver("run", name, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert list(planned(done.stdout).values()).count(rounds) >= least


def test_dry_run_lists_what_is_left_out_and_writes_nothing(driver: Driver) -> None:
    driver.write(
        HEAD
        + """\
[[block]]
workload = ["tcp_ao/mtu", "tcp_md5/mtu"]
algorithm = ["hmac(sha1)", "md5"]
provider = ["nettle", "sodium"]
[[block]]
workload = "tcp_md5/mtu"
algorithm = "md5"
options = ["covered", "omitted"]
key = ["raw", "prepared"]
[[block]]
workload = "tcp_ao/mtu"
algorithm = "hmac(sha1)"
cpus = 16
[[block]]
workload = "tcp_ao/mtu"
algorithm = "hmac(sha1)"
sockets = 1
cpus = 2
[[block]]
workload = "tcp_ao/mtu"
algorithm = "hmac(sha1)"
sockets = 1
choice = ["uniform", "zipf"]
[[block]]
workload = "tcp_ao/mtu"
algorithm = "hmac(sha1)"
key = "prepared"
[[block]]
workload = "tcp_ao/mtu"
algorithm = "hmac(sha1)"
load = "50%"
faults = { probability = 0.5 }
[[block]]
workload = "tcp_ao/mtu"
algorithm = "hmac(sha1)"
sockets = 3
algorithms = 4
[[block]]
workload = "tcp_ao/mtu"
algorithm = "hmac(sha1)"
sockets = 1
scratch = ["64+64", "59"]
[[block]]
workload = "tcp_ao/mtu"
algorithm = "hmac(sha1)"
algorithms = 2
scratch = "64+128"
[[block]]
workload = "tcp_ao/mtu"
algorithm = "hmac(sha1)"
ring = 64
[[block]]
workload = "tcp_ao/mtu"
algorithm = "hmac(sha1)"
passes = ["pressure"]
[[block]]
workload = "tcp_ao/mtu"
algorithm = "hmac(sha1)"
faults = { kth = 1 }
passes = ["timed"]
""",
        "left_out.toml",
    )
    before = set(driver.folder.rglob("*"))
    plan = driver("run", "./left_out.toml", "--dry-run")
    assert plan.returncode == 0, plan.stderr
    for reason in [
        "tcp_ao does not use md5",
        "tcp_md5 does not use hmac(sha1)",
        "sodium does not have hmac(sha1)",
        "tcp_md5 never covers options",
        "the algorithm is keyless",
        "more CPUs than possible CPUs",
        "fewer sockets than CPUs",
        "choice=uniform: one socket",
        "per_request_key is not among the strategies",
        "a block with faults, algorithms or scratch is only counted, and counting knows neither load nor cache",
        "fewer sockets than algorithms",
        "fewer sockets than users of scratch",
        "sockets differ in algorithm or in scratch, not in both",
        "tcp_ao needs 60 bytes of scratch",
        "only a block with pages has a ring",
        "passes has pressure, and such a block is measured by timed, counted",
        "passes has timed, and such a block is measured by counted",
    ]:
        assert reason in plan.stdout
    assert "\n3 blocks\n" in plan.stdout
    assert "1 duplicates merged" in plan.stdout
    assert set(driver.folder.rglob("*")) == before


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
    driver.write(HEAD + BLOCK + axis + "\n", "suit.toml")
    ((name, found),) = planned(driver("run", "./suit.toml", "--dry-run").stdout).items()
    assert re.fullmatch(rf"\S+-1000s{word}-[0-9a-f]{{8}}", name)
    assert found == rounds


@pytest.mark.parametrize(
    "axis, reason",
    [
        ("cpus = 2", "one CPU"),
        ("load = '50%'", "searches for its load"),
        ("cache = 'polluted:512'", "warm cache"),
        ("allocator = 'jemalloc'", "allocator=glibc: the zone is the heap"),
        ("heap = 'aged'", "heap=fresh: the zone is the heap"),
        ("algorithms = 2", "only counted"),
        ("scratch = '64'", "only counted"),
        ("faults = { kth = 1 }", "only counted"),
        ("sockets = 100001", "handles of 100000 sockets"),
        ("sockets = 1\nchurn_percent = 1", "always be closed"),
    ],
)
def test_what_makes_no_sense_under_pressure(driver: Driver, axis: str, reason: str) -> None:
    driver.write(HEAD + BLOCK + "pages = 1024\n" + axis + "\n", "pressure.toml")
    plan = driver("run", "./pressure.toml", "--dry-run").stdout
    assert reason in plan and "\n0 blocks\n" in plan and "\n1 combinations left out\n" in plan


@pytest.mark.parametrize(
    "axis, reason",
    [
        ("cpus = 2", "one CPU"),
        ("load = '50%'", "finds its load"),
        ("cache = 'polluted:512'", "warm cache"),
        ("heap = 'aged'", "a fresh heap"),
        ("algorithms = 2", "only counted"),
        ("churn_percent = 1", "sockets stay open"),
        ("pages = 1024", "a pass of its own"),
        ("provider = 'openssl'", "openssl has no request apart from its transform"),
    ],
)
def test_what_makes_no_sense_in_flight(driver: Driver, axis: str, reason: str) -> None:
    driver.write(HEAD + BLOCK + "in_flight = 4\n" + axis + "\n", "in_flight.toml")
    plan = driver("run", "./in_flight.toml", "--dry-run").stdout
    assert reason in plan and "\n0 blocks\n" in plan and "\n1 combinations left out\n" in plan


def test_faults_have_one_form(driver: Driver) -> None:
    """However they are written, equal faults make one block."""
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


def test_set_replaces_and_filter_keeps(driver: Driver) -> None:
    plan = driver("run", "./tiny.toml", "--dry-run", "--set", "sockets=5,6,7", "--filter", "algorithm=hmac(sha1)")
    assert "\n3 blocks\n" in plan.stdout
    assert "-5s-" in plan.stdout and "cmac" not in plan.stdout


def test_filter_with_nothing_left(driver: Driver) -> None:
    line = one_line(driver("run", "./tiny.toml", "--filter", "sockets=1000"), 2)
    assert "sockets has 10, 20" in line
    line = one_line(driver("run", "./tiny.toml", "--filter", "algorithm=md5"), 2)
    assert "algorithm has hmac(sha1), cmac(aes128)" in line


def test_everything_left_out(driver: Driver) -> None:
    driver.write(MATRIX.replace("tcp_ao", "tcp_md5"))
    assert "tcp_md5 does not use" in one_line(driver("run", "./tiny.toml"), 2)


def test_the_plan_does_not_depend_on_the_day(driver: Driver) -> None:
    assert driver("run", "standard", "--dry-run").stdout == driver("run", "standard", "--dry-run").stdout


@pytest.mark.parametrize(
    "axis, reason",
    [
        ("pages = 48", "the zone's own reserve is 48 pages"),
        ("faults = { kth = 3, gfp = 'any' }", "without churn nothing opens"),
        ("faults = { kth = 3 }\ncache = 'polluted:64'", "neither load nor cache"),
        ("engine_ns = 5", "only a block with in_flight has an engine"),
        ("openssl = 'percpu'", "the same as openssl=shared: the provider is nettle"),
    ],
)
def test_what_would_measure_nothing_is_left_out(driver: Driver, axis: str, reason: str) -> None:
    driver.write(HEAD + BLOCK + axis + "\n", "nothing.toml")
    plan = driver("run", "./nothing.toml", "--dry-run").stdout
    assert reason in plan and "\n0 blocks\n" in plan


REFUSING = """\
name = "m"
baseline = "percpu_pool"
strategies = ["percpu_pool", "md5sig_pool", "onstack"]
[[block]]
workload = ["tcp_ao/bgp_update", "tcp_md5/bgp_update"]
algorithm = ["md5", "hmac(sha1)"]
"""


def test_a_strategy_that_refuses_is_left_out_of_the_block_alone(driver: Driver) -> None:
    driver.write(REFUSING, "refusing.toml")
    text = driver("run", "./refusing.toml", "--dry-run").stdout
    assert len(planned(text)) == 2, "one for each protocol"
    left_out = text[text.index("\nstrategies left out of blocks\n") :]
    assert re.search(r"  md5sig_pool: it holds one md5 .*\n    tcp_ao_bgp_update-hmac_sha1-\S+\n\n", left_out)
    assert driver("run", "./refusing.toml", "--rounds", "1", "--out", "r").returncode == 0
    run = json.loads((driver.folder / "r" / "run.json").read_text(encoding="utf-8"))
    refused = {b["axes"]["algorithm"]: [r["strategy"] for r in b["left_out"]] for b in run["matrix"]["blocks"]}
    assert refused == {"hmac(sha1)": ["md5sig_pool"], "md5": []}
    for path in (driver.folder / "r" / "rounds").iterdir():
        names = {cell["name"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}
        assert ("md5sig_pool" in names) == ("tcp_md5" in path.name) and "onstack" in names


@pytest.mark.parametrize(
    "axis, refused",
    [("scratch = '64+1024'", "onstack: its scratch"), ("algorithms = 2", "md5sig_pool: it holds one md5"), ("", "")],
)
def test_what_any_socket_would_be_refused_is_left_out(driver: Driver, axis: str, refused: str) -> None:
    md5 = REFUSING.replace('["md5", "hmac(sha1)"]', '"md5"').replace('"tcp_ao/bgp_update", ', "")
    driver.write(md5 + axis + "\n", "axis.toml")
    text = driver("run", "./axis.toml", "--dry-run").stdout
    assert len(planned(text)) == 1 and refused in text
    assert ("strategies left out of blocks" in text) == bool(refused)


def test_a_block_whose_baseline_refuses_is_left_out(driver: Driver) -> None:
    driver.write(REFUSING.replace('baseline = "percpu_pool"', 'baseline = "md5sig_pool"'), "base.toml")
    text = driver("run", "./base.toml", "--dry-run").stdout
    assert [name.split("-")[0] for name in planned(text)] == ["tcp_md5_bgp_update"]
    assert "hmac(sha1)" in text and "the baseline md5sig_pool: it holds one md5" in text

# SPDX-License-Identifier: MIT
"""Matrix files: errors have file, line and column, and say what would be valid. Also --set and --filter."""

from __future__ import annotations

import pytest
from conftest import BLOCK, HEAD, MATRIX, Driver, one_line

# (matrix, line and column, words of the message)
WRONG = [
    (HEAD.replace("percpu_pool", "percpu_pol") + BLOCK, "2:12", ['"percpu_pol"', 'mean "percpu_pool"', "per_socket_tfm"]),
    (HEAD.replace('"null"', '"nul"') + BLOCK, "3:15", ['strategy "nul"', "null, "]),
    (HEAD.replace('"null"', '"percpu_pool"') + BLOCK, "3:30", ["twice"]),
    (HEAD.replace('"null", "percpu_pool"', '"null"') + BLOCK, "2:12", ["not one of the strategies: null"]),
    (HEAD + 'second_baseline = "percpu_pool"\n' + BLOCK, "4:19", ["must be one of the strategies, and not the baseline"]),
    (HEAD + 'second_baseline = "onstack"\n' + BLOCK, "4:19", ['"onstack" must be one of the strategies']),
    (HEAD + 'second_baseline = "onstak"\n' + BLOCK, "4:19", ['mean "onstack"']),
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
    (HEAD, "1:1", ["lacks [[block]]"]),
    (HEAD + "block = []\n", "4:9", ["block"]),
    (HEAD + "[[block]]\nalgorithm = 'md5'\n", "4:1", ["lacks the axis workload"]),
    (HEAD + BLOCK + "socket = 1\n", "7:1", ['axis "socket"', 'mean "sockets"', "churn_percent", "passes, strategies"]),
    (HEAD + BLOCK + "sockets = 0\n", "7:11", ["from 1 to 4000000"]),
    (HEAD + BLOCK + "sockets = [1, 4_000_001]\n", "7:15", ["from 1 to 4000000"]),
    (HEAD + BLOCK + "sockets = -1\n", "7:11", ["from 1 to 4000000"]),
    (HEAD + BLOCK + "sockets = 1.5\n", "7:11", ["integer"]),
    (HEAD + BLOCK + "sockets = []\n", "7:11", ["at least one value"]),
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
    (HEAD + BLOCK.replace("tcp_ao/", "tcpao/"), "5:12", ['unknown protocol "tcpao"; did you mean "tcp_ao"?', "ipcomp"]),
    (HEAD + BLOCK.replace("/bgp_update", ""), "5:12", ["such as tcp_ao/mtu"]),
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
    (HEAD + BLOCK + "strategies = ['nul', 'percpu_pool']\n", "7:15", ['strategy "nul"', "null, "]),
    (HEAD + BLOCK + "strategies = ['percpu_pool', 'percpu_pool']\n", "7:30", ["twice"]),
    (HEAD + BLOCK + "strategies = []\n", "7:14", ["at least one value"]),
    (HEAD + BLOCK + BLOCK + "strategies = ['percpu_pool', 'onstack']\n", "10:30", ['"onstack" is not one of the matrix\'s: null, ']),
    (HEAD + BLOCK + "strategies = ['null']\n", "7:14", ["the block's strategies lack the baseline, percpu_pool"]),
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

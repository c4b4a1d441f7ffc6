# SPDX-License-Identifier: MIT
"""What a plan leaves out, and why: blocks that would measure nothing, and strategies that refuse a block."""

from __future__ import annotations

import json
import re

import pytest
from conftest import BLOCK, HEAD, Driver, planned

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
        "tcp_ao does not use md5; it takes hmac(sha1), ",
        "tcp_md5 does not use hmac(sha1); it takes md5",
        "sodium does not have hmac(sha1)",
        "the same as options=covered: tcp_md5 has no such choice",
        "the algorithm is keyless",
        "more CPUs than possible CPUs",
        "fewer sockets than CPUs",
        "choice=uniform: one socket",
        "per_request_key is not among the strategies",
        "a block with faults, algorithms or scratch has counted rounds only, and counting knows neither load nor cache",
        "fewer sockets than algorithms",
        "fewer sockets than users of scratch",
        "sockets can differ in algorithm or in scratch, not in both",
        "tcp_ao needs 60 bytes of scratch",
        "only a block with pages has a ring",
        "passes has pressure, but this block can only have timed, counted rounds",
        "passes has timed, but this block can only have counted rounds",
    ]:
        assert reason in plan.stdout
    assert "\n3 blocks\n" in plan.stdout
    assert "1 duplicate merged" in plan.stdout
    assert set(driver.folder.rglob("*")) == before


@pytest.mark.parametrize(
    "protocol, algorithm",
    [
        ("tcp_md5", "md5"),
        ("seg6_hmac", "hmac(sha1)"),
        ("ah", "hmac(sha1)"),
        ("esp", "gcm(aes128)"),
        ("mac80211", "ccm(aes128)"),
        ("ipcomp", "deflate"),
    ],
)
def test_options_are_left_out_if_they_change_nothing(driver: Driver, protocol: str, algorithm: str) -> None:
    provider = "zlib" if algorithm == "deflate" else "nettle"
    ip = "v6" if protocol == "seg6_hmac" else "v4"
    driver.write(
        f"""{HEAD}[[block]]
workload = "{protocol}/mtu"
algorithm = "{algorithm}"
provider = "{provider}"
ip = "{ip}"
options = ["covered", "omitted"]
""",
        "options.toml",
    )
    plan = driver("run", "./options.toml", "--dry-run").stdout
    assert len(planned(plan)) == 1
    assert f"the same as options=covered: {protocol} has no such choice" in plan


def test_options_vary_for_tcp_ao_and_ip_for_all_but_seg6_hmac(driver: Driver) -> None:
    axes = 'options = ["covered", "omitted"]\nip = ["v4", "v6"]\n'
    driver.write(HEAD + BLOCK + axes, "vary.toml")
    assert len(planned(driver("run", "./vary.toml", "--dry-run").stdout)) == 4
    driver.write(HEAD + BLOCK.replace("tcp_ao", "seg6_hmac") + 'ip = ["v4", "v6"]\n', "v6.toml")
    plan = driver("run", "./v6.toml", "--dry-run").stdout
    assert len(planned(plan)) == 1 and "seg6_hmac runs over IPv6 only: set ip=v6" in plan


def expect_left_out(driver: Driver, axes: str, reason: str) -> None:
    """Checks that the only block of the matrix is left out for this reason."""
    driver.write(HEAD + BLOCK + axes + "\n", "left_out.toml")
    plan = driver("run", "./left_out.toml", "--dry-run").stdout
    assert reason in plan and "\n0 blocks\n" in plan and "\n1 combination left out\n" in plan


@pytest.mark.parametrize(
    "axis, reason",
    [
        ("cpus = 2", "one CPU"),
        ("load = '50%'", "searches for the loads"),
        ("cache = 'polluted:512'", "warm cache"),
        ("cache = 'cold'", "warm cache"),
        ("allocator = 'jemalloc'", "allocator=glibc: the zone is the heap"),
        ("heap = 'aged'", "heap=fresh: the zone is the heap"),
        ("algorithms = 2", "counted rounds only"),
        ("scratch = '64'", "counted rounds only"),
        ("faults = { kth = 1 }", "counted rounds only"),
        ("sockets = 100001", "handles of at most 100000 sockets"),
        ("sockets = 1\nchurn_percent = 1", "always be closed"),
    ],
)
def test_what_makes_no_sense_under_pressure(driver: Driver, axis: str, reason: str) -> None:
    expect_left_out(driver, "pages = 1024\n" + axis, reason)


@pytest.mark.parametrize(
    "axis, reason",
    [
        ("cpus = 2", "one CPU"),
        ("load = '50%'", "has no load"),
        ("cache = 'polluted:512'", "warm cache"),
        ("cache = 'cold'", "warm cache"),
        ("heap = 'aged'", "a fresh heap"),
        ("algorithms = 2", "counted rounds only"),
        ("churn_percent = 1", "sockets stay open"),
        ("pages = 1024", "are separate passes"),
        ("provider = 'openssl'", "openssl has no request apart from its transform"),
    ],
)
def test_what_makes_no_sense_in_flight(driver: Driver, axis: str, reason: str) -> None:
    expect_left_out(driver, "in_flight = 4\n" + axis, reason)


@pytest.mark.parametrize(
    "axis, reason",
    [
        ("pages = 48", "the zone's reserve alone takes 48 pages"),
        ("faults = { kth = 3, gfp = 'any' }", "without churn no socket opens"),
        ("faults = { kth = 3 }\ncache = 'polluted:64'", "neither load nor cache"),
        ("faults = { kth = 3 }\ncache = 'cold'", "neither load nor cache"),
        ("cache = 'cold'\nload = '50%'", "sockets are flushed between polls, and a load has no polls"),
        ("cache = 'cold'\nprovider = 'openssl'", "openssl keeps keys in memory that it does not name"),
        ("engine_ns = 5", "only a block with in_flight has an engine"),
        ("openssl = 'percpu'", "the same as openssl=shared: the provider is nettle"),
    ],
)
def test_what_would_measure_nothing_is_left_out(driver: Driver, axis: str, reason: str) -> None:
    driver.write(HEAD + BLOCK + axis + "\n", "nothing.toml")
    plan = driver("run", "./nothing.toml", "--dry-run").stdout
    assert reason in plan and "\n0 blocks\n" in plan


def test_what_has_no_key_can_be_cold_with_openssl(driver: Driver) -> None:
    block = BLOCK.replace("tcp_ao", "tcp_md5").replace("hmac(sha1)", "md5") + "provider = ['nettle', 'openssl']\ncache = 'cold'\n"
    driver.write(HEAD + block, "cold.toml")
    assert len(planned(driver("run", "./cold.toml", "--dry-run").stdout)) == 2


@pytest.mark.parametrize("algorithm", ["acomp(deflate)", "acomp_scomp(deflate)"])
def test_an_engine_needs_memory_of_its_own_for_each_operation(driver: Driver, algorithm: str) -> None:
    block = BLOCK.replace("tcp_ao/bgp_update", "ipcomp/mtu").replace("hmac(sha1)", algorithm)
    driver.write(HEAD + block + "provider = 'zlib'\nin_flight = 4\n", "acomp.toml")
    plan = driver("run", "./acomp.toml", "--dry-run").stdout
    assert f"{algorithm} works in memory that each CPU has only once" in plan and "\n0 blocks\n" in plan


REFUSING = """\
name = "m"
baseline = "percpu_pool"
strategies = ["percpu_pool", "md5sig_pool", "onstack"]
[[block]]
workload = ["tcp_ao/bgp_update", "tcp_md5/bgp_update"]
algorithm = ["md5", "hmac(sha1)"]
"""


def test_a_strategy_that_refuses_is_left_out_of_that_block_only(driver: Driver) -> None:
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
    [("scratch = '64+1024'", "onstack: the scratch"), ("algorithms = 2", "md5sig_pool: it holds one md5"), ("", "")],
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


def test_what_has_no_model_of_the_api_is_left_out(driver: Driver) -> None:
    """Blocks of other providers and families, blocks in which it would change nothing, and multibuffer."""
    block = '[[block]]\napi = ["flat", "ahash"]\n'
    head = 'name = "m"\nbaseline = "percpu_pool"\nstrategies = ["percpu_pool", "onstack", "multibuffer", "null"]\n'
    driver.write(
        head
        + f'{block}workload = "tcp_ao/mtu"\nalgorithm = "hmac(sha1)"\nprovider = ["nettle", "openssl"]\n'
        + f'{block}workload = "esp/mtu"\nalgorithm = "gcm(aes128)"\n'
        + f'{block}workload = "tcp_ao/mtu"\nalgorithm = "hmac(sha1)"\nin_flight = 4\n',
        "api.toml",
    )
    plan = driver("run", "./api.toml", "--dry-run").stdout
    behind = [name for name in planned(plan) if "-ahash" in name]
    assert [name.split("-")[0] for name in behind] == ["tcp_ao_mtu"]
    for reason in (
        "api=ahash is a model of the kernel's hashes over nettle; hmac(sha1) of openssl has none",
        "api=ahash is a model of the kernel's hashes over nettle; gcm(aes128) of nettle has none",
        "an engine is an ahash of its own, with no shash below",
        "its jobs do not go through the crypto API",
    ):
        assert reason in plan
    library = 'name = "m"\nbaseline = "onstack"\nstrategies = ["onstack", "onstack_prepared", "null"]\n'
    driver.write(f'{library}[[block]]\napi = "ahash"\nworkload = "tcp_ao/mtu"\nalgorithm = "hmac(sha1)"\n', "library.toml")
    plan = driver("run", "./library.toml", "--dry-run").stdout
    assert "the same as api=flat: none of the strategies has a transform behind the API" in plan


def test_retpolines_are_in_the_model_of_the_api_and_in_time_only(driver: Driver) -> None:
    head = 'name = "m"\nbaseline = "percpu_pool"\nstrategies = ["percpu_pool", "null"]\n'
    block = '[[block]]\nworkload = "tcp_ao/mtu"\nalgorithm = "hmac(sha1)"\nspectre_v2 = "retpoline"\n'
    driver.write(
        f"{head}{block}api = ['flat', 'ahash', 'ahash_library']\n"
        f"{block}api = 'ahash'\nfaults = {{ kth = 1 }}\n"
        f"{block}api = 'ahash'\npages = 1024\n"
        f"{block}api = 'ahash'\nin_flight = 4\n"
        f"{block}api = 'ahash'\npasses = ['counted']\n",
        "retpolines.toml",
    )
    plan = driver("run", "./retpolines.toml", "--dry-run", "--rounds", "6").stdout
    found = planned(plan)
    assert len(found) == 2 and all("-retpoline" in name and counts[:2] == (6, 0) for name, counts in found.items()), "no counted rounds"
    for reason in (
        "the same as spectre_v2=off: only the model of the kernel's API is compiled with retpolines",
        "the same as spectre_v2=off: only times differ",
        "an engine is an ahash of its own, with no shash below",
        "passes has counted, but this block can only have timed rounds",
    ):
        assert reason in plan


def test_an_api_without_clones_leaves_out_the_strategy_that_needs_them(driver: Driver) -> None:
    strategies = ["percpu_pool", "clone_sigpool", "multibuffer", "onstack", "null"]
    driver.write(
        f'name = "m"\nbaseline = "percpu_pool"\nstrategies = {json.dumps(strategies)}\n'
        '[[block]]\napi = ["ahash", "ahash_library"]\nworkload = "tcp_ao/mtu"\nalgorithm = "hmac(sha1)"\nprovider = ["nettle", "openssl"]\n',
        "clones.toml",
    )
    plan = driver("run", "./clones.toml", "--dry-run").stdout
    assert len([name for name in planned(plan) if "-ahash_library" in name]) == 1
    assert plan.count("Linux 7.x has no crypto_clone_ahash()") == 1
    assert "api=ahash_library is a model of the kernel's hashes over nettle; hmac(sha1) of openssl has none" in plan


def test_the_librarys_users_alone_are_not_the_same_as_flat_with_the_kernels_library(driver: Driver) -> None:
    head = 'name = "m"\nbaseline = "onstack"\nstrategies = ["onstack", "onstack_prepared", "null"]\n'
    driver.write(f'{head}[[block]]\napi = "ahash_library"\nworkload = "tcp_ao/mtu"\nalgorithm = "hmac(sha1)"\n', "library.toml")
    assert len(planned(driver("run", "./library.toml", "--dry-run").stdout)) == 1

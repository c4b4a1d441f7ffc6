# SPDX-License-Identifier: MIT
"""The two round processes from outside: what they write, what they refuse, what they hold.

TFMBENCH names the driver; they stand beside it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

Json = dict[str, Any]

BUILD = Path(os.environ["TFMBENCH"]).resolve().parent
SCHEMA = json.loads((Path(__file__).parents[3] / "results/schema/round.schema.json").read_text())
PROCESS = {
    "timed": BUILD / "tfmbench_round",
    "counted": BUILD / "tfmbench_round_counted",
    "pressure": BUILD / "tfmbench_round",
    "in_flight": BUILD / "tfmbench_round",
}
KINDS = list(PROCESS)
STRATEGIES = ["percpu_pool", "null", "per_socket_tfm", "per_request_key", "tfm_pool", "onstack_prepared"]


def run(kind: str, request: Json | str, out: Path) -> subprocess.CompletedProcess[str]:
    text = request if isinstance(request, str) else json.dumps(request)
    return subprocess.run([PROCESS[kind], "--out", out], input=text, capture_output=True, text=True, timeout=300)


def with_id(request: Json) -> Json:
    """The process itself says what a block's id is."""
    refused = run("counted", request | {"block_id": ""}, Path("/nonexistent/never"))
    found = re.search(r"the block's is (\S+)$", refused.stderr.strip())
    assert found, refused.stderr
    return request | {"block_id": found[1]}


def a_request(kind: str, **axes: Any) -> Json:
    block = {
        "workload": "tcp_ao/fixed_64", "algorithm": "hmac(sha1)", "provider": "nettle", "allocator": "glibc",
        "sockets": 8, "cpus": 1, "possible_cpus": 2, "cache": "warm", "load": "closed", "ip": "v4",
        "options": "covered", "choice": "uniform", "key": "raw", "forged_percent": 1.0, "churn_percent": 0.0,
        "algorithms": 1, "scratch": "own", "heap": "fresh", "pages": 256 if kind == "pressure" else 0, "ring": 512,
        "in_flight": 8 if kind == "in_flight" else 0, "engine_ns": 20000, "openssl": "shared", "faults": None,
    }  # fmt: skip
    return with_id(
        {
            "block": block | axes,
            "block_id": "",
            "kind": kind,
            "round": 3,
            "seed": 7,
            "baseline": "percpu_pool",
            "strategies": STRATEGIES,
            "aa_copies": 1,
            "cores": [],
        }
    )


def measured(request: Json, out: Path, flowing: set[str] | None = None) -> Json:
    """The file, checked; `flowing`: the strategies that packets flow through, if not all."""
    out.parent.mkdir(exist_ok=True)
    done = run(request["kind"], request, out)
    assert (done.returncode, done.stderr) == (0, "")
    result: Json = json.loads(out.read_text(), parse_constant=lambda word: pytest.fail(f"{word} in a result"))
    jsonschema.validate(result, SCHEMA)
    assert result["kind"] == request["kind"]
    assert result["block_id"] == request["block_id"]
    assert result["axes"] == request["block"]
    assert result["seed"] == request["seed"]
    for cell in result["cells"]:
        ended = ("sent", "accepted", "forged_refused", "forged_accepted", "genuine_refused", "drops")
        assert cell["packets"] == sum(cell[word] for word in ended)
        assert (cell["packets"] > 0) == (flowing is None or cell["name"] in flowing)
        assert cell["forged_accepted"] == cell["genuine_refused"] == 0
    assert list(out.parent.iterdir()) == [out], "a temporary file was left"
    return result


FAULTS = {"probability": 0.05, "interval": 1, "times": -1, "space": 0, "kth": 0, "seed": 1, "gfp": "atomic"}


@pytest.mark.parametrize(
    "axes",
    [
        {},
        {"load": "80%"},
        {"churn_percent": 2.0, "cpus": 2, "forged_percent": 10.0},
        {"cache": "polluted:64", "key": "prepared", "ip": "v6", "allocator": "mimalloc"},
        {"workload": "tcp_md5/imix", "algorithm": "md5", "allocator": "jemalloc", "choice": "zipf"},
    ],
)
def test_a_timed_round(axes: Json, tmp_path: Path) -> None:
    request = a_request("timed", **axes)
    result = measured(request, tmp_path / "round.json")
    assert result["round"] == 3
    open_loop = request["block"]["load"] != "closed"
    assert (result["capacity_pps"] is not None) == (result["offered_pps"] is not None) == open_loop
    assert [cell["name"] for cell in result["cells"]] == [*STRATEGIES, "percpu_pool#2"]
    assert [cell["aa"] for cell in result["cells"]] == [False] * len(STRATEGIES) + [True]
    turns = {len(cell["turn_ns_per_packet"]) for cell in result["cells"]}
    assert len(turns) == 1 and turns.pop() >= 6
    for cell in result["cells"]:
        assert cell["drops"] == cell["open_failures"] == 0
        assert (cell["latency"] is not None) == open_loop
        for histogram in ("response", "service", "lateness") if open_loop else ():
            h = cell["latency"][histogram]
            assert h["count"] == h["overflow"] + sum(count for _, count in h["buckets"])
            edges = [edge for edge, _ in h["buckets"]]
            assert edges == sorted(set(edges))
            if h["count"]:
                assert h["p50_ns"] <= h["p90_ns"] <= h["p99_ns"] <= h["p999_ns"] <= h["max_ns"]


@pytest.mark.parametrize(
    "axes",
    [
        {},
        {"faults": FAULTS, "churn_percent": 2.0},
        {"faults": FAULTS, "churn_percent": 2.0, "provider": "openssl"},
        {"cpus": 2, "sockets": 9},
        {"algorithms": 3, "heap": "aged", "allocator": "jemalloc"},
        {"scratch": "60+64", "heap": "aged", "allocator": "mimalloc"},
        {"faults": FAULTS | {"space": 4096, "kth": 9, "gfp": "any"}},
    ],
)
def test_a_counted_round(axes: Json, tmp_path: Path) -> None:
    request = a_request("counted", **axes)
    result = measured(request, tmp_path / "counted.json")
    cells = {cell["name"]: cell for cell in result["cells"]}
    assert list(cells) == STRATEGIES
    for cell in cells.values():
        for moment in ("idle", "half", "open"):
            m = cell["memory"][moment]
            owners = [m[owner] for owner in ("shared", "percpu", "socket", "request", "scratch")]
            for unit in ("bytes", "blocks"):
                assert m["total"][unit] == sum(owner[unit] for owner in owners)
        assert cell["memory"]["peak"]["total"]["bytes"] >= cell["memory"]["open"]["total"]["bytes"]
        assert cell["memory"]["sockets_half"] == request["block"]["sockets"] // 2
        assert "rounded_bytes" in cell["memory"]["peak"]["scratch"]
    refused = cells["per_socket_tfm"]["fast_path"]["allocations_refused"]
    assert (refused > 0) == (request["block"]["faults"] is not None)
    if request["block"]["provider"] == "nettle" and request["block"]["churn_percent"] == 0:
        assert cells["percpu_pool"]["fast_path"]["allocations"] == 0


def test_a_counted_round_can_be_repeated(tmp_path: Path) -> None:
    # With rounded bytes, since each strategy finds the heap of a process that has only just begun.
    request = a_request("counted", faults=FAULTS, churn_percent=2.0, heap="aged", sockets=1000)
    results = [measured(request, tmp_path / str(i) / "counted.json") for i in range(2)]
    for result in results:
        del result["duration_ns"]
        for cell in result["cells"]:
            del cell["memory"]["resident"]
    assert results[0] == results[1]


@pytest.mark.parametrize("allocator", ["glibc", "jemalloc"])
def test_a_strategy_finds_the_same_heap_wherever_it_stands(allocator: str, tmp_path: Path) -> None:
    # A MiB of blocks that were another's would be there for the second to use again.
    strategies = ["per_socket_tfm", "onstack_prepared"]
    request = a_request("counted", sockets=10000, allocator=allocator) | {"strategies": strategies}
    backwards = request | {"strategies": strategies[::-1]}
    results = [measured(r, tmp_path / str(i) / "counted.json") for i, r in enumerate((request, backwards))]
    for strategy in strategies:
        first, second = ({c["name"]: c["memory"] for c in r["cells"]}[strategy] for r in results)
        assert first["open"] == second["open"]
        for word in ("rss_bytes", "page_faults"):
            grown = [m["resident"]["open"][word] - m["resident"]["before"][word] for m in (first, second)]
            assert min(grown) > 0.9 * max(grown)


def test_an_aged_heap_holds_more_than_is_live(tmp_path: Path) -> None:
    def grown(heap: str) -> tuple[int, int, int]:
        request = a_request("counted", heap=heap, allocator="jemalloc") | {"strategies": ["null"]}
        resident = measured(request, tmp_path / heap / "counted.json")["cells"][0]["memory"]["resident"]
        words = ("allocator_live_bytes", "allocator_resident_bytes", "rss_bytes")
        live, held, rss = (resident["open"][word] - resident["before"][word] for word in words)
        return live, held, rss

    # ThreadSanitizer keeps up to four bytes of shadow a byte, and half a byte of what it knows of
    # blocks (libsanitizer/tsan/tsan_defs.h); the RSS has them all.
    rss_factor = 5.5 if "__tsan_init" in symbols("counted") else 1
    live, held, rss = grown("aged")
    assert live > 1 << 18, "half of a MiB stays"
    assert min(held, rss) > 1.5 * live
    live, held, rss = grown("fresh")
    assert max(live, held, rss / rss_factor) < 1 << 18


def test_a_full_table_is_a_result(tmp_path: Path) -> None:
    result = measured(
        a_request("counted", algorithms=171, sockets=171) | {"strategies": ["per_socket_tfm", "tfm_pool"]},
        tmp_path / "counted.json",
        flowing={"per_socket_tfm"},
    )
    opened = {c["name"]: (c["memory"]["sockets_open"], c["memory"]["open_error"]) for c in result["cells"]}
    assert opened == {"per_socket_tfm": (171, None), "tfm_pool": (170, "enospc")}


def test_what_a_user_of_scratch_leaves(tmp_path: Path) -> None:
    request: Json = a_request("counted", scratch="64+8192") | {"strategies": ["percpu_pool", "onstack_prepared"]}
    result = measured(request, tmp_path / "counted.json", flowing={"percpu_pool"})
    pool, stack = (cell["memory"] for cell in result["cells"])
    assert pool["open"]["scratch"]["bytes"] == pool["left"]["scratch"]["bytes"] == 8192 * request["block"]["possible_cpus"]
    assert pool["left"]["socket"]["blocks"] == 1 + 4, "the handles, and the keys of half the sockets"
    assert (stack["sockets_open"], stack["open_error"], stack["left"]) == (1, "eopnotsupp", None)


def parent_of(pid: int) -> int | None:
    """Nothing if there is no such process, or if it only waits to be reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[1])


def children_of(parent: int) -> set[int]:
    processes = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
    return {pid for pid in processes if parent_of(pid) == parent}


def test_a_counted_round_that_is_killed_leaves_no_child(tmp_path: Path) -> None:
    request = a_request("counted", sockets=300000) | {"strategies": ["per_socket_tfm"]}
    with subprocess.Popen([PROCESS["counted"], "--out", tmp_path / "x.json"], stdin=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(request))
        process.stdin.close()
        while not (children := children_of(process.pid)):
            assert process.poll() is None, "it ended before it was seen to have a child"
            time.sleep(0.01)
        process.kill()
    deadline = time.monotonic() + 1  # it has work for two seconds
    while any(parent_of(child) is not None for child in children):
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.01)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "faults, refused",
    [
        ({"kth": 100}, 1),
        ({"probability": 1, "times": 3}, 3),
        ({"probability": 1, "interval": 100, "times": 7}, 7),
        ({"probability": 1, "space": 1 << 40}, 0),
    ],
)
def test_faults_are_as_many_as_asked_for(faults: Json, refused: int, tmp_path: Path) -> None:
    request = a_request("counted", faults=FAULTS | {"probability": 0.0} | faults)
    cells = {cell["name"]: cell for cell in measured(request, tmp_path / "counted.json")["cells"]}
    assert cells["per_request_key"]["fast_path"]["allocations_refused"] == refused
    assert cells["per_request_key"]["drops"] == cells["per_request_key"]["allocation_failures"] == refused
    assert cells["percpu_pool"]["drops"] == 0


def test_faults_on_the_slow_path_too(tmp_path: Path) -> None:
    opens = {}
    for gfp in ("atomic", "any"):
        request = a_request("counted", churn_percent=10.0, faults=FAULTS | {"probability": 1, "gfp": gfp})
        cells = measured(request, tmp_path / gfp / "counted.json")["cells"]
        opens[gfp] = {cell["name"]: cell["opens"] for cell in cells}
    assert opens["atomic"]["onstack_prepared"] > opens["any"]["onstack_prepared"] == 0


# One that allocates per packet, one that does not: a sanitizer takes its time over each.
PRESSED = ["percpu_pool", "per_request_key"]


@pytest.mark.parametrize("axes", [{}, {"churn_percent": 2.0, "ring": 64, "forged_percent": 10.0}, {"provider": "openssl"}])
def test_a_pressure_round(axes: Json, tmp_path: Path) -> None:
    request: Json = a_request("pressure", **axes) | {"strategies": PRESSED}
    result = measured(request, tmp_path / "round.json")
    assert result["round"] == 3
    cells = {cell["name"]: cell for cell in result["cells"]}
    assert list(cells) == PRESSED
    for cell in cells.values():
        p, s = cell["pressure"], cell["search"]
        assert p["arena"]["budget_pages"] == p["pages"] and p["arena"]["sockets_open"] == p["sockets_open"]
        assert p["pages"] == 256 and s["slots"] == request["block"]["ring"]
        assert p["operations_refused"] == p["rx"]["operation_refused"] + p["tx"]["operation_refused"]
        dropped = p["operations_refused"] + p["rx"]["skb_refused"]
        assert dropped == sum(length * often for length, often in p["bursts"])
        assert p["timeline"][-1][2] <= dropped
        assert [trial["offered_pps"] for trial in s["trials"]] == sorted(trial["offered_pps"] for trial in s["trials"])
    assert cells["per_request_key"]["pressure"]["operations_refused"] > 0
    if request["block"]["provider"] == "nettle":
        assert cells["percpu_pool"]["pressure"]["operations_refused"] == 0


def test_a_pressure_round_can_be_repeated(tmp_path: Path) -> None:
    request: Json = a_request("pressure", churn_percent=1.0) | {"strategies": PRESSED}
    first, second = (measured(request, tmp_path / str(i) / "round.json") for i in range(2))
    assert [cell["pressure"] for cell in first["cells"]] == [cell["pressure"] for cell in second["cells"]]
    other = measured(request | {"seed": 8}, tmp_path / "other" / "round.json")
    hashes = [{cell["pressure"]["sequence_hash"] for cell in result["cells"]} for result in (first, other)]
    assert not hashes[0] & hashes[1]


@pytest.mark.parametrize(
    "axes",
    [
        {},
        {"in_flight": 1, "workload": "tcp_ao/mtu"},
        {"workload": "tcp_md5/imix", "algorithm": "md5"},
        {"workload": "esp/imix", "algorithm": "gcm(aes128)", "sockets": 500},
    ],
)
def test_an_in_flight_round(axes: Json, tmp_path: Path) -> None:
    request = a_request("in_flight", **axes)
    depth = request["block"]["in_flight"]
    result = measured(request, tmp_path / "round.json")
    cells = {cell["name"]: cell for cell in result["cells"]}
    assert list(cells) == STRATEGIES
    for name, cell in cells.items():
        f, p = cell["in_flight"], cell["preemption"]
        assert f["depth"] == depth and f["packets"] == f["macs_checked"] == cell["packets"]
        assert f["most_held"] == {"none": 0, "one_per_cpu": 1, "many": depth}[f["kind"]]
        assert (f["refused"] > 0) == (f["kind"] == "none")
        assert (f["waits"] > 0) == (f["kind"] == "one_per_cpu" and depth > 1)
        assert p["held"] == (f["kind"] == "one_per_cpu") == (p["wait"] is not None)
        assert p["rx_waited"] == (p["rx_packets"] if p["held"] else 0)
    assert cells["percpu_pool"]["in_flight"]["kind"] == "one_per_cpu"
    assert cells["onstack_prepared"]["in_flight"]["kind"] == "none"


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
    for other in ("timed" if kind == "counted" else "counted", "", "banana"):
        refused(kind, request | {"kind": other}, out, 2, "this process does not do")
    refused(kind, a_request(kind, allocator="hoard"), out, 2, "no allocator is called")
    refused(kind, a_request(kind, openssl="own"), out, 2, 'openssl cannot be "own"')


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_measured_is_code_1(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "round.json"
    out.write_text("what was there")
    refused(kind, a_request(kind, workload="sctp/mtu"), out, 1, 'no protocol is called "sctp"')
    refused(kind, a_request(kind, workload="tcp_ao/huge"), out, 1, 'no traffic is called "huge"')
    refused(kind, a_request(kind, algorithm="md5"), out, 1, "tcp_ao does not take md5")
    refused(kind, a_request(kind, provider="bearssl"), out, 1, "provider bearssl has no algorithm")
    refused(kind, a_request(kind, cpus=3), out, 1, "one CPU" if kind in ("pressure", "in_flight") else "3 CPUs")
    refused(kind, a_request(kind, ip="v5"), out, 1, 'ip is "v5"')
    refused(kind, a_request(kind) | {"strategies": ["nil"]}, out, 1, "nil cannot be made: ENOENT")


@pytest.mark.parametrize("axes", [{"faults": FAULTS}, {"algorithms": 2}, {"scratch": "64"}])
def test_what_is_counted_is_never_timed(axes: Json, tmp_path: Path) -> None:
    refused("timed", a_request("timed", **axes), tmp_path / "round.json", 2, "counted, never timed")


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
    assert result.stderr == "tfmbench_round: usage: tfmbench_round --out FILE < request.json\n"
    assert list(tmp_path.iterdir()) == []


def symbols(kind: str) -> str:
    return subprocess.run(["nm", "--demangle", PROCESS[kind]], check=True, capture_output=True, text=True).stdout


def test_a_timed_process_holds_no_trace_of_accounting() -> None:
    # The ledger's class is local to gfp_counted.cpp; its mangled name is in both vtable and methods.
    ledger = re.compile(r"tfm::\(anonymous namespace\)::Counted::|vtable for tfm::\(anonymous namespace\)::Counted")
    assert ledger.search(symbols("counted")), "the test looks for what is not there"
    assert not ledger.search(symbols("timed"))
    assert "tfm::gfp_alloc(" in symbols("timed")

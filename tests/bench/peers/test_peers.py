# SPDX-License-Identifier: MIT
"""bench/peers/peers.py with fake peers: how it calls them, its table, its bounds and its exit
codes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "bench/peers/peers.py"

# A fake peer writes its arguments to a file, and prints what a real one would.
CRYPTO_PERF = """#!/bin/sh
case "$*" in
*" -- --help") exit 0 ;;
esac
echo "$*" >> "$0.asked"
case "$*" in
*crypto_openssl*) mops=0.5 ;;
*"--buffer-sz 116 "*) mops={small} ;;
*"--buffer-sz 1512 "*) mops=2.0 ;;
esac
echo "    lcore id    Buf Size  Burst Size    Enqueued    Dequeued  Failed Enq  Failed Deq  MOps  Gbps"
echo
echo "           0         116          32     1000000     1000000           0           0      $mops      1.0      1.0"
"""
OPENSSL = """#!/bin/sh
echo "$*" >> "$0.asked"
echo "+F:9:hmac(sha1):580000000.00"
"""
MICRO = """#!/bin/sh
case "$1" in
*/64\\$) bytes=64 singles=',
  {"name": "packet/bare/nettle/hmac(sha1)/64", "real_time": 90.0},
  {"name": "packet/onstack/nettle/hmac(sha1)/64", "real_time": 200.0}' ;;
*) bytes=1460 singles= ;;
esac
cat << EOF
{"benchmarks": [
  {"name": "packet/null/nettle/hmac(sha1)/$bytes", "real_time": 10.0},
  {"name": "packet/bare/libipsec-mb/hmac(sha1)/$bytes", "real_time": 390.0},
  {"name": "packet/multibuffer/nettle/hmac(sha1)/$bytes", "real_time": %s},
  {"name": "packet/onstack_prepared/nettle/hmac(sha1)/$bytes", "real_time": 100.0}$singles
]}
EOF
"""


class Peers:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("dpdk-test-crypto-perf", CRYPTO_PERF.replace("{small}", "4.0"))
        self.write("openssl", OPENSSL)
        self.write("tfmbench_micro", MICRO % "400.0")
        for tool in ("sh", "cat", "echo", "taskset"):
            (folder / tool).symlink_to(f"/usr/bin/{tool}")

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def asked(self, name: str) -> list[str]:
        return (self.folder / f"{name}.asked").read_text(encoding="utf-8").splitlines()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        micro = str(self.folder / "tfmbench_micro")
        return subprocess.run(
            ["/usr/bin/python3", str(SCRIPT), "--micro", micro, *arguments],
            env={"PATH": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(name="peers")
def fixture_peers(tmp_path: Path) -> Peers:
    return Peers(tmp_path)


def test_both_bounds_hold(peers: Peers) -> None:
    run = peers.run("--rounds", "2")
    assert run.returncode == 0, run.stdout
    # 4 and 2 million operations per second are 250 and 500 ns.
    lines = run.stdout.splitlines()
    assert lines[-2:] == [
        "multibuffer, 1460 bytes: 0.800 of crypto-perf, at most 0.9: holds (libipsec-mb alone: 0.780)",
        "onstack_prepared, nettle 64 bytes: 0.400 of crypto-perf, at most 0.5: holds "
        "(nettle alone: 0.360)",
    ]
    rows = {line[:34].strip(): line[34:].split() for line in lines[1:10]}
    assert rows["crypto-perf, aesni_mb"] == ["64", "250", "250", "250", "1.00"]
    assert rows["openssl speed"] == ["64", "200", "200", "200", "0.80"]
    assert rows["null, nettle"] == ["64", "10", "10", "10", "0.04"]


def test_all_hash_the_same_number_of_bytes_in_turns(peers: Peers) -> None:
    assert peers.run("--rounds", "2").returncode == 0
    asked = peers.asked("dpdk-test-crypto-perf")
    assert len(asked) == 8
    sizes = [a.split("--buffer-sz ")[1].split()[0] for a in asked]
    assert sizes == ["116", "116", "1512", "1512", "1512", "1512", "116", "116"]
    assert all("--burst-sz 32" in a and "--digest-sz 12" in a for a in asked)
    assert ["-bytes 116" in a for a in peers.asked("openssl")] == [True, False, False, True]


def test_floors_do_not_count_as_strategies(peers: Peers) -> None:
    # bare (90 ns) and null (10 ns) would keep the bound.
    peers.write("dpdk-test-crypto-perf", CRYPTO_PERF.replace("{small}", "5.3"))
    run = peers.run("--rounds", "1")
    assert run.returncode == 1
    assert "onstack_prepared, nettle 64 bytes: 0.530 of crypto-perf, at most 0.5: DOES NOT HOLD" in (
        run.stdout
    )


def test_a_slow_multibuffer_fails(peers: Peers) -> None:
    peers.write("tfmbench_micro", MICRO % "451.0")
    run = peers.run("--rounds", "1")
    assert run.returncode == 1
    assert "multibuffer, 1460 bytes: 0.902 of crypto-perf, at most 0.9: DOES NOT HOLD" in run.stdout


@pytest.mark.parametrize("peer", ["dpdk-test-crypto-perf", "openssl"])
def test_a_missing_peer_is_skipped_with_a_message(peers: Peers, peer: str) -> None:
    (peers.folder / peer).unlink()
    run = peers.run()
    assert run.returncode == 0
    assert run.stdout.startswith(f"skipped: {peer} is not installed (apt-get install ")


# What EAL prints for a driver without its package.
NO_DRIVER = """#!/bin/sh
case "$*" in
*"--vdev crypto_{driver}0 "*)
    echo 'EAL: failed to parse device "crypto_{driver}0"' >&2
    echo "EAL: Error - exiting with code: 1" >&2
    exit 1 ;;
esac
"""


@pytest.mark.parametrize("driver", ["aesni_mb", "openssl"])
def test_a_missing_driver_is_skipped_with_a_message(peers: Peers, driver: str) -> None:
    peers.write("dpdk-test-crypto-perf", NO_DRIVER.replace("{driver}", driver))
    run = peers.run()
    assert run.returncode == 0
    said = f"skipped: dpdk-test-crypto-perf's driver crypto_{driver} is not installed (apt-get "
    assert run.stdout.startswith(said)
    assert "librte-crypto-ipsec-mb23" in run.stdout and "librte-crypto-openssl23" in run.stdout


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("dpdk-test-crypto-perf", "#!/bin/sh\necho no device >&2; exit 3\n", "(3): no device"),
        ("dpdk-test-crypto-perf", "#!/bin/sh\necho\n", "printed no row of results"),
        ("openssl", "#!/bin/sh\necho\n", "openssl speed printed no rate"),
        ("tfmbench_micro", '#!/bin/sh\necho \'{"benchmarks": []}\'\n', "has no benchmark packet/"),
        ("tfmbench_micro", (MICRO % "1.0").replace("libipsec-mb", "other"), "bare, libipsec-mb 1460 bytes: tfmbench_micro has no"),
    ],
)
def test_a_failed_measurement_is_reported(peers: Peers, name: str, text: str, said: str) -> None:
    peers.write(name, text)
    run = peers.run("--rounds", "1")
    assert run.returncode == 2
    assert said in run.stdout


def test_without_tfmbench_micro(peers: Peers) -> None:
    (peers.folder / "tfmbench_micro").unlink()
    run = peers.run()
    assert run.returncode == 2
    assert "build tfmbench_micro, or give --micro PATH" in run.stdout

# SPDX-License-Identifier: MIT
"""kernel/init's parsers, fed with good and with broken files; and what it says."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
INIT = HERE.parents[2] / "kernel/init"
STRICT = ("-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of init but its main(), with one that calls a function."""
    out = tmp_path_factory.mktemp("init") / "functions"
    sources = [path for path in sorted(INIT.glob("*.c")) if path.name != "main.c"]
    checks = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    subprocess.run(["gcc", *STRICT, *checks, f"-I{INIT}", "-o", out, HERE / "functions.c", *sources], check=True)
    return out


def call(program: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    assert done.stderr == "", "a sanitizer has something to say"
    return done


def objects(text: str) -> list[dict[str, object]]:
    """The objects of the lines behind @@; every line must be one."""
    lines = text.splitlines()
    assert all(line.startswith("@@{") for line in lines)
    return [json.loads(line[2:]) for line in lines]


def error(done: subprocess.CompletedProcess[str]) -> str:
    """The one error line of a call that failed."""
    assert done.returncode == 1
    (said,) = objects(done.stdout)
    assert list(said) == ["error"]
    return str(said["error"])


SLAB_HEAD = """slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor>
"""


def slab_row(name: str, active: int, total: int, size: int) -> str:
    return f"{name:<17} {active:6} {total:6} {size:6}   32    4 : tunables    0    0    0 : slabdata      1      1      0\n"


def test_the_makefile_builds_a_static_program_and_nothing_beside_its_sources(tmp_path: Path) -> None:
    before = sorted(INIT.iterdir())
    subprocess.run(["make", "-s", "-C", INIT, f"O={tmp_path}"], check=True)
    # A dynamic program names its interpreter.
    assert b"/lib64/ld-linux" not in (tmp_path / "init").read_bytes()
    assert sorted(INIT.iterdir()) == before


def test_slab_growth(program: Path, tmp_path: Path) -> None:
    earlier, later = tmp_path / "earlier", tmp_path / "later"
    earlier.write_text(SLAB_HEAD + slab_row("kmalloc-64", 100, 128, 64) + slab_row("dentry", 50, 60, 192) + slab_row("filp", 7, 8, 256))
    later.write_text(
        SLAB_HEAD + slab_row("kmalloc-64", 1100, 1152, 64) + slab_row("dentry", 40, 60, 192) + slab_row("filp", 7, 8, 256)
        + slab_row("new-one", 3, 4, 10)
    )
    done = call(program, "slab", earlier, later)
    assert objects(done.stdout) == [
        {
            "slab": {
                "what": "a name",
                "algorithm": "md5",
                "sockets": 1000,
                "objects": {"kmalloc-64": 1000, "dentry": -10, "new-one": 3},
                "active_bytes": 1000 * 64 - 10 * 192 + 3 * 10,
                "total_bytes": 1024 * 64 + 4 * 10,
            }
        }
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not begin with"),
        ("slabinfo - version: 3.0\n", "does not begin with"),
        (SLAB_HEAD, "has no slab cache"),
        (SLAB_HEAD + "kmalloc-64 12\n", "line 3, is not a slab cache: kmalloc-64 12"),
        (SLAB_HEAD + slab_row("kmalloc-64", 129, 128, 64), "line 3, is not a slab cache"),
        (SLAB_HEAD + slab_row("kmalloc-64", -1, 128, 64), "line 3, is not a slab cache"),
        (SLAB_HEAD + slab_row("kmalloc-64", 1, 128, 0), "line 3, is not a slab cache"),
        (SLAB_HEAD + slab_row("a", 1, 2, 8) + slab_row("b", 1, 2, 8).rstrip("\n"), "line 4, is not a slab cache"),
        (SLAB_HEAD + "x" * 2000 + "\n", "line 3, is not a slab cache"),
    ],
)
def test_broken_slabinfo(program: Path, tmp_path: Path, text: str, words: str) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.write_text(SLAB_HEAD + slab_row("kmalloc-64", 1, 2, 64))
    broken.write_text(text)
    said = error(call(program, "slab", whole, broken))
    assert words in said and str(broken) in said


def test_absent_slabinfo(program: Path, tmp_path: Path) -> None:
    assert error(call(program, "slab", tmp_path / "none", tmp_path / "none")) == f"{tmp_path}/none cannot be opened: No such file or directory"


SNMP = """Ip: Forwarding DefaultTTL
Ip: 2 64
Tcp: MaxConn OutSegs RetransSegs
Tcp: -1 27808 346
"""


def test_counter(program: Path, tmp_path: Path) -> None:
    file = tmp_path / "snmp"
    file.write_text(SNMP)
    assert call(program, "counter", file, "Tcp", "RetransSegs", -1).stdout == "346\n"
    assert call(program, "counter", file, "Tcp", "MaxConn", -1).stdout == "-1\n"
    # The last of a row, whose newline is no part of it; and a name that begins as another does.
    assert call(program, "counter", file, "Ip", "DefaultTTL", -1).stdout == "64\n"
    assert call(program, "counter", file, "Tcp", "Out", 0).stdout == "0\n"


def test_absent_counter(program: Path, tmp_path: Path) -> None:
    file = tmp_path / "snmp"
    file.write_text(SNMP)
    assert call(program, "counter", file, "TcpExt", "TCPAOBad", 0).stdout == "0\n"
    assert error(call(program, "counter", file, "Tcp", "InErrs", -1)) == f"{file} has no counter InErrs of Tcp"
    assert "cannot be opened" in error(call(program, "counter", tmp_path / "none", "Tcp", "OutSegs", -1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tcp: A OutSegs\n", "a line of names without one of values"),
        ("Tcp: A OutSegs\nTcp: 1\n", "the values of Tcp do not fit its names"),
        ("Tcp: OutSegs\nTcp: 1 2\n", "the values of Tcp do not fit its names"),
        ("Tcp: OutSegs\nIp: 1\n", "the values of Tcp do not fit its names"),
        ("Tcp: OutSegs\nTcp: 12x\n", "the values of Tcp do not fit its names"),
        ("Tcp: OutSegs\nTcp: 99999999999999999999\n", "the values of Tcp do not fit its names"),
        ("Tcp: " + "A " * 9000 + "\nTcp: 1\n", "a line that is cut"),
    ],
)
def test_broken_counters(program: Path, tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "snmp"
    file.write_text(text)
    assert words in error(call(program, "counter", file, "Tcp", "OutSegs", -1))


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ('6,1,2,-;@@{"kept":{"sockets":1}}\n', '@@{"kept":{"sockets":1}}\n'),
        ('6,1,2,-;tfmbench: @@{"kept":{}}\n SUBSYSTEM=x\n', '@@{"kept":{}}\n'),
        ('6,1,2,-;@@{"error":"a \\x22 b"}\n', '@@{"error":"a " b"}\n'),
        ("6,1,2,-;of no interest\n", ""),
        ("4,1,2,-;tfmbench: Unknown symbol x\n", "# tfmbench: Unknown symbol x\n"),
        ("1,1,2,-;BUG: kernel NULL pointer\n", '@@{"error":"the kernel says: BUG: kernel NULL pointer"}\n'),
        ("4,1,2,-;WARNING: CPU: 0 PID: 1 at x\n", '@@{"error":"the kernel says: WARNING: CPU: 0 PID: 1 at x"}\n'),
        ("no record", '@@{"error":"a record of /dev/kmsg has no text: no record"}\n'),
        ("6,1,2,-;@@{\\x", "@@{\\x\n"),
    ],
)
def test_kernel_log(program: Path, record: str, said: str) -> None:
    assert call(program, "record", record).stdout == said


@pytest.mark.parametrize(
    ("percent", "terms"), [("1", "1 1"), ("10", "1 10"), ("0.1", "10 1"), ("0.5", "2 1"), ("2.5", "2 5"), ("100", "1 100"), ("0.001", "1000 1")]
)
def test_failslab_terms(program: Path, percent: str, terms: str) -> None:
    assert call(program, "terms", percent).stdout == f"{terms}\n"


@pytest.mark.parametrize("percent", ["0", "-1", "101", "0.0001"])
def test_failslab_has_no_terms(program: Path, percent: str) -> None:
    assert call(program, "terms", percent).returncode == 1


def percentiles(program: Path, values: range | list[int]) -> list[int]:
    (said,) = objects(call(program, "percentiles", *values).stdout)
    found = said["found"]
    assert isinstance(found, dict)
    return list(found["percentiles"])


def test_percentiles(program: Path) -> None:
    assert percentiles(program, range(100, -1, -1)) == list(range(101))
    assert percentiles(program, [7]) == [7] * 101
    two = percentiles(program, [9, 5])
    assert two[0] == 5 and two[100] == 9 and sorted(two) == two
    many = percentiles(program, range(1, 1000))
    assert many[0] == 1 and many[50] == 500 and many[100] == 999


def test_lines_are_json(program: Path) -> None:
    for text in ('a "quoted" back\\slash', "a\ttab and\x01", "caf\u00e9", ""):
        (said,) = objects(call(program, "said", "name", text).stdout)
        expected = text.encode().decode("latin-1")
        assert said == {"said": {"name": expected, "nothing": None, "tenth": 0.1, "inside": {}, "last": -1}}
        assert objects(call(program, "failed", text).stdout) == [{"error": expected}]


def test_an_error_is_cut_and_whole_json(program: Path) -> None:
    (said,) = objects(call(program, "failed", "x" * 5000).stdout)
    assert set(str(said["error"])) == {"x"}


def test_word_lists(program: Path) -> None:
    assert call(program, "list", "KEYS").stdout == "absent\n"
    assert call(program, "list", "KEYS", KEYS="plain,tcp_ao:hmac(sha1)").stdout == "plain\ntcp_ao:hmac(sha1)\n"
    for broken in ("", "a,,b", "a,", ",a", "x" * 96, ",".join("a" * 65)):
        assert f"KEYS={broken}"[:60] in error(call(program, "list", "KEYS", KEYS=broken))


def test_word_numbers(program: Path) -> None:
    assert call(program, "number", "ROUNDS").stdout == "31\n"
    assert call(program, "number", "ROUNDS", ROUNDS="100").stdout == "100\n"
    for broken in ("0", "101", "1x", "", "99999999999999999999"):
        said = call(program, "number", "ROUNDS", ROUNDS=broken).stdout.splitlines()
        assert objects(said[0]) == [{"error": f"ROUNDS={broken} is not a whole number from 1 to 100"}]
        assert said[1] == "31"


def test_keys(program: Path) -> None:
    assert call(program, "key", "plain").stdout == "plain \n"
    assert call(program, "key", "tcp_md5").stdout == "tcp_md5 md5\n"
    assert call(program, "key", "tcp_ao:cmac(aes)").stdout == "tcp_ao cmac(aes)\n"
    for broken in ("tcp_ao", "tcp_ao:", "md5", "tcp_ao:" + "x" * 64):
        assert f"{broken} is not plain, tcp_md5, or tcp_ao:ALGORITHM" in error(call(program, "key", broken))


@pytest.mark.parametrize(
    ("text", "line"), [("one\ntwo\n", "two"), ("one\r\n\n \n", "one"), ("one", "one"), ("\n \r\n", "no word"), ("", "no word")]
)
def test_the_last_line_is_the_programs_word(program: Path, text: str, line: str) -> None:
    assert call(program, "last", text).stdout == f"{line}\n"

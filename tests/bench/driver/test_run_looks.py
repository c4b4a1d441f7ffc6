# SPDX-License-Identifier: MIT
"""A run with a precision: rounds up to a look, then plots/ says which blocks go on. Here a stub of plots/ does."""

from __future__ import annotations

import json
import re
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import BLOCK, COUNTED, MATRIX, RUN, Driver, one_line, rounds

FIRST = 8
LOOKS = [8, 11, 16, 23, 32, 45, 64, 90]
PRECISE = [*RUN, "--precision", "1%"]

STUB = """\
import json, pathlib, sys
if sys.argv[1] != "look":
    print("plots:", *sys.argv[1:])
    sys.exit(0)
folder = pathlib.Path(sys.argv[2])
there = {}
for path in (folder / "rounds").glob("*.r*.json"):
    block = path.name.rsplit(".", 2)[0]
    there[block] = there.get(block, 0) + 1
with open(folder.parent / "asked.jsonl", "a") as file:
    print(json.dumps(there), file=file)
LOOKS = %s
stop = json.loads((folder.parent / "stop.json").read_text())
wanted = {}
for block, rounds in there.items():
    until = max((n for text, n in stop.items() if text in block), default=LOOKS[0])
    if rounds < until:
        wanted[block] = next(n for n in LOOKS if n > rounds)
print(json.dumps({"rounds": wanted}))
""" % LOOKS


@pytest.fixture
def precise(driver: Driver) -> Driver:
    (driver.folder / "stub/plots/__main__.py").write_text(STUB, encoding="ascii")
    stops_at(driver)
    return driver


def stops_at(driver: Driver, **blocks: int) -> None:
    """A block whose id has this text stops at so many rounds; the others at the first look."""
    (driver.folder / "stop.json").write_text(json.dumps(blocks))


def looked(driver: Driver) -> list[dict[str, int]]:
    return [json.loads(line) for line in (driver.folder / "asked.jsonl").read_text().splitlines()]


def per_block(driver: Driver) -> Counter[str]:
    return Counter(name.rsplit(".", 2)[0] for name in rounds(driver.folder / "out") if "counted" not in name)


def run_json(driver: Driver) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((driver.folder / "out/run.json").read_text())
    return data


def test_all_blocks_have_a_first_look(precise: Driver) -> None:
    done = precise(*PRECISE)
    assert done.returncode == 0, done.stderr
    assert list(per_block(precise).values()) == [FIRST] * 4
    assert [list(one.values()) for one in looked(precise)] == [[FIRST] * 4]
    assert f"{4 * FIRST + COUNTED}/{4 * FIRST + COUNTED} rounds done" in done.stderr
    assert done.stdout == f"plots: table {precise.folder}/out\n"


def test_open_blocks_go_on_alone(precise: Driver) -> None:
    stops_at(precise, hmac=16)
    done = precise(*PRECISE)
    assert done.returncode == 0, done.stderr
    assert {name: count for name, count in per_block(precise).items()} == {
        name: 16 if "hmac" in name else FIRST for name in per_block(precise)
    }
    assert [sorted(set(one.values())) for one in looked(precise)] == [[8], [8, 11], [8, 16]]
    assert "look: 2 of 4 blocks need more rounds" in done.stderr


def test_the_run_says_what_it_was_asked_for(precise: Driver) -> None:
    words = [*RUN, "--precision", "0.75%", "--max-time", "2h"]
    assert precise(*words).returncode == 0
    run = run_json(precise)
    assert run["matrix"]["precision"] == {"percent": 0.75, "max_time_seconds": 7200, "looks": LOOKS}
    assert (run["asked"]["precision_percent"], run["asked"]["max_time_seconds"]) == (0.75, 7200)
    assert precise("run", "--from", "out", "--out", "again").returncode == 0
    again = json.loads((precise.folder / "again/run.json").read_text())
    assert again["matrix"] == run["matrix"]


def test_without_the_option_nothing_changes(precise: Driver) -> None:
    assert precise(*RUN).returncode == 0
    run = run_json(precise)
    assert "precision" not in run["matrix"] and not {"precision_percent", "max_time_seconds"} & set(run["asked"])
    assert list(per_block(precise).values()) == [6] * 4 and not (precise.folder / "asked.jsonl").exists()


def test_a_matrix_can_ask_for_it(precise: Driver) -> None:
    precise.write(MATRIX.replace("rounds = 6", 'precision_percent = 2\nmax_time = "10min"'))
    assert precise(*RUN).returncode == 0
    assert run_json(precise)["matrix"]["precision"] == {"percent": 2, "max_time_seconds": 600, "looks": LOOKS}
    assert precise("run", "./tiny.toml", "--out", "fixed", "--rounds", "6").returncode == 0
    assert "precision" not in json.loads((precise.folder / "fixed/run.json").read_text())["matrix"]


def test_a_time_alone_has_the_default_precision(precise: Driver) -> None:
    assert precise(*RUN, "--max-time", "1h").returncode == 0
    assert run_json(precise)["matrix"]["precision"] == {"percent": 1, "max_time_seconds": 3600, "looks": LOOKS}


def test_blocks_that_are_not_timed_in_closed_loop_keep_their_rounds(precise: Driver) -> None:
    text = MATRIX.replace("sockets = [10, 20]", "sockets = [10]") + BLOCK + "sockets = 20\nload = '50%'\npasses = ['timed']\n"
    precise.write(text)
    stops_at(precise, hmac=11)
    assert precise(*PRECISE).returncode == 0
    found = per_block(precise)
    assert sorted(found.values()) == [6, 8, 11]


def test_a_stopped_run_goes_on_where_it_was(precise: Driver) -> None:
    stops_at(precise, hmac=16)
    assert precise(*PRECISE).returncode == 0
    before = rounds(precise.folder / "out")
    for name in sorted(before)[-2:]:
        (precise.folder / "out/rounds" / name).unlink()
    (precise.folder / "asked.jsonl").unlink()
    done = precise(*PRECISE)
    assert done.returncode == 0, done.stderr
    after = rounds(precise.folder / "out")
    assert set(after) == set(before)
    kept = sorted(before)[:-2]
    assert {name: after[name]["nonce"] for name in kept} == {name: before[name]["nonce"] for name in kept}
    assert len(looked(precise)) == 2, "once before the two rounds, once after them"


def test_a_failed_round_does_not_keep_the_run_going(precise: Driver) -> None:
    done = precise(*PRECISE, FAKE_CRASH="9", FAKE_ONLY="hmac_sha1-nettle-10s")
    assert done.returncode == 1
    assert "hmac_sha1-nettle-10s" in done.stderr.splitlines()[-1]
    assert sorted(per_block(precise).values()) == [FIRST] * 3


@pytest.mark.parametrize("answer", ["", "nothing", "{}", '{"rounds": 3}', '{"rounds": {"x": "y"}}'])
def test_an_answer_that_is_none(precise: Driver, answer: str) -> None:
    (precise.folder / "stub/plots/__main__.py").write_text(f"print({answer!r})\n", encoding="ascii")
    done = precise(*PRECISE)
    assert done.returncode == 2
    assert "cannot look at the rounds: plots/ gives no answer" in done.stderr.splitlines()[-1]
    assert len(rounds(precise.folder / "out")) == 4 * FIRST + COUNTED, "what was measured stays"


def test_a_look_that_fails_ends_the_run_with_its_line(precise: Driver) -> None:
    text = "import sys\nprint('tfmbench look: a bad file', file=sys.stderr)\nsys.exit(2)\n"
    (precise.folder / "stub/plots/__main__.py").write_text(text, encoding="ascii")
    done = precise(*PRECISE)
    assert done.returncode == 2 and done.stderr.splitlines()[-1] == "tfmbench look: a bad file"


def test_an_interrupt_ends_a_look(precise: Driver) -> None:
    text = f"import pathlib, time\npathlib.Path({str(precise.folder / 'looks')!r}).touch()\ntime.sleep(60)\n"
    (precise.folder / "stub/plots/__main__.py").write_text(text, encoding="ascii")
    process = precise.start(*PRECISE)
    while not Path(precise.folder / "looks").exists():
        time.sleep(0.05)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 3 and time.monotonic() - begun < 2
    assert re.search(r"tfmbench: interrupted; 36 of 36 rounds are in ", errors.splitlines()[-1])


def test_more_time_continues_a_run(precise: Driver) -> None:
    assert precise(*PRECISE, "--max-time", "1h").returncode == 0
    stops_at(precise, hmac=11)
    assert precise(*PRECISE, "--max-time", "2h").returncode == 0
    run = run_json(precise)
    assert run["matrix"]["precision"]["max_time_seconds"] == run["asked"]["max_time_seconds"] == 7200
    (addition,) = run["additions"]
    assert addition["max_time_seconds_before"] == 3600 and addition["command_line"][-1] == "2h"
    assert sorted(per_block(precise).values()) == [8, 8, 11, 11]


@pytest.mark.parametrize(
    "change, says",
    [
        (["--precision", "1%", "--max-time", "30min"], "the run has a max-time of 3600 s and this asks for 1800"),
        (["--precision", "2%", "--max-time", "1h"], "matrix.precision.percent is 1.0 there, but 2.0 in this run"),
        (["--rounds", "9"], "matrix.precision is unknown in this run"),
    ],
)
def test_another_precision_is_another_run(precise: Driver, change: list[str], says: str) -> None:
    assert precise(*PRECISE, "--max-time", "1h").returncode == 0
    before = rounds(precise.folder / "out")
    assert says in one_line(precise(*RUN, *change), 2)
    assert rounds(precise.folder / "out") == before and "additions" not in run_json(precise)


def test_a_dry_run_says_the_least_and_the_most(precise: Driver) -> None:
    text = precise("run", "./tiny.toml", "--dry-run", "--precision", "1%").stdout
    assert f"a block stops at a look, at {', '.join(map(str, LOOKS))} rounds; at least {4 * 8 + 4} rounds, about 1 min" in text
    assert f"\n{4 * 90 + 4} rounds, about " in text


BAD = [
    (["--precision", "1"], 'such as 1%'),
    (["--precision", "0%"], "must be a percentage above 0"),
    (["--precision", "-1%"], "must be a percentage above 0"),
    (["--precision", "51%"], "at most 50"),
    (["--precision", "1e23%"], "at most 50"),
    (["--precision", "nan%"], "must be a percentage above 0"),
    (["--precision", "%"], "must be a percentage above 0"),
    (["--precision", ""], "must be a percentage above 0"),
    (["--max-time", "0s"], "from 1s to 1000h"),
    (["--max-time", "-5min"], "from 1s to 1000h"),
    (["--max-time", "90"], "such as 90s or 10min"),
    (["--max-time", "1e23s"], "from 1s to 1000h"),
    (["--max-time", "99999999999999999999h"], "from 1s to 1000h"),
    (["--max-time", "1001h"], "from 1s to 1000h"),
    (["--max-time", "1.5h"], "a whole number of s, min or h"),
    (["--max-time", "2s"], "a max-time of 2 s is too short: the first look needs 8 rounds of each block, about "),
    (["--rounds", "7", "--precision", "1%"], "give one of them"),
    (["--rounds", "7", "--max-time", "1h"], "give one of them"),
    (["--precision", "1%", "--shard", "1/2"], "a run with a precision has no parts: use --rounds N"),
    (["--precision", "1%", "--sittings", "2"], "a run with a precision has one sitting, and tiny asks for 2: add --sittings 1"),
    (["--precision", "1%", "--set", "load=50%"], "no block of tiny is timed in closed loop"),
]  # fmt: skip


@pytest.mark.parametrize("options, says", BAD)
def test_bad_options_are_refused_in_one_line(precise: Driver, options: list[str], says: str) -> None:
    assert says in one_line(precise(*RUN, *options), 2)
    assert not (precise.folder / "out").exists()


@pytest.mark.parametrize(
    "key, says",
    [
        ("precision_percent = 0", "precision_percent must be a number above 0, at most 50"),
        ('precision_percent = "1%"', "precision_percent must be a number above 0, at most 50"),
        ("max_time = 90", "max_time must be a string"),
        ('max_time = "90"', "max_time must be a whole number of s, min or h"),
    ],
)
def test_bad_keys_are_named_with_their_line(precise: Driver, key: str, says: str) -> None:
    precise.write(MATRIX.replace("rounds = 6", key))
    assert re.search(rf"tiny\.toml:4:\d+: {re.escape(says)}", one_line(precise(*RUN), 2))


def test_from_takes_no_precision(precise: Driver) -> None:
    for option in (["--precision", "1%"], ["--max-time", "1h"]):
        line = one_line(precise("run", "--from", "x", *option), 2)
        assert f"--from repeats a run as it was asked for: leave {option[0]} out" in line

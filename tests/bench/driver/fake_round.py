#!/usr/bin/python3 -IS
# SPDX-License-Identifier: MIT
"""Replaces tfmbench_round, tfmbench_round_counted and tfmbench_round_retpoline, so that the driver's tests do not wait for measurements. It
answers a request as results/README.md says. Environment variables make it misbehave:

FAKE_SECONDS    how long a round takes
FAKE_EXIT       exit with this code, after a line on stderr
FAKE_PIDS       append the process id to this file
FAKE_AGO        claim to have started so many seconds ago
FAKE_TRUNCATE   write only half of the file, and exit with 0
FAKE_CRASH      die of this signal (a number)
FAKE_ONLY       misbehave only if the name of the round's file contains one of these texts, separated by blanks
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import datetime, timedelta
from typing import TypedDict


class Request(TypedDict):
    block: dict[str, object]
    block_id: str
    kind: str
    round: int
    seed: int
    baseline: str
    strategies: list[str]
    aa_copies: int
    origin: dict[str, str]
    start: str


def answer(request: Request) -> str:
    baseline = request["baseline"]
    form = "%Y-%m-%dT%H:%M:%SZ"
    start = datetime.strptime(request["start"], form) - timedelta(seconds=int(os.environ.get("FAKE_AGO", "0")))
    copies = [f"{baseline}#{i + 2}" for i in range(request["aa_copies"])]
    result = {
        "format": 2,
        "kind": request["kind"],
        "block_id": request["block_id"],
        "axes": request["block"],
        "round": request["round"],
        "seed": request["seed"],
        "baseline": baseline,
        "start": start.strftime(form),
        "origin": request["origin"],
        "duration_ns": 1e6,
        "cells": [{"name": name} for name in request["strategies"] + copies],
        # Shows whether a finished round was measured again.
        "nonce": os.urandom(8).hex(),
        "program": os.path.basename(sys.argv[0]),
    }
    return json.dumps(result)


def main() -> int:
    out = sys.argv[sys.argv.index("--out") + 1]
    if (only := os.environ.get("FAKE_ONLY")) and not any(text in os.path.basename(out) for text in only.split()):
        for name in ("FAKE_SECONDS", "FAKE_EXIT", "FAKE_CRASH", "FAKE_TRUNCATE"):
            os.environ.pop(name, None)
    request: Request = json.load(sys.stdin)
    if pids := os.environ.get("FAKE_PIDS"):
        with open(pids, "a", encoding="ascii") as file:
            print(os.getpid(), file=file)
    if number := os.environ.get("FAKE_CRASH"):
        os.kill(os.getpid(), signal.Signals(int(number)))
    if code := os.environ.get("FAKE_EXIT"):
        print("fake: percpu_pool writes wrong bytes", file=sys.stderr)
        return int(code)
    text = answer(request)
    if "FAKE_TRUNCATE" in os.environ:
        text = text[: len(text) // 2]
    folder, name = os.path.split(out)
    temporary = f"{folder}/.{name}.{os.getpid()}.tfmbench-tmp"
    # Written in two pieces with a wait between them, so that a kill leaves an incomplete temporary file.
    with open(temporary, "w", encoding="ascii") as file:
        file.write(text[:20])
        file.flush()
        time.sleep(float(os.environ.get("FAKE_SECONDS", "0")))
        file.write(text[20:])
    os.rename(temporary, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())

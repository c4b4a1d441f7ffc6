# SPDX-License-Identifier: MIT
"""Runs the two round processes for the tests of this folder.

TFMBENCH is the path of the driver; the processes are in the same folder.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

Json = dict[str, Any]

BUILD = Path(os.environ["TFMBENCH"]).resolve().parent
SCHEMAS: dict[str, Json] = {
    name: json.loads((Path(__file__).parents[3] / f"results/schema/{name}.schema.json").read_text())
    for name in ("axes", "round", "run")
}
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMAS["round"],
    resolver=jsonschema.RefResolver.from_schema(SCHEMAS["round"], store={s["$id"]: s for s in SCHEMAS.values()}),
)
PROCESS = {
    "timed": BUILD / "tfmbench_round",
    "counted": BUILD / "tfmbench_round_counted",
    "pressure": BUILD / "tfmbench_round",
    "in_flight": BUILD / "tfmbench_round",
}
KINDS = list(PROCESS)
RETPOLINE = BUILD / "tfmbench_round_retpoline"
ORIGIN = {"host": "0123456789ab", "kind": "ba9876543210", "revision": "unknown", "build": "b01dfaceb01d"}
START = "2026-01-31T12:00:00Z"
STRATEGIES = ["percpu_pool", "null", "per_socket_tfm", "per_request_key", "tfm_pool", "onstack_prepared"]


def run(kind: str, request: Json | str, out: Path, process: Path | None = None) -> subprocess.CompletedProcess[str]:
    text = request if isinstance(request, str) else json.dumps(request)
    return subprocess.run([process or PROCESS[kind], "--out", out], input=text, capture_output=True, text=True, timeout=300)


def with_id(request: Json) -> Json:
    """Adds the block's id, which the process names in its error."""
    refused = run("counted", request | {"block_id": ""}, Path("/nonexistent/never"))
    found = re.search(r"the block's id is (\S+)$", refused.stderr.strip())
    assert found, refused.stderr
    return request | {"block_id": found[1]}


def a_request(kind: str, **axes: Any) -> Json:
    usual: Json = {name: axis.get("default") for name, axis in SCHEMAS["axes"]["properties"].items()}
    block: Json = usual | {"workload": "tcp_ao/fixed_64", "algorithm": "hmac(sha1)", "sockets": 8, "possible_cpus": 2}
    block |= {"pages": 256} if kind == "pressure" else {"in_flight": 8} if kind == "in_flight" else {}
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
            "origin": ORIGIN,
            "start": START,
        }
    )


def measured(request: Json, out: Path, flowing: set[str] | None = None, process: Path | None = None) -> Json:
    """Runs the round and returns its file, checked. `flowing`: the strategies with packets, if not all have some. `process`: the
    executable, if it is not the kind's."""
    out.parent.mkdir(exist_ok=True)
    done = run(request["kind"], request, out, process)
    assert (done.returncode, done.stderr) == (0, "")
    result: Json = json.loads(out.read_text(), parse_constant=lambda word: pytest.fail(f"{word} in a result"))
    VALIDATOR.validate(result)
    assert result["kind"] == request["kind"]
    assert result["block_id"] == request["block_id"]
    assert result["axes"] == request["block"]
    assert result["seed"] == request["seed"]
    assert result["start"] == START and result["origin"] == ORIGIN
    for cell in result["cells"]:
        ended = ("sent", "accepted", "forged_refused", "forged_accepted", "genuine_refused", "drops")
        assert cell["packets"] == sum(cell[word] for word in ended)
        assert (cell["packets"] > 0) == (flowing is None or cell["name"] in flowing)
        assert cell["forged_accepted"] == cell["genuine_refused"] == 0
    assert list(out.parent.iterdir()) == [out], "a temporary file was left"
    return result


FAULTS = {"probability": 0.05, "interval": 1, "times": -1, "space": 0, "kth": 0, "seed": 1, "gfp": "atomic"}


def symbols(kind: str) -> str:
    return subprocess.run(["nm", "--demangle", PROCESS[kind]], check=True, capture_output=True, text=True).stdout

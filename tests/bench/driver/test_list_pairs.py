# SPDX-License-Identifier: MIT
"""`tfmbench list pairs`: what each strategy does for a packet without a socket."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


def listed(*arguments: str) -> str:
    run = subprocess.run(
        [os.environ["TFMBENCH"], "list", *arguments], check=True, capture_output=True, text=True
    )
    return run.stdout


@pytest.fixture(scope="module")
def without_socket() -> dict[str, dict[str, Any]]:
    return {entry["strategy"]: entry for entry in json.loads(listed("pairs", "--json"))["without_socket"]}


def test_every_strategy_says_what_it_uses(without_socket: dict[str, dict[str, Any]]) -> None:
    strategies = [entry["name"] for entry in json.loads(listed("strategies", "--json"))["strategies"]]
    assert list(without_socket) == strategies
    text = listed("pairs")
    for strategy, entry in without_socket.items():
        assert re.search(rf"^  {strategy} +{re.escape(entry['uses'])}$", text, re.MULTILINE)


def test_a_clone_is_refused_where_the_kernel_has_none(without_socket: dict[str, dict[str, Any]]) -> None:
    refused = {r["reason"]: r["algorithms"] for r in without_socket["per_socket_tfm"]["refused"]}
    assert refused == {
        "only hmac, cmac and keyless hashes can be cloned": ["sodium's blake2b-256"],
        "Linux 7.x has no crypto_clone_ahash()": [
            f"nettle's {name} behind ahash_library"
            for name in ("hmac(sha1)", "hmac(sha256)", "hmac(sha512)", "cmac(aes128)")
        ],
    }
    assert not without_socket["percpu_pool"]["refused"] and not without_socket["onstack"]["refused"]

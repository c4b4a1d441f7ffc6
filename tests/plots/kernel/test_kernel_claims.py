# SPDX-License-Identifier: MIT
"""What the kernel says of the claims, and which lane speaks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from beside import SMALL, beside, fixed, model
from outputs import answer, answers
from plots.verdicts.results import Results


def last(results: Results, claim: str) -> str:
    """The last paragraph of an answer."""
    text = next(text for one, text in answers(results)[0] if one.id == claim)
    return text.split("\n")[-1]


def test_counted_speaks_first(one_beside: Results) -> None:
    assert last(one_beside, "C4") == (
        "Kernel, lane counted: per_request_key took of percpu_pool's instructions, 64 B: hmac(sha1) 0.700 (7.3)."
    )
    assert last(one_beside, "C10") == (
        "Kernel, lane counted: percpu_request_key took of per_request_key's instructions, 64 B: hmac(sha1) 0.886 (7.3)."
    )
    assert last(one_beside, "C6") == (
        "Kernel, lane counted: skb_request took of percpu_pool's instructions, 64 B: hmac(sha1) 0.642 (6.1), 0.642 (6.12) and 0.642 (7.3)."
    )


def test_setting_the_key_has_a_share(one_beside: Results) -> None:
    assert last(one_beside, "C5") == (
        "Kernel, lane counted: per_socket_tfm took of percpu_pool's instructions, 64 B: hmac(sha1) 0.750 (6.1), 0.750 (6.12) and 0.750 (7.3). "
        "Setting the key takes of percpu_pool's instructions: hmac(sha1) 35\u00a0% (6.1), 35\u00a0% (6.12) and 35\u00a0% (7.3)."
    )


def test_native_speaks_of_failures_and_slab(one_beside: Results) -> None:
    assert last(one_beside, "C1") == (
        "Kernel, lane native, operations that failed with failslab at 1\u00a0%: 6.12, hmac(sha1): per_socket_tfm 1.00\u00a0%, tfm_pool 1.00\u00a0%, "
        "clone_sigpool 3.00\u00a0%, none with percpu_pool, skb_request, mempool, onstack and onstack_prepared; 7.3, hmac(sha1): per_socket_tfm "
        "1.00\u00a0%, tfm_pool 1.00\u00a0%, per_request_key 1.00\u00a0%, none with percpu_pool, skb_request, mempool, onstack, onstack_prepared "
        "and percpu_request_key."
    )
    assert last(one_beside, "C2") == (
        "Kernel, lane native, bytes of slab in use for each socket that owns its transform (per_socket_tfm): 6.12: hmac(sha1) 384 B "
        "(percpu_pool 64 B); 7.3: hmac(sha1) 384 B (percpu_pool 64 B)."
    )


def test_the_kernel_stands_below_the_model(all_beside: Results) -> None:
    text = answer(all_beside, "C10")
    assert text.startswith("percpu_request_key took ") and text.index("Kernel, lane") > text.index("of per_request_key's time")
    assert last(all_beside, "C11") == (
        "Kernel, lane counted: per_socket_tfm took of percpu_pool's instructions, 64 B: gcm(aes) 0.574 (6.1), 0.574 (6.12) and 0.574 (7.3)."
    )


def test_another_lane_speaks_if_none_was_counted(tmp_path: Path) -> None:
    results = beside(tmp_path, model(fixed(64)), replace(SMALL, lanes={"native": 2}))
    assert last(results, "C4") == "Kernel, lane native: per_request_key took of percpu_pool's time, 64 B: hmac(sha1) 0.700 (7.3)."
    assert "Setting the key" not in last(results, "C5")


def test_a_kernel_that_has_no_such_cells_says_nothing(tmp_path: Path) -> None:
    results = beside(tmp_path, model(fixed(64)), replace(SMALL, kernels=("6.1",), lanes={"counted": 1}))
    kernel = {one.id for one, text in answers(results)[0] if "Kernel, lane" in text}
    assert kernel == {"C5", "C6"}
    alone = beside(tmp_path / "b", model(fixed(64)), replace(SMALL, lanes={"sockets": 1}))
    assert not any("Kernel, lane" in text for _, text in answers(alone)[0])

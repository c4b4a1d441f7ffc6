# SPDX-License-Identifier: MIT
"""Which cells the module has, in which kernel and for which algorithm; and the reason for each gap.

A cell is a strategy in a form: by whose calls it is built. `tfmbench kernel --list` and docs/kernel.md are made of this table, and a lane
fails if the module reports other cells.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel.lanes.names import AEAD, ALGORITHMS, ALL_ALGORITHMS, NEWEST, number_of

Number = tuple[int, int]

_CLONES: Number = (6, 4)
_SIGPOOL: Number = (6, 7)
_LIBRARY: Number = (6, 19)
"""HMAC, CMAC and GCM as plain functions, all that are needed; tcp_sigpool and clones are gone from here on."""

_KEYED = ("hmac(sha1)", "hmac(sha256)", "cmac(aes)")
_MD5 = ("md5",)
_LAST: Number = (99, 0)


@dataclass(frozen=True)
class Cell:
    strategy: str
    form: str
    algorithms: tuple[str, ...]
    what: str
    since: Number = (0, 0)
    before: Number = _LAST
    early: str = ""
    """The reason why a kernel before `since` has it not."""
    late: str = ""
    """The reason why a kernel from `before` on has it not."""

    @property
    def name(self) -> str:
        return f"{self.strategy}/{self.form}"

    def gap(self, kernel: Number) -> str | None:
        """The reason why a kernel has it not; None: it has it."""
        if kernel < self.since:
            return self.early
        return self.late if kernel >= self.before else None


_NO_LIBRARY = "HMAC, CMAC and GCM are not yet plain functions there; the crypto API has no key for each request"
_NO_CLONE_YET = "crypto_clone_ahash() came with 6.4, tcp_sigpool with 6.7"
_NO_CLONE_MORE = "clones and tcp_sigpool are gone: TCP calls the library"
_NO_MD5SIG_POOL = "gone since 6.7: TCP-MD5 took tcp_sigpool, and later the library"


def _library(strategy: str, what: str) -> Cell:
    return Cell(strategy, "library", ALL_ALGORITHMS, what, since=_LIBRARY, early=_NO_LIBRARY)


CELLS: tuple[Cell, ...] = (
    Cell("null", "none", ALL_ALGORITHMS, "the floor: the loop, one read of the key and one of the packet"),
    Cell("percpu_pool", "ahash", ALGORITHMS, "transform, request and scratch per CPU, keyed for every packet: the baseline"),
    Cell("percpu_pool", "aead", (AEAD,), "the same for ESP: the baseline of gcm(aes)"),
    Cell("percpu_pool", "no_rekey", (*_KEYED, AEAD), "the same with one key for all: what rekeying costs. Its digests are not the sockets'"),
    Cell("per_socket_tfm", "ahash", ALGORITHMS, "a transform per socket, keyed at open; a GFP_ATOMIC request per packet"),
    Cell("per_socket_tfm", "aead", (AEAD,), "the same as ESP has it: request, IV and scatterlist in one allocation"),
    Cell("tfm_pool", "ahash", ALGORITHMS, "a transform per CPU, keyed for every packet; a GFP_ATOMIC request per packet"),
    Cell("tfm_pool", "aead", (AEAD,), "the same for ESP"),
    Cell("skb_request", "ahash", ALGORITHMS, "a transform per socket; the request lies in the skb's headroom"),
    Cell("skb_request", "aead", (AEAD,), "the same for ESP"),
    Cell("mempool", "ahash", ALGORITHMS, "a transform per socket; the request from a mempool_t"),
    Cell("mempool", "aead", (AEAD,), "the same for ESP"),
    Cell("onstack", "ahash", ALGORITHMS, "a transform per CPU, keyed for every packet; the request on the stack"),
    Cell("onstack", "shash", ALGORITHMS, "the same through shash: no scatterlists"),
    _library("onstack", "library calls with the raw key, as TCP-AO has them now"),
    Cell("onstack_prepared", "ahash", ALGORITHMS, "a transform per socket, keyed at open; the request on the stack"),
    Cell("onstack_prepared", "shash", ALGORITHMS, "the same through shash: no scatterlists"),
    _library("onstack_prepared", "library calls with a key that is prepared at open, as seg6 has them now"),
    Cell(
        "clone_sigpool", "ahash", ALGORITHMS, "a clone of one transform and a request for every packet, written out",
        since=_CLONES, before=_LIBRARY, early=_NO_CLONE_YET, late=_NO_CLONE_MORE,
    ),
    Cell(
        "clone_sigpool", "tcp_sigpool", ALGORITHMS, "the kernel's own tcp_sigpool_start() and tcp_sigpool_end()",
        since=_SIGPOOL, before=_LIBRARY, early=_NO_CLONE_YET, late=_NO_CLONE_MORE,
    ),
    Cell(
        "md5sig_pool", "tcp_md5sig_pool", _MD5, "the kernel's own tcp_get_md5sig_pool()",
        before=_SIGPOOL, late=_NO_MD5SIG_POOL,
    ),
    _library("per_request_key", "library calls; the key is prepared in a GFP_ATOMIC allocation. In no kernel's mainline"),
    _library("percpu_request_key", "library calls; the key is prepared in memory of the CPU. In no kernel's mainline"),
)  # fmt: skip
"""In the order of turns."""

NOWHERE: dict[str, str] = {
    "percpu_freelist": "a slab cache's own fast path is a list per CPU: per_socket_tfm allocates from it in every kernel",
    "multibuffer": "the kernel has no job manager for hashes: its multibuffer drivers were removed in 4.20",
}
"""The model's strategies that no kernel has, with the reason."""


def cells(kernel: str, algorithm: str) -> tuple[Cell, ...]:
    """What the module reports for an algorithm in a kernel, named by its number."""
    number = number_of(kernel)
    return tuple(cell for cell in CELLS if algorithm in cell.algorithms and cell.gap(number) is None)


def strategies() -> tuple[str, ...]:
    """All, in their order, those that no kernel has at the end."""
    return (*dict.fromkeys(cell.strategy for cell in CELLS), *NOWHERE)


def column_number(column: str) -> Number:
    """The number that a column of the tables stands for; `newest` is a 7.x."""
    return (7, 0) if column == NEWEST else number_of(column)
